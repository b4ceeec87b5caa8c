"""What the commands print: one JSON object a line, or columns that fit Lao as well as Latin script."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, tzinfo

import click

from gateway.errors import width


def json_line(facts: Mapping[str, object]) -> None:
    """Print one object on one line; instants become ISO 8601 in UTC."""
    click.echo(json.dumps(facts, ensure_ascii=False, default=_plain))


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def columns(rows: Iterable[Sequence[str]], head: Sequence[str]) -> None:
    """Print rows under their head, each column as wide as its widest cell."""
    table = [tuple(head), *map(tuple, rows)]
    widths = [max(width(row[at]) for row in table) for at in range(len(head))]
    for row in table:
        cells = [cell + " " * (widths[at] - width(cell)) for at, cell in enumerate(row)]
        click.echo("  ".join(cells).rstrip())


def local(at: datetime | None, zone: tzinfo) -> str:
    """Return an instant as people here read it, or a dash."""
    return at.astimezone(zone).strftime("%d/%m/%Y %H:%M") if at else "-"
