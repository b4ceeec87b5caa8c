"""Files of rows, whatever program wrote them: read as a stream, again from the beginning as often as asked."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

Row = tuple[int, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Table:
    """One open file: ``form`` in words ("CSV, UTF-8, comma"), its first row, and the rest as (line, cells)."""

    form: str
    header: tuple[str, ...] = field(repr=False)
    rows: Iterator[Row] = field(repr=False)


class ReadTable(Protocol):
    """Opens one file from its beginning; raises gateway.contacts.importing.FileRefused for one that is none."""

    def __call__(self) -> Table:
        """Return the table, its rows not yet read."""
        ...
