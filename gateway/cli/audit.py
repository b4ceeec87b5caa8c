"""``gateway audit``: the hash-chained record of who saw or did what."""

import click

from gateway.cli.opening import open_gateway
from gateway.cli.printing import json_line


@click.group()
def audit() -> None:
    """Prove that the record is whole."""


@audit.command()
@click.pass_context
def verify(ctx: click.Context) -> None:
    r"""Recompute the chain from its first row; exit 1 and the first bad row when it does not hold.

    \b
    Examples:
      gateway audit verify
      gateway audit verify && gateway audit head
    """
    with open_gateway().outside.store.reading() as work:
        wrong = list(work.audit.verify())
        head = work.audit.head()
    for line in wrong:
        click.echo(line)
    if wrong:
        ctx.exit(1)
    click.echo(f"the chain holds: {head.seq if head else 0} rows")


@audit.command()
@click.option("--json", "as_json", is_flag=True, help="One object on one line.")
def head(as_json: bool) -> None:
    r"""Print the newest row's number and seal, to be kept somewhere else.

    \b
    Examples:
      gateway audit head
      gateway audit head --json
    """
    with open_gateway().outside.store.reading() as work:
        newest = work.audit.head()
    if as_json:
        seq, mac, at = (newest.seq, newest.mac, newest.at) if newest else (0, "", None)
        json_line({"seq": seq, "mac": mac, "at": at})
    else:
        click.echo(f"{newest.seq} {newest.mac} {newest.at.isoformat()}" if newest else "0 - -")
