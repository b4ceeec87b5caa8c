"""``gateway directory``: posts and hotlines from and to files, verified numbers, and open cases moved in bulk."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import click

from gateway.cases.case import Actor
from gateway.cli.opening import open_gateway
from gateway.content.tables import Table, from_csv, from_xlsx, to_csv, to_xlsx
from gateway.directory.sheet import COLUMNS, REQUIRED, Kind, Row, kind_of, letter
from gateway.errors import MalformedRequest, NotFound
from gateway.wiring import Gateway

COMMAND_LINE = Actor("command line", "admin")
FILE = click.Path(dir_okay=False, path_type=Path)


@click.group()
def directory() -> None:
    """Agencies' posts, who answers there, and hotlines."""


@directory.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Print exactly what the real run prints, and change nothing.")
@click.pass_context
def import_directory(ctx: click.Context, file: Path, dry_run: bool) -> None:
    r"""Take posts or hotlines from a CSV or XLSX file: the whole file or, if one row is wrong, nothing of it.

    \b
    Columns of posts (any order; agency, level, place and order are needed):
      post      id; empty for a new post, or for the one of this agency, level, place and order
      agency    women_union, labour, police, child, health, national_desk, youth_union, trade_union, village
      level     village, district, province or national
      place     code of the province or district (a village post: its district's); empty for national
      order     1 is asked first, then 2 ...
      on_duty   yes or no; empty: as it is
      shifts    such as "mon-day tue-night"; always; empty: as it is
      holder    name of a new holder; kept sealed
      phone     her number; empty or masked (..50): the holder stays
      language  lo or en, for a new holder
      until     2026-12-31, for a temporary holder
    Columns of hotlines: id, country, number, owner, purposes, hours, toll_free, languages, audience, source,
    source_year, confidence, note, nationals_only, recorded. Whatever changes is unverified until
    `gateway directory verify`.

    \b
    Examples:
      gateway directory import posts.xlsx --dry-run
      gateway directory import hotlines.csv
    """
    gateway = open_gateway()
    wrong = False
    for name, table in tables_of(file).items():
        kind, rows = rows_of(table, name)
        taken = gateway.directory.files.take(kind, rows, COMMAND_LINE, dry_run=dry_run)
        for line in taken.changes:
            click.echo(line)
        for fault in taken.faults:
            click.echo(f"{name} {fault}", err=True)
        nothing = bool(taken.faults)
        said = f"{len(taken.faults)} cells wrong, nothing taken" if nothing else f"{len(taken.changes)} changes"
        click.echo(f"{name}: {said}{' (dry run)' if dry_run else ''}")
        wrong = wrong or nothing
    if wrong:
        ctx.exit(1)


@directory.command()
@click.argument("file", type=FILE)
@click.option(
    "--what", type=click.Choice(["posts", "hotlines"]), default="posts", help="For CSV, which holds one list."
)
def export(file: Path, what: Kind) -> None:
    r"""Write posts and hotlines to a CSV or XLSX file; without names, and with numbers of people masked.

    \b
    Examples:
      gateway directory export directory.xlsx
      gateway directory export hotlines.csv --what hotlines
    """
    files = open_gateway().directory.files
    rows: Mapping[Kind, Table] = {
        "posts": [list(COLUMNS["posts"]), *files.post_rows()],
        "hotlines": [list(COLUMNS["hotlines"]), *files.hotline_rows()],
    }
    data = to_xlsx({str(name): table for name, table in rows.items()}) if spreadsheet(file) else to_csv(rows[what])
    file.write_bytes(data)
    click.echo(f"{file}: {', '.join(f'{len(rows[k]) - 1} {k}' for k in rows if spreadsheet(file) or k == what)}")


@directory.command()
@click.argument("hotline")
@click.option("--by", "name", required=True, help="Who dialled it.")
@click.option("--on", "on", type=click.DateTime(["%Y-%m-%d"]), help="When; today if left out.")
def verify(hotline: str, name: str, on: datetime | None) -> None:
    r"""Write down that somebody dialled a hotline and it is right; good for 180 days.

    \b
    Examples:
      gateway directory verify la-1362 --by "Ms Kham"
      gateway directory verify la-1362 --by "Ms Kham" --on 2026-11-20
    """
    gateway = open_gateway()
    today = gateway.outside.clock.now().astimezone(gateway.settings.timezone).date()
    try:
        entry = gateway.directory.files.verify(hotline, name, on.date() if on else today, COMMAND_LINE)
    except NotFound:
        raise click.ClickException(f"there is no hotline {hotline}; see `gateway directory export`") from None
    click.echo(f"{entry.id} is verified by {entry.verified_by} until {entry.expires}")


@directory.command()
@click.argument("source")
@click.argument("target")
def reassign(source: str, target: str) -> None:
    r"""Give every open case of one post to another; the new owner is told, and the ladder returns unless she acts.

    \b
    Examples:
      gateway directory reassign 0190a1 0190b2
      gateway rota show LA1704 && gateway directory reassign 0190a1 0190b2
    """
    gateway = open_gateway()
    moved = move_cases(gateway, source, target)
    click.echo(f"{moved} cases moved")


def move_cases(gateway: Gateway, source: str, target: str) -> int:
    """Move the open cases of one post to another and say how many."""
    with gateway.directory.posts.changing() as work:
        return gateway.directory.posts.moves.reassign(work, source, target, COMMAND_LINE, gateway.outside.clock.now())


def spreadsheet(file: Path) -> bool:
    """Whether a file is to be a workbook."""
    return file.suffix.lower() == ".xlsx"


def tables_of(file: Path) -> Mapping[str, Table]:
    """Return the lists of a file by their names; a sheet with nothing in it is none."""
    try:
        found = from_xlsx(file.read_bytes()) if spreadsheet(file) else {file.name: from_csv(file.read_bytes())}
    except MalformedRequest as error:
        raise click.UsageError(str(error)) from error
    return {name: table for name, table in found.items() if any(any(row) for row in table)}


def rows_of(table: Table, name: str) -> tuple[Kind, list[Row]]:
    """Return what a list holds and its rows; refuse one without the columns that are needed."""
    head = [cell.strip().lower() for cell in table[0]]
    kind = kind_of(head)
    if kind is None:
        needed = " or ".join(", ".join(columns) for columns in REQUIRED.values())
        raise click.UsageError(f"{name}: the first line must name the columns {needed}")
    letters = {column: letter(number) for number, column in enumerate(head)}
    filled = ((number, row) for number, row in enumerate(table[1:], 2) if any(row))
    return kind, [Row(number, dict(zip(head, row, strict=False)), letters) for number, row in filled]
