"""``gateway campaign``: broadcasts from draft to last receipt; two people, named with --by, for each."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from gateway.cli.campaign_facts import preview_of, short, show_facts
from gateway.cli.campaign_planning import audience_of, audience_options, plan_of, plan_options
from gateway.cli.messages import instant
from gateway.cli.opening import open_gateway
from gateway.cli.printing import columns, json_line, local
from gateway.ports.campaign_book import CampaignRow
from gateway.services.roles import MAY
from gateway.wiring import Gateway

WRITE, APPROVE = "campaigns:write", "campaigns:approve"
Result = TypeVar("Result")
BY = click.option("--by", required=True, metavar="NAME", help="The account that takes this step.")


@click.group()
def campaign() -> None:
    """Broadcasts: one person writes, a second one approves exactly what was written."""


@campaign.command()
@click.argument("name")
@click.option("--text", "texts", multiple=True, required=True, metavar="LANG=TEXT", help="Repeat it for each language.")
@audience_options
@click.option("--at", metavar="ISO", help="When it leaves; without it, when it is scheduled.")
@plan_options
@BY
def new(
    name: str,
    texts: tuple[str, ...],
    at: str | None,
    by: str,
    **planned: Any,  # noqa: ANN401 - the options of campaign_planning, each of its own type
) -> None:
    r"""Draft a broadcast and print its id.

    \b
    Examples:
      gateway campaign new rice --by manager --district LA1703 --text 'lo=ລາຄາເຂົ້າ ຢຸດ' --text 'en=Rice price. STOP'
      gateway campaign new trip --by manager --agreed-to travel --by-date departure:-7 --until 2027-09-01T20:00 ...
    """
    gateway = open_gateway()
    require(gateway, by, WRITE)
    zone = gateway.settings.timezone
    rule = audience_of(planned)
    plan = plan_of(planned, zone)
    starts_at = instant(at, zone) if at else None
    click.echo(gateway.broadcasts.draft(name, dict(pair(text) for text in texts), rule, starts_at, by, plan=plan))


@campaign.command()
@click.argument("campaign_id", metavar="ID")
@BY
def submit(campaign_id: str, by: str) -> None:
    r"""Ask for approval.

    \b
    Examples:
      gateway campaign submit ID --by manager
      gateway campaign submit "$(gateway campaign new ...)" --by manager
    """
    take(campaign_id, by, WRITE, lambda gateway: gateway.broadcasts.submit(campaign_id, by))
    click.echo("submitted")


@campaign.command()
@click.argument("campaign_id", metavar="ID")
@click.option("--hash", "seen", metavar="HEX", help="The content that was read, as `campaign show` prints it.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@BY
def approve(campaign_id: str, seen: str | None, yes: bool, by: str) -> None:
    r"""Approve as the second person: the texts, reach and price are shown first.

    \b
    Examples:
      gateway campaign approve ID --by approver
      gateway campaign approve ID --by approver --hash 9f2c... --yes
    """
    gateway = open_gateway()
    require(gateway, by, APPROVE)
    facts = preview_of(gateway, known(gateway, campaign_id))
    if not yes:
        show_facts(facts)
        click.confirm("Approve exactly this?", abort=True)
    gateway.broadcasts.approve(campaign_id, by, seen or str(facts["content_hash"]))
    click.echo("approved")


@campaign.command()
@click.argument("campaign_id", metavar="ID")
@BY
def refuse(campaign_id: str, by: str) -> None:
    r"""Send it back to its author, as the second person.

    \b
    Examples:
      gateway campaign refuse ID --by approver
      gateway campaign refuse "$(gateway campaign new ...)" --by approver
    """
    take(campaign_id, by, APPROVE, lambda gateway: gateway.broadcasts.refuse(campaign_id, by))
    click.echo("draft")


@campaign.command()
@click.argument("campaign_id", metavar="ID")
@BY
def test(campaign_id: str, by: str) -> None:
    r"""Send its texts as they stand to the listed phones of the team.

    \b
    Examples:
      gateway campaign test ID --by manager
      gateway campaign test "$(gateway campaign new ...)" --by manager
    """
    sent = take(campaign_id, by, WRITE, lambda gateway: gateway.rehearsing.send(campaign_id, by))
    click.echo(f"{sent} texts on their way to the phones of the team")


@campaign.command()
@click.argument("campaign_id", metavar="ID")
@BY
def schedule(campaign_id: str, by: str) -> None:
    r"""Let it leave at its hour, or at the next humane one.

    \b
    Examples:
      gateway campaign schedule ID --by manager
      gateway campaign schedule ID --by approver
    """
    take(campaign_id, by, "campaigns", lambda gateway: gateway.broadcasts.schedule(campaign_id, by))
    click.echo("scheduled")


@campaign.command()
@click.argument("campaign_id", metavar="ID")
@BY
def pause(campaign_id: str, by: str) -> None:
    r"""Hold it; what is on its way arrives.

    \b
    Examples:
      gateway campaign pause ID --by manager
      gateway campaign pause ID --by approver
    """
    take(campaign_id, by, "campaigns", lambda gateway: gateway.broadcasts.pause(campaign_id, by))
    click.echo("paused")


@campaign.command()
@click.argument("campaign_id", metavar="ID")
@BY
def resume(campaign_id: str, by: str) -> None:
    r"""Go on with a paused one.

    \b
    Examples:
      gateway campaign resume ID --by manager
      gateway campaign resume ID --by approver
    """
    take(campaign_id, by, "campaigns", lambda gateway: gateway.broadcasts.resume(campaign_id, by))
    click.echo("running")


@campaign.command()
@click.argument("campaign_id", metavar="ID")
@BY
def stop(campaign_id: str, by: str) -> None:
    r"""End it for good, at once.

    \b
    Examples:
      gateway campaign stop ID --by manager
      gateway campaign stop ID --by approver
    """
    left = take(campaign_id, by, "campaigns", lambda gateway: gateway.broadcasts.stop(campaign_id, by))
    click.echo(f"stopped; {left} texts had already left")


@campaign.command()
@click.argument("campaign_id", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="One object on one line.")
def show(campaign_id: str, as_json: bool) -> None:
    r"""Show texts, reach, price and progress.

    \b
    Examples:
      gateway campaign show ID
      gateway campaign show ID --json
    """
    gateway = open_gateway()
    facts = preview_of(gateway, known(gateway, campaign_id))
    if as_json:
        json_line(facts)
    else:
        show_facts(facts)


@campaign.command("list")
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
        rows = [(row, work.campaigns.tally(row.id)) for row in work.campaigns.list()]
    if as_json:
        for row, tally in rows:
            json_line({**short(row), "tally": dict(tally)})
        return
    columns(
        ([row.name, row.state, local(row.starts_at, zone), str(sum(tally.values())), row.id] for row, tally in rows),
        ("name", "state", "leaves", "people", "id"),
    )


def take(campaign_id: str, by: str, permission: str, step: Callable[[Gateway], Result]) -> Result:
    """Take one step of a known broadcast by somebody who may."""
    gateway = open_gateway()
    require(gateway, by, permission)
    known(gateway, campaign_id)
    return step(gateway)


def require(gateway: Gateway, by: str, permission: str) -> None:
    """Refuse a name that is no account, or whose roles do not allow the step."""
    with gateway.outside.store.reading() as work:
        account = work.accounts.by_name(by)
    if account is None or account.disabled:
        raise click.ClickException(f"there is no account {by}; add it with `gateway user add`")
    if not any(permission in MAY.get(role, frozenset()) for role in account.roles):
        needed = sorted(role for role, may in MAY.items() if permission in may)
        raise click.ClickException(f"{by} may not do that; it needs the role {' or '.join(needed)}")


def known(gateway: Gateway, campaign_id: str) -> CampaignRow:
    """Return a broadcast, or say that there is none."""
    with gateway.outside.store.reading() as work:
        row = work.campaigns.get(campaign_id)
    if row is None:
        raise click.ClickException(f"there is no broadcast {campaign_id}; see `gateway campaign list`")
    return row


def pair(text: str) -> tuple[str, str]:
    """Split ``lo=...``."""
    language, equals, words = text.partition("=")
    if not equals or not language or not words:
        raise click.BadParameter(f"{text[:20]!r} is not LANG=TEXT, such as 'lo=...'", param_hint="--text")
    return language, words
