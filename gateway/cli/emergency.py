"""``gateway emergency``: prepared texts of a disaster, released by a second person."""

import click

from gateway.cli.campaign import BY, WRITE, require
from gateway.cli.opening import open_gateway
from gateway.cli.printing import json_line
from gateway.services.emergencies import EMERGENCY, PREPARED


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
