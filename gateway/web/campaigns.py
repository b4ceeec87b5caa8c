"""Broadcasts: the list, and the page of one with its price, its second person, its progress and its STOP."""

from collections.abc import Callable, Mapping
from hashlib import sha256

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from gateway.campaigns.campaign import BEGUN, LIFE, Event
from gateway.campaigns.cost import Line
from gateway.errors import Conflict
from gateway.ports.campaign_book import CampaignRow
from gateway.services.campaign_progress import Progress, progress_of
from gateway.services.campaign_rows import STATES, audience_of, found, plan_of, rule_of
from gateway.services.campaign_spending import gone_of
from gateway.services.reasons import LONGEST_REASON, SHORTEST_REASON
from gateway.web import policy
from gateway.web.broadcast_words import drip_words, edits_of, flow_words, narrowed, whom
from gateway.web.refusals import in_words
from gateway.web.running import gateway

blueprint = Blueprint("campaigns", __name__)

STEPS: tuple[Event, ...] = ("submit", "approve", "refuse", "schedule", "pause", "resume", "stop")
SHOWN_EDITS = 3
MOVING = frozenset({"scheduled", "running", "paused"})


@blueprint.get("/campaigns")
def index() -> str:
    """List every broadcast, newest first."""
    with gateway().outside.store.reading() as work:
        rows = work.campaigns.list()
        tallies = work.campaigns.tallies([row.id for row in rows if row.state in MOVING])
    releasing, now = gateway().broadcasts.releasing, gateway().outside.clock.now()
    shown = [
        (row, progress_of(row, tallies[row.id]) if row.id in tallies else None, releasing.leaves_at(row, now))
        for row in rows
    ]
    return render_template("campaigns.html", campaigns=shown)


@blueprint.get("/campaigns/<campaign_id>")
def page(campaign_id: str) -> ResponseReturnValue:
    """Show one broadcast."""
    return shown(campaign_id)


@blueprint.get("/campaigns/<campaign_id>/progress", endpoint="progress")
def progress_only(campaign_id: str) -> Response:
    """Answer with the progress alone, or 304 when nothing moved."""
    with gateway().outside.store.reading() as work:
        row = found(work, campaign_id)
        tally = work.campaigns.tally(campaign_id)
    progress = progress_now(row, tally)
    response = Response(render_template("progress.html", campaign=row, progress=progress, fragment=True))
    response.set_etag(sha256(response.get_data()).hexdigest()[:16])
    response.headers["X-Moving"] = "yes" if row.state in MOVING else "no"
    response.make_conditional(request)
    return response


def step(event: Event) -> Callable[[str], ResponseReturnValue]:
    """Return the view of one step."""

    def take(campaign_id: str) -> ResponseReturnValue:
        try:
            left = taken(event, campaign_id, g.visitor.account.name)
        except Conflict as conflict:
            return shown(campaign_id, in_words(g.words, conflict.told)), 409
        return redirect(url_for("campaigns.page", campaign_id=campaign_id, said=event, left=left), 303)

    return take


def taken(event: Event, campaign_id: str, by: str) -> int | None:
    """Take a step; for STOP return how many texts had left before it."""
    service = gateway().broadcasts
    if event == "approve":
        service.approve(campaign_id, by, request.form.get("seen", ""))
        return None
    if event == "stop":
        return service.stop(campaign_id, by)
    if event == "refuse":
        service.refuse(campaign_id, by, request.form.get("why", ""))
        return None
    moves = {
        "submit": service.submit,
        "schedule": service.schedule,
        "pause": service.pause,
        "resume": service.resume,
    }
    moves[event](campaign_id, by)
    return None


for _event in STEPS:
    blueprint.add_url_rule(f"/campaigns/<campaign_id>/{_event}", _event, step(_event), methods=("POST",))


def shown(campaign_id: str, refused: Markup | None = None) -> str:
    """Render the page of a broadcast."""
    running = gateway()
    preview = running.broadcasts.preview(campaign_id)
    row, rule = preview.row, rule_of(preview.row)
    with running.outside.store.reading() as work:
        tally = work.campaigns.tally(campaign_id)
        gone = gone_of(work, row, running.broadcasts.prices)
        editions = work.campaigns.editions(campaign_id)
    texts = [(language, row.texts[language], line_of(preview.cost.lines, language)) for language in sorted(row.texts)]
    said, left = request.args.get("said"), request.args.get("left", "")
    return render_template(
        "campaign.html",
        campaign=row,
        progress=progress_now(row, tally),
        preview=preview,
        gone=gone,
        leaves_at=running.broadcasts.releasing.leaves_at(row, running.outside.clock.now()),
        refused=refused,
        districts=[g.words.place(code) for code in sorted(rule.districts | rule.provinces)],
        everybody=not narrowed(rule),
        whom=list(whom(rule, audience_of(row).rest_days)),
        plan=plan_of(row),
        drip_words=drip_words,
        flow_words=flow_words,
        begun=row.state in BEGUN,
        edits=edits_of(editions)[-SHOWN_EDITS:],
        steps=open_steps(row),
        texts=texts[::-1],
        said=said if said in STEPS else None,
        left=left if left.isdecimal() and len(left) < 9 else None,
        moving=row.state in MOVING,
        may_edit=(STATES[row.state], "edit") in LIFE,
        typed_why=request.form.get("why", "")[:LONGEST_REASON],
        shortest=SHORTEST_REASON,
        longest=LONGEST_REASON,
        own=g.visitor.account.name in (row.author, row.submitted_by),
    )


def progress_now(row: CampaignRow, tally: Mapping[str, int]) -> Progress:
    """Return how far a broadcast has come; it has no rate in its quiet hours."""
    broadcasts, now = gateway().broadcasts, gateway().outside.clock.now()
    leaves = broadcasts.releasing.quiet_of(row, now).open_at(now)
    return progress_of(row, tally, broadcasts.pacing, broadcasts.rate if leaves else 0)


def open_steps(row: CampaignRow) -> list[Event]:
    """Return the steps that the campaign's state and the visitor's role allow."""
    possible = [event for event in STEPS if (STATES[row.state], event) in LIFE and not (row.kept and event == "submit")]
    return [event for event in possible if policy.is_open(f"campaigns.{event}")]


def line_of(lines: tuple[Line, ...], language: str) -> Line | None:
    """Return the cost line of a language."""
    return next((line for line in lines if line.language == language), None)
