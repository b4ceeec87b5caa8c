"""``gateway surrender-report``: what this server could reveal right now if it were seized."""

import click

from gateway.cli.opening import open_gateway
from gateway.cli.printing import json_line
from gateway.services.surrender import report


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One object on one line.")
def surrender_report(as_json: bool) -> None:
    r"""Count what the server's own keys open now, and list the cases it can still read, with until when.

    \b
    Examples:
      gateway surrender-report
      gateway surrender-report --json
    """
    gateway = open_gateway()
    found = report(gateway.outside)
    if as_json:
        cases = [{"code": case.code, "texts": case.texts, "until": case.until} for case in found.cases]
        json_line({"at": found.at, "readable": found.counts, "cases": cases, "sealed_texts": found.sealed_texts})
        return
    click.echo("Whoever takes this server with its keys reads now:")
    for name, number in found.counts.items():
        click.echo(f"  {number:>8}  {name}")
    for case in found.cases:
        until = f"until {case.until.astimezone(gateway.settings.timezone):%d/%m/%Y %H:%M}" if case.until else ""
        click.echo(f"            {case.code}: {case.texts} texts, {until or 'until somebody else can read it'}")
    click.echo(f"  {found.sealed_texts:>8}  texts of cases stay closed: only offices and the escrow open them")
