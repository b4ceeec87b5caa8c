"""The first page: who waits, what runs, and whether the gateway is well, each for whom it concerns."""

from datetime import timedelta

from flask import Blueprint, g, render_template

from gateway.ports.alarms import Alarm
from gateway.ports.bundle_book import Move
from gateway.ports.campaign_book import CampaignRow
from gateway.ports.caseload import Wanted
from gateway.services.campaign_progress import Progress, progress_of
from gateway.web.running import gateway
from gateway.web.system import concerns

blueprint = Blueprint("dashboard", __name__)
SHOWN = 5
A_WEEK = timedelta(days=7)
OF_CHANNELS = ("channel_broken", "texts_refused")
IN_SIGHT = ("submitted", "scheduled", "running", "paused")


@blueprint.get("/")
def page() -> str:
    """Show what concerns the visitor."""
    desk, visitor = gateway().case_desk, g.visitor
    waiting = desk.page(visitor, Wanted(), SHOWN, 1) if visitor.may("cases") else None
    report = gateway().health.report()
    return render_template(
        "dashboard.html",
        waiting=waiting,
        unanswered=desk.unanswered(visitor) if waiting else 0,
        alarms=alarms_in_reach() if visitor.may("sessions") else [],
        of_channels=OF_CHANNELS,
        put_back=put_back_lately() if visitor.may("flows:approve") else [],
        campaigns=campaigns_in_sight() if g.visitor.may("campaigns") else [],
        well=report.ready,
        concerns=[concern for concern in concerns(report.facts) if not concern.well],
    )


def alarms_in_reach() -> list[Alarm]:
    """Return alarms about accounts that the visitor may stop; those about networks are an administrator's."""
    reach = {member.account.name for member in gateway().membership.members(g.visitor)}
    with gateway().outside.store.reading() as work:
        return [alarm for alarm in work.alarms.unseen() if alarm.subject in reach or g.visitor.may("accounts")]


def put_back_lately() -> list[Move]:
    """Return what others put back of flows in the last week, newest first: whoever approves hears of it."""
    since = gateway().outside.clock.now() - A_WEEK
    with gateway().outside.store.reading() as work:
        moves = [move for move in work.bundles.moves() if move.why == "rolled_back" and move.at >= since]
    return [move for move in reversed(moves) if move.actor != g.visitor.account.name][:SHOWN]


def campaigns_in_sight() -> list[tuple[CampaignRow, Progress]]:
    """Return broadcasts that wait for somebody or are on their way; first of all those that paused themselves."""
    with gateway().outside.store.reading() as work:
        rows = sorted((row for row in work.campaigns.list() if row.state in IN_SIGHT), key=goes_by_itself)[:SHOWN]
        tallies = work.campaigns.tallies([row.id for row in rows])
    return [(row, progress_of(row, tallies[row.id])) for row in rows]


def goes_by_itself(row: CampaignRow) -> bool:
    """Whether a broadcast has not paused itself."""
    return row.state != "paused" or row.paused_for is None
