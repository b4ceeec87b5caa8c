"""XLSX, row by row from its first sheet; a bomb, a formula and a date are seen for what they are."""

import zipfile
from collections.abc import Iterator
from datetime import datetime
from typing import Any, BinaryIO, Final

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from gateway.contacts.importing import FileRefused
from gateway.ports.tables import Row, Table

MOST_UNPACKED: Final = 100 * 1024 * 1024
MOST_ROWS: Final = 100_000
MOST_MEMBERS: Final = 1_000
_DECLARED: Final = (b"<!DOCTYPE", b"<!ENTITY")
# What openpyxl is known to raise over a file that is no workbook.
NO_WORKBOOK: Final = (
    InvalidFileException,
    zipfile.BadZipFile,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    SyntaxError,
)


def open_workbook(file: BinaryIO) -> Table:
    """Open the first sheet of a workbook; FileRefused before anything is unpacked that is too large."""
    _inspect(file)
    file.seek(0)
    try:
        book = load_workbook(file, read_only=True, data_only=False, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what a file claims to be as large as is not believed
        rows = _rows(file, sheet)
        _, header = next(rows)
    except StopIteration:
        raise FileRefused("empty_file") from None
    except (*NO_WORKBOOK, IndexError):
        raise FileRefused("broken_workbook") from None
    return Table("XLSX", header, rows)


def _inspect(file: BinaryIO) -> None:
    """Refuse what would unpack to more than is allowed, or declares entities that grow while they are read."""
    try:
        with zipfile.ZipFile(file) as packed:
            members = packed.infolist()
            if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > MOST_UNPACKED:
                raise FileRefused("unpacks_too_large")
            for member in members:
                with packed.open(member) as opened:
                    if any(sign in opened.read(4096).upper() for sign in _DECLARED):
                        raise FileRefused("broken_workbook")
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError):
        raise FileRefused("broken_workbook") from None


def _rows(file: BinaryIO, sheet: Any) -> Iterator[Row]:  # noqa: ANN401 - a read-only sheet of openpyxl's own making
    with file:
        try:
            for line, cells in enumerate(sheet.iter_rows(values_only=True), 1):
                if line > MOST_ROWS + 1:
                    raise FileRefused("too_many_rows", str(MOST_ROWS))
                if any(cell not in (None, "") for cell in cells):
                    yield line, tuple(_text(cell) for cell in cells)
        except NO_WORKBOOK:
            raise FileRefused("broken_workbook") from None


def _text(cell: object) -> str:
    """Return a cell as somebody would have typed it; whole numbers without a point, for a phone number is one."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return cell.date().isoformat() if isinstance(cell, datetime) else str(cell)
