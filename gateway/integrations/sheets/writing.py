"""Writes a list that a spreadsheet opens as it stands: Lao letters whole, digits as text, and no cell that runs."""

import csv
from collections.abc import Iterable, Sequence
from typing import Final, TextIO

RUNS: Final = ("=", "+", "-", "@", "\t", "\r")


def write_csv(out: TextIO, header: Sequence[str], rows: Iterable[Sequence[str]]) -> int:
    """Write a byte order mark, the header and the rows; return how many rows. ``out``: opened with newline=""."""
    out.write("\ufeff")
    table = csv.writer(out)
    table.writerow(header)
    count = 0
    for row in rows:
        table.writerow([harmless(cell) for cell in row])
        count += 1
    return count


def harmless(cell: str) -> str:
    """Return a cell that no spreadsheet computes: an apostrophe before what begins like a formula."""
    return f"'{cell}" if cell.startswith(RUNS) else cell
