"""``gateway campaign list``, ``show``, ``readers``, ``results`` and ``calendar``: they change nothing."""

from collections.abc import Iterator
from typing import Any

import click

from gateway.cli.campaign import known
from gateway.cli.campaign_facts import preview_of, short, show_facts, told
from gateway.cli.opening import open_gateway
from gateway.cli.printing import columns, json_line, local
from gateway.integrations.calendars.broadcasts import as_icalendar
from gateway.ports.audience_book import Person
from gateway.ports.campaign_book import CampaignRow
from gateway.services.audience import Audience
from gateway.services.campaign_calendar import CampaignCalendar
from gateway.services.campaign_progress import progress_of
from gateway.services.campaign_results import Results, Share, few, results_of
from gateway.services.campaign_rows import audience_of
from gateway.services.reader_places import read_by

CAMPAIGN = click.argument("campaign_id", metavar="ID")
HOST = "gateway"
"""Makes the ids of a file's events the gateway's own; a feed has its address for that."""


@click.command()
@CAMPAIGN
@click.option("--json", "as_json", is_flag=True, help="One object on one line.")
def show(campaign_id: str, as_json: bool) -> None:
    r"""Show texts, reach, price and progress.

    \b
    Examples:
      gateway campaign show ID
      gateway campaign show ID --json
    """
    gateway = open_gateway()
    facts = preview_of(gateway, known(gateway, campaign_id).id)
    if as_json:
        json_line(facts)
    else:
        show_facts(facts)


@click.command("list")
@click.option("--json", "as_json", is_flag=True, help="One object a line.")
def list_campaigns(as_json: bool) -> None:
    r"""List every broadcast, newest first.

    \b
    Examples:
      gateway campaign list
      gateway campaign list --json
    """
    gateway = open_gateway()
    zone = gateway.settings.timezone
    with gateway.outside.store.reading() as work:
        rows = work.campaigns.list()
        tallies = work.campaigns.tallies([row.id for row in rows])
    releasing, now = gateway.broadcasts.releasing, gateway.outside.clock.now()
    leaves = {row.id: releasing.leaves_at(row, now) for row in rows}
    if as_json:
        for row in rows:
            json_line({**short(row), "leaves_at": leaves[row.id], "tally": told(progress_of(row, tallies[row.id]))})
        return
    columns(
        (
            [row.name, state_of(row), local(leaves[row.id], zone), str(progress_of(row, tallies[row.id]).total), row.id]
            for row in rows
        ),
        ("name", "state", "leaves", "people", "id"),
    )


@click.command()
@CAMPAIGN
@click.option("--first", default=3, show_default=True, type=click.IntRange(1, 1000), help="How many.")
@click.option("--json", "as_json", is_flag=True, help="One object a line.")
def readers(campaign_id: str, first: int, as_json: bool) -> None:
    r"""Show the text as its first readers would get it now, numbers masked.

    \b
    Examples:
      gateway campaign readers ID
      gateway campaign readers ID --first 20 --json
    """
    gateway = open_gateway()
    row = known(gateway, campaign_id)
    for person in walk(gateway.audience, row, first):
        text = read_by(person, row.texts)
        if as_json:
            json_line({"phone": person.masked, "language": person.language, "district": person.district, "text": text})
        else:
            click.echo(f"{person.masked}  {person.language:<8} {text}")


@click.command()
@CAMPAIGN
@click.option("--json", "as_json", is_flag=True, help="One object on one line.")
def results(campaign_id: str, as_json: bool) -> None:
    r"""Show what came of it by district and language, why texts failed, and who wrote back; small figures stay hidden.

    \b
    Examples:
      gateway campaign results ID
      gateway campaign results ID --json
    """
    gateway = open_gateway()
    known(gateway, campaign_id)
    with gateway.outside.store.reading() as work:
        found = results_of(work, campaign_id)
    if as_json:
        json_line(facts_of(found))
        return
    lines = [("district", share) for share in found.districts] + [("language", share) for share in found.languages]
    columns(
        ([by, share.key or "others", share.shown, said(share)] for by, share in lines),
        ("by", "of", "delivered", "%"),
    )
    for name in ("failures", "unknown", "left_out"):
        for why, count in getattr(found, name).items():
            click.echo(f"{name:<9} {why or 'others':<18} {few(count)}")
    click.echo(f"answered  {few(found.answered)}")


@click.command()
@click.option("--ics", is_flag=True, help="As an iCalendar file.")
@click.option("--json", "as_json", is_flag=True, help="One object a line.")
def calendar(ics: bool, as_json: bool) -> None:
    r"""List what leaves by day, from a month back on; names and hours, no person and no text.

    \b
    Examples:
      gateway campaign calendar
      gateway campaign calendar --ics > broadcasts.ics
    """
    if ics and as_json:
        raise click.UsageError("--ics and --json are two files: ask for one")
    gateway = open_gateway()
    zone = gateway.settings.timezone
    entries = CampaignCalendar(gateway.outside, gateway.broadcasts.pacing.quiet).entries()
    if ics:
        click.echo(as_icalendar(entries, HOST), nl=False)
        return
    for entry in entries if as_json else ():
        named = ("id", "name", "state", "starts_at", "leaves_at", "repeats")
        json_line({name: getattr(entry, name) for name in named})
    if not as_json:
        columns(
            ([local(entry.leaves_at, zone), entry.name, entry.state, entry.repeats, entry.id] for entry in entries),
            ("leaves", "name", "state", "repeats", "id"),
        )


def state_of(row: CampaignRow) -> str:
    """Return the state of a broadcast, and why it paused itself."""
    return f"paused: {row.paused_for}" if row.state == "paused" and row.paused_for else row.state


def walk(audience: Audience, row: CampaignRow, most: int) -> Iterator[Person]:
    """Yield the first readers of a broadcast, one by one; nobody while it has no text."""
    beyond, rule = "", audience_of(row)
    for _ in range(most if row.texts else 0):
        person = audience.preview(rule, tuple(row.texts), beyond)
        if person is None:
            return
        yield person
        beyond = person.contact_id


def facts_of(found: Results) -> dict[str, Any]:
    """Return results as plain values, each figure as it may be shown."""
    reasons = {
        name: {why or "others": few(count) for why, count in getattr(found, name).items()}
        for name in ("failures", "unknown", "left_out")
    }
    return {
        "districts": {share.key or "others": share.shown for share in found.districts},
        "languages": {share.key or "others": share.shown for share in found.languages},
        **reasons,
        "answered": few(found.answered),
    }


def said(share: Share) -> str:
    """Return per cent as the table says it."""
    return "-" if share.percent is None else str(share.percent)
