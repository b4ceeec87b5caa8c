"""Tables as CSV and XLSX: rows of texts in, rows of texts out, and nothing that a cell could run."""

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils.exceptions import InvalidFileException

from gateway.errors import MalformedRequest

MOST_BYTES: Final = 10 * 1024 * 1024
MOST_ROWS: Final = 20_000
RUNS: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for a formula when a cell of a CSV file begins with it."""
QUOTE: Final = "'"
Table = list[list[str]]


def to_csv(rows: Iterable[Sequence[str]]) -> bytes:
    """Return rows as CSV in UTF-8 with its mark, so that Excel shows Lao; no cell begins a formula."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows([[f"{QUOTE}{cell}" if cell.startswith(RUNS) else cell for cell in row] for row in rows])
    return out.getvalue().encode("utf-8-sig")


def from_csv(data: bytes) -> Table:
    """Return the rows of a CSV file in UTF-8 as texts, the quote before an escaped cell taken off."""
    try:
        text = _small(data).decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise MalformedRequest("the file is no CSV in UTF-8") from error
    return [[_bare(cell) for cell in row] for row in _few(rows)]


def to_xlsx(sheets: Mapping[str, Iterable[Sequence[str]]]) -> bytes:
    """Return a workbook of these sheets, every cell a text whatever it begins with."""
    book = Workbook(write_only=True)
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        page.freeze_panes = "A2"
        for row in rows:
            cells = [WriteOnlyCell(page, value=text) for text in row]
            for cell in cells:
                cell.data_type = "s"
                cell.quotePrefix = True  # it stays a text when somebody edits it
            page.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def from_xlsx(data: bytes) -> Mapping[str, Table]:
    """Return the sheets of a workbook with their rows as texts; raises MalformedRequest for anything else."""
    try:
        book = load_workbook(io.BytesIO(_small(data)), read_only=True, data_only=True)
        return {
            page.title: _few([["" if cell is None else _bare(str(cell)) for cell in row] for row in page.values])
            for page in book.worksheets
        }
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError, SyntaxError) as error:
        raise MalformedRequest("the file is no spreadsheet in XLSX form") from error


def _bare(cell: str) -> str:
    escaped = cell.startswith(QUOTE) and cell[1:].startswith(RUNS)
    return cell[1:] if escaped else cell


def _small(data: bytes) -> bytes:
    if len(data) > MOST_BYTES:
        raise MalformedRequest("the file is larger than 10 MB")
    return data


def _few(rows: Table) -> Table:
    if len(rows) > MOST_ROWS:
        raise MalformedRequest("the file has more than 20,000 rows")
    return rows
