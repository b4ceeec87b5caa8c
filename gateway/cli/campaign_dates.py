"""``gateway campaign dates``: the days of people that messages go by, from a CSV file, read as a stream."""

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import click

from gateway.campaigns.plan import DATES
from gateway.cli.campaign import BY, WRITE, require
from gateway.cli.opening import open_gateway
from gateway.contacts.phone import read_phone
from gateway.wiring import Gateway

COLUMNS = ("phone", "date", "day")
AT_A_TIME = 1_000


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would happen and change nothing.")
@BY
@click.pass_context
def dates(ctx: click.Context, file: Path, dry_run: bool, by: str) -> None:
    r"""Keep dates of known people: a CSV with phone, date (departure or return) and day; an empty day forgets it.

    \b
    Examples:
      gateway campaign dates returned.csv --by manager --dry-run
      gateway campaign dates returned.csv --by manager
    """
    gateway = open_gateway()
    require(gateway, by, WRITE)
    kept = refused = 0
    with file.open(encoding="utf-8-sig", newline="") as text:
        reader = csv.DictReader(text)
        missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
        if missing:
            raise click.UsageError(f"the file lacks the columns {', '.join(missing)}; its first line must name them")
        some: list[tuple[str, str, date | None]] = []
        for line, read in rows_of(reader, simulated=gateway.settings.demo):
            if isinstance(read, str):
                refused += 1
                click.echo(f"line {line}: {read}", err=True)
                continue
            some.append(read)
            if len(some) == AT_A_TIME:
                kept += keep(gateway, some, dry_run=dry_run)
                some = []
        kept += keep(gateway, some, dry_run=dry_run)
    click.echo(f"{'would keep' if dry_run else 'kept'} {kept}, refused {refused}")
    if refused:
        ctx.exit(1)


def rows_of(
    reader: "csv.DictReader[str]", *, simulated: bool
) -> Iterator[tuple[int, tuple[str, str, date | None] | str]]:
    """Yield each line with its number, kind and day, or with what is wrong with it."""
    for row in reader:
        phone = read_phone(row.get("phone") or "", simulated=simulated).e164
        of, day = (row.get("date") or "").strip(), (row.get("day") or "").strip()
        if phone is None:
            yield reader.line_num, "the phone is no number"
        elif of not in DATES:
            yield reader.line_num, f"the date is none of {', '.join(DATES)}"
        else:
            try:
                yield reader.line_num, (phone, of, date.fromisoformat(day) if day else None)
            except ValueError:
                yield reader.line_num, "the day is not written as 2026-12-31"


def keep(gateway: Gateway, rows: list[tuple[str, str, date | None]], *, dry_run: bool) -> int:
    """Keep the dates of people who are known; return how many."""
    if dry_run:
        return len(rows)
    outside = gateway.outside
    with outside.store.writing() as work:
        for phone, of, day in rows:
            work.campaigns.set_date(work.people.lock(phone, outside.clock.now()).id, of, day)
    return len(rows)
