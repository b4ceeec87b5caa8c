"""``gateway disaster``: switch disaster mode of a district or province on and off; it ends by itself."""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta

import click

from gateway.cli.opening import open_gateway
from gateway.cli.printing import columns, json_line, local
from gateway.errors import NotFound
from gateway.geography.shipped import shipped

AS = click.option("--as", "actor", metavar="NAME", required=True, help="The account that takes this step.")
PLACE = click.argument("place", metavar="PLACE")
HEAD = ("place", "name", "declared by", "declared", "until", "confirmed by")


@click.group()
def disaster() -> None:
    """Disaster mode: short questions, everything one level more urgent; two people switch it on."""


@disaster.command()
@PLACE
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), required=True, help="Last day, at most 90 days ahead.")
@AS
def on(place: str, until: datetime, actor: str) -> None:
    r"""Switch it on at once; without a second person's word it lapses after an hour.

    \b
    Examples:
      gateway disaster on LA1704 --until 2026-12-10 --as desk
      gateway disaster on LA17 --until 2026-12-24 --as desk
    """
    gateway = open_gateway()
    code = checked(place)
    end = until.replace(tzinfo=gateway.settings.timezone) + timedelta(days=1)
    gateway.disaster_mode.declare(code, end.astimezone(UTC), actor)
    click.echo(f"on: {code} {name_of(code)}; a second person confirms within an hour: gateway disaster confirm {code}")


@disaster.command()
@PLACE
@AS
def confirm(place: str, actor: str) -> None:
    r"""Confirm it as the second person.

    \b
    Examples:
      gateway disaster confirm LA1704 --as supervisor
      gateway disaster confirm LA17 --as desk
    """
    code = checked(place)
    try:
        open_gateway().disaster_mode.confirm(code, actor)
    except NotFound:
        raise click.ClickException(f"disaster mode is not on in {code}") from None
    click.echo(f"confirmed: {code} {name_of(code)}")


@disaster.command()
@PLACE
@AS
def off(place: str, actor: str) -> None:
    r"""Switch it off before its date.

    \b
    Examples:
      gateway disaster off LA1704 --as desk
      gateway disaster off LA17 --as supervisor
    """
    code = checked(place)
    try:
        open_gateway().disaster_mode.end(code, actor)
    except NotFound:
        raise click.ClickException(f"disaster mode is not on in {code}") from None
    click.echo(f"off: {code} {name_of(code)}")


@disaster.command("list")
@click.option("--json", "as_json", is_flag=True, help="One object a line.")
def list_disasters(as_json: bool) -> None:
    r"""List where it is on.

    \b
    Examples:
      gateway disaster list
      gateway disaster list --json
    """
    gateway = open_gateway()
    zone = gateway.settings.timezone
    standing = gateway.disaster_mode.list()
    for one in standing if as_json else ():
        json_line(asdict(one))
    if as_json:
        return
    columns(
        (
            [
                one.place,
                name_of(one.place),
                one.declared_by,
                local(one.declared_at, zone),
                local(one.until, zone),
                one.confirmed_by or "-",
            ]
            for one in standing
        ),
        HEAD,
    )


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
