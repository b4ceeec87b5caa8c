"""When broadcasts leave: by day on a page, and for calendars at a secret address that can be revoked."""

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gateway.integrations.calendars.broadcasts import as_icalendar
from gateway.services.campaign_calendar import CampaignCalendar, Entry
from gateway.web.running import gateway

blueprint = Blueprint("calendar", __name__)


@blueprint.get("/campaigns/calendar")
def page() -> str:
    """List by day what leaves, and the calendars that show it."""
    return shown()


@blueprint.post("/campaigns/calendar")
def subscribe() -> str:
    """Make a secret address and show it, this once."""
    token = calendar().subscribe(g.visitor.account.name)
    return shown(f"{gateway().settings.public_base_url}{url_for('calendar.feed', token=token)}")


@blueprint.post("/campaigns/calendar/<feed_id>/revoke")
def revoke(feed_id: str) -> ResponseReturnValue:
    """Let an address work no more."""
    calendar().revoke(feed_id, g.visitor.account.name)
    return redirect(url_for("calendar.page"), 303)


@blueprint.get("/calendar/<token>.ics")
def feed(token: str) -> Response:
    """Answer with the calendar of a secret address; one that is not known is not there."""
    file = as_icalendar(calendar().entries_at(token), request.host)
    return Response(file, content_type="text/calendar; charset=utf-8")


def calendar() -> CampaignCalendar:
    """Return what knows the days."""
    return CampaignCalendar(gateway().outside, gateway().broadcasts.pacing.quiet)


def shown(address: str | None = None) -> str:
    """Render the page; ``address`` is a new one, shown this once."""
    days: dict[str, list[Entry]] = {}
    for entry in calendar().entries():
        days.setdefault(g.words.day(entry.leaves_at), []).append(entry)
    return render_template("calendar.html", days=days, feeds=calendar().feeds(), address=address)
