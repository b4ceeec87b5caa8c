"""``gateway campaign``: the steps of a broadcast; two people, named with --by, for each."""

from collections.abc import Callable
from typing import TypeVar

import click

from gateway.cli.campaign_facts import preview_of, show_facts, waits_of
from gateway.cli.opening import open_gateway
from gateway.ports.campaign_book import CampaignRow
from gateway.services.roles import CAMPAIGN_STEPS, MAY
from gateway.wiring import Gateway

WRITE = "campaigns:write"
Result = TypeVar("Result")
BY = click.option("--by", required=True, metavar="NAME", help="The account that takes this step.")


@click.group()
def campaign() -> None:
    """Broadcasts: one person writes, a second one approves exactly what was written."""


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
    take(campaign_id, by, CAMPAIGN_STEPS["submit"], lambda gateway: gateway.broadcasts.submit(campaign_id, by))
    click.echo("submitted")


@campaign.command()
@click.argument("campaign_id", metavar="ID")
@click.option("--hash", "seen", metavar="HEX", help="The content that was read, as `campaign show` prints it.")
@click.option("--yes", is_flag=True, help="Do not ask; needs --hash.")
@BY
def approve(campaign_id: str, seen: str | None, yes: bool, by: str) -> None:
    r"""Approve as the second person: the texts, reach and price are shown first.

    \b
    Examples:
      gateway campaign approve ID --by approver
      gateway campaign approve ID --by approver --hash 9f2c... --yes
    """
    if yes and not seen:
        raise click.UsageError("--yes needs --hash, the content that was read: `gateway campaign show ID` prints it")
    gateway = open_gateway()
    require(gateway, by, CAMPAIGN_STEPS["approve"])
    known(gateway, campaign_id)
    if not yes:
        facts = preview_of(gateway, campaign_id)
        show_facts(facts)
        click.confirm("Approve exactly this?", abort=True)
        seen = seen or str(facts["content_hash"])
    gateway.broadcasts.approve(campaign_id, by, seen or "")
    click.echo("approved")
    if waits := waits_of(gateway.broadcasts.preview(campaign_id), gateway.settings.timezone):
        click.echo(waits, err=True)


@campaign.command()
@click.argument("campaign_id", metavar="ID")
@click.option("--why", required=True, metavar="TEXT", help="What the author reads: five characters at least.")
@BY
def refuse(campaign_id: str, why: str, by: str) -> None:
    r"""Send it back to its author, as the second person.

    \b
    Examples:
      gateway campaign refuse ID --by approver --why "The number is not ours"
      gateway campaign refuse "$(gateway campaign new ...)" --by approver --why "Too long for the market day"
    """
    take(campaign_id, by, CAMPAIGN_STEPS["refuse"], lambda gateway: gateway.broadcasts.refuse(campaign_id, by, why))
    click.echo("draft")


@campaign.command()
@click.argument("campaign_id", metavar="ID")
@click.option("--phone", "ending", default="", metavar="DIGITS", help="Only the phone that ends so.")
@BY
def test(campaign_id: str, ending: str, by: str) -> None:
    r"""Send its texts as they stand to the listed phones of the team, or to one of them.

    \b
    Examples:
      gateway campaign test ID --by manager
      gateway campaign test ID --by manager --phone 5678
    """
    sent = take(campaign_id, by, WRITE, lambda gateway: gateway.rehearsing.send(campaign_id, by, ending))
    click.echo(f"{sent} texts on their way to {'the phones' if not ending else 'a phone'} of the team")


@campaign.command()
@click.argument("campaign_id", metavar="ID")
@BY
def schedule(campaign_id: str, by: str) -> None:
    r"""Let it leave at its hour, or at the next humane one.

    \b
    Examples:
      gateway campaign schedule ID --by manager
      gateway campaign schedule "$ID" --by manager
    """
    take(campaign_id, by, CAMPAIGN_STEPS["schedule"], lambda gateway: gateway.broadcasts.schedule(campaign_id, by))
    click.echo("scheduled")


@campaign.command()
@click.argument("campaign_id", metavar="ID")
@BY
def pause(campaign_id: str, by: str) -> None:
    r"""Hold it; what is on its way arrives.

    \b
    Examples:
      gateway campaign pause ID --by manager
      gateway campaign pause "$ID" --by manager
    """
    take(campaign_id, by, CAMPAIGN_STEPS["pause"], lambda gateway: gateway.broadcasts.pause(campaign_id, by))
    click.echo("paused")


@campaign.command()
@click.argument("campaign_id", metavar="ID")
@BY
def resume(campaign_id: str, by: str) -> None:
    r"""Go on with a paused one.

    \b
    Examples:
      gateway campaign resume ID --by manager
      gateway campaign resume "$ID" --by manager
    """
    take(campaign_id, by, CAMPAIGN_STEPS["resume"], lambda gateway: gateway.broadcasts.resume(campaign_id, by))
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
    left = take(campaign_id, by, CAMPAIGN_STEPS["stop"], lambda gateway: gateway.broadcasts.stop(campaign_id, by))
    click.echo(f"stopped; {left} texts had already left")


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
