"""``gateway emergency``: prepared texts of a disaster, released by a second person."""

import click

from gateway.cli.campaign import BY, WRITE, require
from gateway.cli.campaign_checks import districts_of
from gateway.cli.opening import open_gateway
from gateway.cli.printing import json_line
from gateway.services.campaign_rows import rule_of


@click.group()
def emergency() -> None:
    """Texts of a disaster: asked for by one person, released by a second one with `gateway campaign approve`.

    What is prepared for some districts is worded with `gateway campaign edit`.
    """


@emergency.command("texts")
@click.option("--json", "as_json", is_flag=True, help="One object a line.")
def list_texts(as_json: bool) -> None:
    r"""List the prepared texts.

    \b
    Examples:
      gateway emergency texts
      gateway emergency texts --json
    """
    for name, texts in open_gateway().emergencies.templates().items():
        if as_json:
            json_line({"name": name, "texts": texts})
        else:
            click.echo(f"{name:<12} {texts.get('en', '')}")


@emergency.command()
@click.option("--json", "as_json", is_flag=True, help="One object a line.")
def kept(as_json: bool) -> None:
    r"""List what is prepared for some districts.

    \b
    Examples:
      gateway emergency kept
      gateway emergency kept --json
    """
    for row in open_gateway().emergencies.kept():
        districts = sorted(rule_of(row).districts)
        if as_json:
            json_line({"id": row.id, "name": row.name, "districts": districts, "texts": dict(row.texts)})
        else:
            click.echo(f"{row.id}  {', '.join(districts)}  {row.texts.get('en') or row.name}")


@emergency.command()
@click.argument("template")
@click.option("--district", "districts", multiple=True, required=True, metavar="CODE", help="Repeat it for several.")
@BY
def keep(template: str, districts: tuple[str, ...], by: str) -> None:
    r"""Prepare a text for some districts beforehand and print its id; nothing is sent.

    \b
    Examples:
      gateway emergency keep flood --district LA1703 --by manager
      gateway emergency keep storm --district LA1703 --district LA1704 --by manager
    """
    gateway = open_gateway()
    require(gateway, by, WRITE)
    click.echo(gateway.emergencies.keep(template, districts_of(districts), by))


@emergency.command()
@click.argument("prepared", metavar="TEXT")
@click.option("--district", "districts", multiple=True, metavar="CODE", help="Of a text's name; repeat it for several.")
@BY
def ask(prepared: str, districts: tuple[str, ...], by: str) -> None:
    r"""Ask for the release of a prepared text, or of a kept one by its id, and print the id that is to be approved.

    \b
    Examples:
      gateway emergency ask ID --by manager
      gateway emergency ask offers --district LA1703 --district LA1704 --by manager
    """
    gateway = open_gateway()
    require(gateway, by, WRITE)
    codes = districts_of(districts)
    if codes and prepared in {row.id for row in gateway.emergencies.kept()}:
        raise click.UsageError(f"{prepared} is kept for its own districts: ask for it without --district")
    if not codes and prepared in gateway.emergencies.templates():
        raise click.UsageError(f"say where {prepared} is to be sent: --district CODE")
    if codes:
        click.echo(gateway.emergencies.prepare(prepared, codes, by))
    else:
        click.echo(gateway.emergencies.release(prepared, by))
