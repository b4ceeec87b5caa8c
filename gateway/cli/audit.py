"""``gateway audit``: the hash-chained record of who saw or did what."""

import click

from gateway.cli.opening import open_gateway
from gateway.cli.printing import json_line
from gateway.ports.unit_of_work import UnitOfWork

SHORTEST = 8  # letters of a seal that say enough


@click.group()
def audit() -> None:
    """Prove that the record is whole."""


@audit.command()
@click.option("--head", "noted", nargs=2, type=(int, str), metavar="SEQ SEAL", help="A head that was noted elsewhere.")
@click.pass_context
def verify(ctx: click.Context, noted: tuple[int, str] | None) -> None:
    r"""Recompute the chain from its first row; exit 1 and the first bad row when it does not hold.

    Rows that had their time are gone behind a sealed checkpoint, with which the chain begins. That nothing was cut off
    at the end shows beside a head that was noted elsewhere: the log has one a day.

    \b
    Examples:
      gateway audit verify
      gateway audit verify --head 1204 9f3c5a0d
    """
    with open_gateway().outside.store.reading() as work:
        wrong = list(work.audit.verify()) + (differs(work, *noted) if noted else [])
        head, beginning = work.audit.head(), work.audit.beginning()
    for line in wrong:
        click.echo(line)
    if wrong:
        ctx.exit(1)
    gone = f", of which the first {beginning.pruned} had their time" if beginning.pruned else ""
    click.echo(f"the chain holds: {head.seq if head else 0} rows{gone}")


def differs(work: UnitOfWork, seq: int, seal: str) -> list[str]:
    """Compare a noted head with the row of its number; a seal may be noted by its beginning."""
    if seq < work.audit.beginning().pruned:
        return [f"row {seq} was pruned since: note a newer head"]
    found = work.audit.mac_of(seq)
    if found is None:
        return [f"the chain ends before row {seq}, which was noted elsewhere"]
    return [] if len(seal) >= SHORTEST and found.startswith(seal.lower()) else [f"row {seq} is not the noted one"]


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
