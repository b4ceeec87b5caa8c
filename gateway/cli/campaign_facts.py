"""What the command line says of a broadcast: a line of the list, and everything an approver must see."""

import click

from gateway.ports.campaign_book import CampaignRow
from gateway.services import campaign_rows
from gateway.wiring import Gateway


def short(row: CampaignRow) -> dict[str, object]:
    """Return what a list says of a broadcast."""
    return {
        "id": row.id,
        "name": row.name,
        "state": row.state,
        "channel": row.channel,
        "starts_at": row.starts_at,
        "created_at": row.created_at,
        "author": row.author,
        "approved_by": row.approved_by,
        "finished_at": row.finished_at,
    }


def preview_of(gateway: Gateway, row: CampaignRow) -> dict[str, object]:
    """Return everything an approver must see before the button, and how far it has come; the hash is of these texts."""
    preview = gateway.broadcasts.preview(row.id)
    with gateway.outside.store.reading() as work:
        tally = dict(work.campaigns.tally(row.id))
    return {
        **short(row),
        "texts": dict(row.texts),
        "reach": dict(preview.reach.by_language),
        "left_out": dict(preview.reach.left_out),
        "segments": preview.cost.segments,
        "kip": preview.cost.total,
        "leaves_at": preview.leaves_at,
        "ends_at": preview.ends_at,
        "audience": campaign_rows.rule_of(row).as_facts(),
        "plan": plan_facts(row),
        "content_hash": campaign_rows.as_campaign(row).content.hash(),
        "tally": tally,
    }


def plan_facts(row: CampaignRow) -> dict[str, object]:
    """Return how a broadcast goes on, as plain values."""
    return dict(campaign_rows.plan_of(row).as_facts())


def show_facts(facts: dict[str, object]) -> None:
    """Print one fact a line."""
    for name, value in facts.items():
        click.echo(f"{name:<13} {value}")
