"""``gateway campaign dates``: the days of people that messages go by, from a CSV file, read as a stream."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path

import click

from gateway.campaigns.plan import DATES
from gateway.cli.campaign import BY, WRITE, require
from gateway.cli.contacts import printable
from gateway.cli.import_words import CELLS
from gateway.cli.opening import open_gateway
from gateway.contacts.cells import Reason, read_date
from gateway.contacts.phone import read_phone
from gateway.conversation.conditions import lies_in
from gateway.ports.unit_of_work import UnitOfWork
from gateway.wiring import Gateway

COLUMNS = ("phone", "date", "day")
AT_A_TIME = 1_000
Wrong = tuple[int, str]
"""The number of a line, and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Dated:
    """One line that can be read; ``day`` None: the date is to be forgotten."""

    line: int
    phone: str
    of: str
    day: date | None


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would happen and change nothing.")
@BY
@click.pass_context
def dates(ctx: click.Context, file: Path, dry_run: bool, by: str) -> None:
    r"""Keep dates of known people: a CSV with phone, date (departure or return) and day; an empty day forgets it.

    A day is written as in a list of contacts: 31/12/2026 or 2026-12-31.

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
        lines = rows_of(reader, simulated=gateway.settings.demo)
        while some := list(islice(lines, AT_A_TIME)):
            bad = keep(gateway, some, by, dry_run=dry_run)
            for line, said in bad:
                click.echo(f"line {line}: {said}", err=True)
            kept, refused = kept + len(some) - len(bad), refused + len(bad)
    click.echo(f"{'would keep' if dry_run else 'kept'} {kept}, refused {refused}")
    if refused:
        ctx.exit(1)


def rows_of(reader: "csv.DictReader[str]", *, simulated: bool) -> Iterator[Dated | Wrong]:
    """Yield what each line says, or its number and what is wrong with it."""
    for row in reader:
        phone = read_phone(row.get("phone") or "", simulated=simulated).e164
        of, day = (row.get("date") or "").strip(), (row.get("day") or "").strip()
        read = read_date(day, date.max)  # a day of a trip may lie ahead
        if phone is None:
            yield reader.line_num, wrong("phone", row.get("phone") or "", CELLS["no_number"])
        elif of not in DATES:
            yield reader.line_num, wrong("date", of, ("no such date", f"write one of {', '.join(DATES)}"))
        elif isinstance(read, Reason):
            yield reader.line_num, wrong("day", day, CELLS[read])
        else:
            yield Dated(reader.line_num, phone, of, read)


def wrong(column: str, cell: str, words: tuple[str, str]) -> str:
    """Return which cell cannot be taken, what is wrong with it, and the cure."""
    what, cure = words
    return f'{column} "{printable(cell)}": {what}; {cure}'


def keep(gateway: Gateway, rows: Iterable[Dated | Wrong], by: str, *, dry_run: bool) -> list[Wrong]:
    """Keep the dates of people who are known, and live where ``by`` works; return the other lines, in order."""
    bad = list[Wrong]()
    with gateway.outside.store.writing(gives_way=True) as work:
        account = work.accounts.by_name(by)
        places = account.places if account else frozenset[str]()
        unknown = f"nobody with this number is known{' in your places' if places else ''}"
        for row in rows:
            if not isinstance(row, Dated):
                bad.append(row)
            elif (contact_id := known(work, row.phone, places)) is None:
                bad.append((row.line, unknown))
            elif not dry_run:
                work.campaigns.set_date(contact_id, row.of, row.day)
    return bad


def known(work: UnitOfWork, phone: str, places: frozenset[str]) -> str | None:
    """Return the contact of a number who lives in one of ``places``, in any where there are none; else None."""
    contact_id = work.people.find(phone)
    contact = work.people.get(contact_id) if contact_id and places else None
    if places and (contact is None or not lies_in(contact.district or contact.province or "", places)):
        return None
    return contact_id
