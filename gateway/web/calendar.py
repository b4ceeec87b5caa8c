"""When broadcasts leave: by day on a page, and for calendars at a secret address that can be revoked."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gateway.errors import NotFound
from gateway.ports.campaign_book import CampaignRow, Feed
from gateway.services.campaign_rows import plan_of
from gateway.web.running import gateway

blueprint = Blueprint("calendar", __name__)

SHOWN_STATES = frozenset({"scheduled", "running", "paused", "finished"})
BACK = timedelta(days=31)
LASTS = timedelta(hours=1)


@blueprint.get("/campaigns/calendar")
def page() -> str:
    """List by day what leaves, and the calendars that show it."""
    return shown()


@blueprint.post("/campaigns/calendar")
def subscribe() -> str:
    """Make a secret address and show it, this once."""
    outside = gateway().outside
    token, now = outside.chance.token(), outside.clock.now()
    feed = Feed(outside.chance.new_id(), digest(token), g.visitor.account.name, now)
    with outside.store.writing() as work:
        work.campaigns.add_feed(feed)
        work.audit.append(now, feed.made_by, "manager", "calendar.made", feed.id)
    return shown(f"{gateway().settings.public_base_url}{url_for('calendar.feed', token=token)}")


@blueprint.post("/campaigns/calendar/<feed_id>/revoke")
def revoke(feed_id: str) -> ResponseReturnValue:
    """Let an address work no more."""
    outside = gateway().outside
    now = outside.clock.now()
    with outside.store.writing() as work:
        if not work.campaigns.revoke_feed(feed_id, now):
            raise NotFound
        work.audit.append(now, g.visitor.account.name, "manager", "calendar.revoked", feed_id)
    return redirect(url_for("calendar.page"), 303)


@blueprint.get("/calendar/<token>.ics")
def feed(token: str) -> Response:
    """Answer with the calendar of a secret address; one that is not known is not there."""
    with gateway().outside.store.reading() as work:
        known = {one.token_sha256 for one in work.campaigns.feeds()}
        rows = work.campaigns.list()
    if digest(token) not in known:
        raise NotFound
    host = request.host
    events = [line for row in dated(rows) for line in event(row, host)]
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Saiduan//broadcasts//EN", *events, "END:VCALENDAR", ""]
    return Response("\r\n".join(map(folded, lines)), content_type="text/calendar; charset=utf-8")


def shown(address: str | None = None) -> str:
    """Render the page; ``address`` is a new one, shown this once."""
    with gateway().outside.store.reading() as work:
        rows, feeds = dated(work.campaigns.list()), work.campaigns.feeds()
    days: dict[str, list[CampaignRow]] = {}
    for row in rows:
        days.setdefault(g.words.day(start_of(row)), []).append(row)
    repeats = {row.id: plan_of(row).repeats for row in rows}
    return render_template("calendar.html", days=days, repeats=repeats, feeds=feeds, address=address)


def dated(rows: tuple[CampaignRow, ...]) -> list[CampaignRow]:
    """Return what has a day, from a month back on, in order."""
    since = gateway().outside.clock.now() - BACK
    found = [row for row in rows if row.state in SHOWN_STATES and row.starts_at is not None and row.starts_at > since]
    return sorted(found, key=start_of)


def start_of(row: CampaignRow) -> datetime:
    """Return when a broadcast that has a start begins."""
    return row.starts_at or row.created_at


def event(row: CampaignRow, host: str) -> list[str]:
    """Return one entry: the name and the state, no person and no text."""
    begins = start_of(row)
    every = {"weekly": ["RRULE:FREQ=WEEKLY"], "monthly": ["RRULE:FREQ=MONTHLY"]}
    return [
        "BEGIN:VEVENT",
        f"UID:{row.id}@{host}",
        f"DTSTAMP:{stamp(row.created_at)}",
        f"DTSTART:{stamp(begins)}",
        f"DTEND:{stamp(begins + LASTS)}",
        f"SUMMARY:{escaped(row.name)}",
        f"STATUS:{'CONFIRMED' if row.state != 'paused' else 'TENTATIVE'}",
        *(every.get(plan_of(row).repeats, []) if row.state != "finished" else []),
        "END:VEVENT",
    ]


def stamp(at: datetime) -> str:
    """Return an instant as calendars write it."""
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def escaped(text: str) -> str:
    """Return a text as a calendar's value."""
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return " ".join(text.split())


def folded(line: str) -> str:
    """Return a line cut where calendars want it: 75 octets, whole characters, the rest after a blank."""
    pieces, piece = [], ""
    for sign in line:
        if len((piece + sign).encode()) > 74:
            pieces.append(piece)
            piece = ""
        piece += sign
    return "\r\n ".join([*pieces, piece])


def digest(token: str) -> str:
    """Return what is kept of a token."""
    return sha256(token.encode()).hexdigest()
