"""What the command line says of a broadcast: a line of the list, and everything an approver must see."""

from datetime import tzinfo

import click

from gateway.campaigns.audience import PROTECTED
from gateway.campaigns.campaign import BEGUN
from gateway.cli.printing import local
from gateway.ports.campaign_book import CampaignRow, Reach
from gateway.services.broadcast_preview import Preview
from gateway.services.campaign_progress import Progress, progress_of
from gateway.services.campaign_results import few
from gateway.services.campaign_rows import as_campaign, plan_of
from gateway.services.campaign_spending import gone_of
from gateway.services.campaign_standing import Pause, pause_of
from gateway.wiring import Gateway


def short(row: CampaignRow) -> dict[str, object]:
    """Return what a list says of a broadcast."""
    return {
        "id": row.id,
        "name": row.name,
        "state": row.state,
        "paused_for": row.paused_for if row.state == "paused" else None,
        "channel": row.channel,
        "starts_at": row.starts_at,
        "created_at": row.created_at,
        "author": row.author,
        "approved_by": row.approved_by,
        "started_at": row.started_at,
        "finished_at": row.finished_at,
        **({"sent_back": f"{row.sent_back_by}: {row.sent_back_why}"} if row.sent_back_by else {}),
    }


def preview_of(gateway: Gateway, campaign_id: str) -> dict[str, object]:
    """Return everything an approver must see before the button, and how far it has come; NotFound."""
    preview = gateway.broadcasts.preview(campaign_id)
    row, content = preview.row, as_campaign(preview.row).content
    with gateway.outside.store.reading() as work:
        tally = work.campaigns.tally(row.id)
        gone = gone_of(work, row, gateway.broadcasts.prices)
    spent: dict[str, object] = {"segments_gone": gone.segments, "kip_gone": gone.kip}
    return {
        **short(row),
        "texts": dict(row.texts),
        **(spent if row.state in BEGUN else ahead_of(preview, waits_of(preview, gateway.settings.timezone))),
        "audience": content.audience.as_facts(),
        "plan": content.plan.as_facts(),
        "content_hash": preview.content_hash,
        "tally": told(progress_of(row, tally)),
        **({"pause": pause_words(pause)} if (pause := pause_of(row, tally)) else {}),
    }


def pause_words(pause: Pause) -> str:
    """Return why a broadcast paused itself, and what going on would mean."""
    going_on = f"Going on sends to {pause.more} more."
    if pause.why == "budget":
        return f"Paused by itself: its budget is used up, or a price is not set. {pause.more} have not got it."
    if pause.why == "doubt":
        return f"Paused by itself: of its first texts nobody knows whether they arrived. {going_on}"
    share = f"by now {pause.failed} of {pause.judged}"
    return f"Paused by itself, because more than a fifth failed: {share}. {going_on}"


def ahead_of(preview: Preview, waits: str | None) -> dict[str, object]:
    """Return what is to be expected of a broadcast that has not begun."""
    return {
        "reach": dict(preview.reach.by_language),
        "left_out": left_out(preview.reach),
        "look": in_another(preview.reach),
        "segments": preview.cost.segments,
        "kip": preview.cost.total,
        "leaves_at": preview.leaves_at,
        "ends_at": preview.ends_at,
        **({"waits": waits} if waits else {}),
    }


def waits_of(preview: Preview, zone: tzinfo) -> str | None:
    """Return what keeps a broadcast from leaving at its hour, or at once, and what lifts it; None when nothing does."""
    moment = local(preview.leaves_at, zone)
    if not preview.waits:
        return None
    if not plan_of(preview.row).emergency:
        return f"Quiet hours or a holiday: it leaves from {moment} on."
    return (
        f"Quiet hours: nobody gets it before {moment}. A declared disaster lifts them where it lets emergency texts"
        " leave at night: `gateway disaster declare ... --lift-quiet-hours`, by the desk or a supervisor."
    )


def told(progress: Progress) -> dict[str, object]:
    """Return people by what became of their text; a small figure of those left out is hidden."""
    return {kind: few(count) if kind == "left_out" else count for kind, count in progress.told.items() if count}


def left_out(reach: Reach) -> dict[str, object]:
    """Return people by the reason that leaves them out; a small figure of those who are protected is hidden."""
    return {reason: few(count) if reason == PROTECTED else count for reason, count in reach.left_out.items()}


def in_another(reach: Reach) -> list[str]:
    """Return a line for those who get it in another language than the one they read, with the cure."""
    return [
        f"{people} readers of {spoken} get it in {sent}: write it with --text {spoken}=..."
        for (spoken, sent), people in sorted(reach.in_another.items())
    ]


def show_facts(facts: dict[str, object]) -> None:
    """Print one fact a line, of a list one line for each."""
    for name, value in facts.items():
        for line in value if isinstance(value, list) else [value]:
            click.echo(f"{name:<13} {line}")
