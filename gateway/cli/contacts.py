"""``gateway contacts``: people who agreed to broadcasts, from a CSV file, read as a stream."""

import csv
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import click

from gateway.cli.opening import open_gateway
from gateway.services.contacts import COLUMNS, Contacts, Row, Tally


@click.group()
def contacts() -> None:
    """People who may get broadcasts; only those who agreed."""


@contacts.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would happen and change nothing.")
@click.option("--progress", type=click.Choice(["auto", "json"]), default="auto", show_default=True)
@click.pass_context
def import_contacts(ctx: click.Context, file: Path, dry_run: bool, progress: str) -> None:
    r"""Import a CSV with the columns phone, language, district, consent; again is harmless, a STOP stays a STOP.

    \b
    Examples:
      gateway contacts import people.csv --dry-run
      gateway contacts import people.csv --progress json
    """
    gateway = open_gateway()
    service = Contacts(gateway.outside, gateway.content.library().places, simulated=gateway.settings.demo)
    tally = Tally()
    size = file.stat().st_size
    with file.open("rb") as raw:
        text = open(raw.fileno(), encoding="utf-8-sig", newline="", closefd=False)
        for tally in service.take(rows_of(text), dry_run=dry_run):
            show_progress(tally, raw.tell(), size, progress)
    if progress == "auto" and sys.stderr.isatty():
        click.echo(err=True)
    for line, reason in tally.refused[:20]:
        click.echo(f"line {line}: {reason}", err=True)
    click.echo(
        f"{'would take' if dry_run else 'taken'} {tally.taken}, without consent {tally.without_consent}, "
        f"refused {tally.refusals}"
    )
    if tally.refusals:
        ctx.exit(1)


def rows_of(text: IO[str]) -> Iterator[Row]:
    """Yield rows as they are read; refuse a file without the four columns."""
    reader = csv.DictReader(text)
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        raise click.UsageError(f"the file lacks the columns {', '.join(missing)}; its first line must name them")
    for row in reader:
        yield Row(reader.line_num, *((row.get(name) or "").strip() for name in COLUMNS))


def show_progress(tally: Tally, read: int, size: int, form: str) -> None:
    """Show how far the import has come: a line of JSON, or a share on a terminal."""
    if form == "json":
        click.echo(json.dumps({"done": tally.read, "total": None, "bytes": read, "of": size}), err=True)
    elif sys.stderr.isatty():
        click.echo(f"\r{min(100, 100 * read // max(size, 1)):3d} %  {tally.read} rows", nl=False, err=True)
