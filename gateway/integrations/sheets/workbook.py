"""XLSX, row by row from its first sheet; a bomb, a formula and a date are seen for what they are."""

import re
import zipfile
from collections.abc import Iterator
from datetime import datetime
from itertools import chain
from typing import IO, BinaryIO, Final

from openpyxl.utils.exceptions import InvalidFileException

from gateway.contacts.importing import FileRefused
from gateway.integrations.sheets.sheet_rows import rows_of
from gateway.ports.tables import Row, Table

MOST_UNPACKED: Final = 1024 * 1024 * 1024
"""A million rows of the usual columns are half of it; they are unpacked row by row."""
MOST_AT_ONCE: Final = 100 * 1024 * 1024
"""A part up to this size may be held in memory whole; a larger one must be rows that are not."""
LONGEST_ROW: Final = 1024 * 1024
MOST_MEMBERS: Final = 1_000
_PIECE: Final = 256 * 1024
_LONGEST_TAG: Final = 64
_ROW_ENDS: Final = re.compile(rb"</(?:\w+:)?row>")
_DECLARED: Final = (b"<!DOCTYPE", b"<!ENTITY")
# What openpyxl is known to raise over a file that is no workbook.
NO_WORKBOOK: Final = (
    InvalidFileException,
    zipfile.BadZipFile,
    OSError,
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
        rows = _rows(file)
        _, header = next(rows)
    except StopIteration:
        raise FileRefused("empty_file") from None
    except (*NO_WORKBOOK, IndexError):
        raise FileRefused("broken_workbook") from None
    return Table("XLSX", header, rows)


def _inspect(file: BinaryIO) -> None:
    """Refuse what would fill the memory, or declares entities that grow while they are read."""
    try:
        with zipfile.ZipFile(file) as packed:
            members = packed.infolist()
            if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > MOST_UNPACKED:
                raise FileRefused("unpacks_too_large")
            for member in members:
                with packed.open(member) as opened:
                    beginning = opened.read(4096)
                    if any(sign in beginning.upper() for sign in _DECLARED):
                        raise FileRefused("broken_workbook")
                    if member.file_size > MOST_AT_ONCE and not _are_rows(beginning, opened):
                        raise FileRefused("unpacks_too_large")
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError):
        raise FileRefused("broken_workbook") from None


def _are_rows(beginning: bytes, rest: IO[bytes]) -> bool:
    """Whether a part ends a row at least every megabyte, so that no cell of it fills the memory.

    A comment or a literal section could hold what only looks like the end of a row: no program writes one there.
    """
    since, before = 0, b""
    for piece in chain((beginning,), iter(lambda: rest.read(_PIECE), b"")):
        window = before + piece
        ends = [found.end() for found in _ROW_ENDS.finditer(window)]
        since = len(window) - ends[-1] if ends else since + len(piece)
        if since > LONGEST_ROW or b"<!" in window:
            return False
        before = window[-_LONGEST_TAG:]
    return True


def _rows(file: BinaryIO) -> Iterator[Row]:
    with file:
        try:
            for line, cells in rows_of(file):
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
