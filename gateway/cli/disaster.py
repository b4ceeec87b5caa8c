"""``gateway disaster``: declare a disaster for provinces and districts, confirm it, end it; it ends by itself."""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta

import click

from gateway.cli.opening import open_gateway
from gateway.cli.printing import columns, json_line, local
from gateway.errors import NotFound
from gateway.geography.shipped import shipped
from gateway.services.disasters import Disasters

AS = click.option("--as", "actor", metavar="NAME", required=True, help="The account that takes this step.")
DISASTER = click.argument("disaster_id", metavar="ID")
HEAD = ("name", "places", "declared by", "declared", "until", "at night", "confirmed by", "id")


@click.group()
def disaster() -> None:
    """Disasters: short questions, everything one level more urgent, texts at night; two people declare one."""


@disaster.command()
@click.argument("name")
@click.option("--place", "places", multiple=True, required=True, metavar="CODE", help="Repeat it for several.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), required=True, help="Last day, at most 90 days ahead.")
@click.option("--lift-quiet-hours", is_flag=True, help="Emergency texts may leave there at night.")
@AS
def declare(name: str, places: tuple[str, ...], until: datetime, lift_quiet_hours: bool, actor: str) -> None:
    r"""Declare one and print its id; it holds at once, and lapses after an hour without a second person's word.

    \b
    Examples:
      gateway disaster declare flood --place LA1704 --until 2026-12-10 --as desk
      gateway disaster declare dam --place LA17 --until 2026-12-24 --lift-quiet-hours --as desk
    """
    gateway = open_gateway()
    codes = frozenset(checked(place) for place in places)
    end = (until.replace(tzinfo=gateway.settings.timezone) + timedelta(days=1)).astimezone(UTC)
    made = gateway.disasters.declare(name, codes, end, actor, lifts_quiet=lift_quiet_hours)
    click.echo(made.id)
    click.echo(f"a second person confirms within an hour: gateway disaster confirm {made.id} --as NAME", err=True)


@disaster.command()
@DISASTER
@AS
def confirm(disaster_id: str, actor: str) -> None:
    r"""Confirm one as the second person.

    \b
    Examples:
      gateway disaster confirm ID --as supervisor
      gateway disaster confirm "$(gateway disaster declare ...)" --as supervisor
    """
    try:
        service().confirm(disaster_id, actor)
    except NotFound:
        raise absent(disaster_id) from None
    click.echo("confirmed")


@disaster.command()
@DISASTER
@AS
def end(disaster_id: str, actor: str) -> None:
    r"""End one before its date: what it changed is as before.

    \b
    Examples:
      gateway disaster end ID --as desk
      gateway disaster end ID --as supervisor
    """
    try:
        service().end(disaster_id, actor)
    except NotFound:
        raise absent(disaster_id) from None
    click.echo("ended")


@disaster.command("list")
@click.option("--json", "as_json", is_flag=True, help="One object a line.")
def list_disasters(as_json: bool) -> None:
    r"""List those that hold now.

    \b
    Examples:
      gateway disaster list
      gateway disaster list --json
    """
    gateway = open_gateway()
    zone = gateway.settings.timezone
    standing = gateway.disasters.in_force()
    for one in standing if as_json else ():
        json_line({**asdict(one), "places": sorted(one.places)})
    if as_json:
        return
    columns(
        (
            [
                one.name, ", ".join(f"{code} {name_of(code)}" for code in sorted(one.places)), one.declared_by,
                local(one.declared_at, zone), local(one.until, zone), "yes" if one.lifts_quiet else "no",
                one.confirmed_by or "-", one.id,
            ]
            for one in standing
        ),
        HEAD,
    )  # fmt: skip


def service() -> Disasters:
    """Return what takes the steps."""
    return open_gateway().disasters


def absent(disaster_id: str) -> click.ClickException:
    """Return the refusal of an id that names nothing in force."""
    return click.ClickException(f"no disaster {disaster_id} holds now: see `gateway disaster list`")


def checked(place: str) -> str:
    """Return the code of a province or district, or refuse."""
    found = shipped().by_code(place.upper())
    if found is None:
        raise click.UsageError(f"{place!r} is no code of a province or district, such as LA1704")
    return found.code


def name_of(code: str) -> str:
    """Return the English name of a place."""
    found = shipped().by_code(code)
    return shipped().label(found, "en") if found is not None else code
