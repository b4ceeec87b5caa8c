"""``gateway retention``: forget what has had its time."""

import click

from gateway.cli.opening import open_gateway
from gateway.cli.printing import json_line


@click.group()
def retention() -> None:
    """Forget what has had its time; the clock does it every hour."""


@retention.command()
@click.option("--dry-run", is_flag=True, help="Say what would be forgotten, and forget nothing.")
@click.option("--json", "as_json", is_flag=True, help="One object on one line.")
def run(dry_run: bool, as_json: bool) -> None:
    r"""Forget texts, links, bodies and people whose time is over; a second run finds nothing more.

    \b
    Examples:
      gateway retention run --dry-run
      gateway retention run
    """
    found = open_gateway().retention.run(dry=dry_run)
    if as_json:
        json_line(dict(found))
        return
    for name, number in found.items():
        click.echo(f"{name}: {number}")
