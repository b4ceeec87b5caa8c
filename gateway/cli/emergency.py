"""``gateway emergency``: prepared texts and declared disasters; each needs a second person."""

import click

from gateway.cli.campaign import BY, WRITE, require
from gateway.cli.messages import instant
from gateway.cli.opening import open_gateway
from gateway.cli.printing import columns, json_line, local
from gateway.services.emergencies import EMERGENCY, PREPARED

DISASTERS = "disasters"


@click.group()
def emergency() -> None:
    """Texts of a disaster: asked for by one person, released by a second one with `gateway campaign approve`."""


@emergency.command("texts")
@click.option("--json", "as_json", is_flag=True, help="One object a line.")
def list_texts(as_json: bool) -> None:
    r"""List the prepared texts.

    \b
    Examples:
      gateway emergency texts
      gateway emergency texts --json
    """
    for name, texts in sorted(open_gateway().emergencies.templates().items()):
        short = name.removeprefix(EMERGENCY.removeprefix(PREPARED))
        if as_json:
            json_line({"name": short, "texts": texts})
        else:
            click.echo(f"{short:<12} {texts.get('en', '')}")


@emergency.command()
@click.argument("template")
@click.option("--district", "districts", multiple=True, required=True, metavar="CODE", help="Repeat it for several.")
@BY
def ask(template: str, districts: tuple[str, ...], by: str) -> None:
    r"""Ask for the release of a prepared text and print its id; `gateway campaign approve` sends it.

    \b
    Examples:
      gateway emergency ask flood --district LA1703 --by manager
      gateway emergency ask offers --district LA1703 --district LA1704 --by manager
    """
    gateway = open_gateway()
    require(gateway, by, WRITE)
    click.echo(gateway.emergencies.prepare(template, frozenset(districts), by))


@emergency.command()
@click.argument("name")
@click.option("--district", "districts", multiple=True, required=True, metavar="CODE", help="Repeat it for several.")
@click.option("--ends", required=True, metavar="ISO", help="Until when, 90 days at most.")
@click.option("--lift-quiet-hours", is_flag=True, help="Emergency texts may leave at night.")
@BY
def declare(name: str, districts: tuple[str, ...], ends: str, lift_quiet_hours: bool, by: str) -> None:
    r"""Declare a disaster and print its id; it lapses in an hour unless a second person confirms it.

    \b
    Examples:
      gateway emergency declare flood --district LA1703 --ends 2026-12-10T00:00 --by desk
      gateway emergency declare dam --district LA1704 --ends 2026-12-10T00:00 --lift-quiet-hours --by desk
    """
    gateway = open_gateway()
    require(gateway, by, DISASTERS)
    until = instant(ends, gateway.settings.timezone)
    click.echo(gateway.emergencies.declare(name, frozenset(districts), until, by, lifts_quiet=lift_quiet_hours))


@emergency.command()
@click.argument("disaster_id", metavar="ID")
@BY
def confirm(disaster_id: str, by: str) -> None:
    r"""Confirm a disaster as the second person.

    \b
    Examples:
      gateway emergency confirm ID --by supervisor
      gateway emergency confirm "$(gateway emergency declare ...)" --by supervisor
    """
    gateway = open_gateway()
    require(gateway, by, DISASTERS)
    gateway.emergencies.confirm(disaster_id, by)
    click.echo("confirmed")


@emergency.command()
@click.argument("disaster_id", metavar="ID")
@BY
def end(disaster_id: str, by: str) -> None:
    r"""End a disaster: the quiet hours hold again.

    \b
    Examples:
      gateway emergency end ID --by desk
      gateway emergency end ID --by supervisor
    """
    gateway = open_gateway()
    require(gateway, by, DISASTERS)
    gateway.emergencies.end(disaster_id, by)
    click.echo("ended")


@emergency.command("list")
@click.option("--json", "as_json", is_flag=True, help="One object a line.")
def list_disasters(as_json: bool) -> None:
    r"""List the disasters that hold now.

    \b
    Examples:
      gateway emergency list
      gateway emergency list --json
    """
    gateway = open_gateway()
    rows = gateway.emergencies.in_force()
    if as_json:
        for row in rows:
            facts = {"id": row.id, "name": row.name, "districts": sorted(row.districts), "ends_at": row.ends_at}
            json_line({**facts, "lifts_quiet": row.lifts_quiet, "confirmed_by": row.confirmed_by})
        return
    zone = gateway.settings.timezone
    columns(
        (
            [row.name, " ".join(sorted(row.districts)), local(row.ends_at, zone), row.confirmed_by or "", row.id]
            for row in rows
        ),
        ("name", "districts", "until", "confirmed", "id"),
    )
