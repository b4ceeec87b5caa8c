"""CSV and TSV, row by row; what is no text, or never closes a quote, is refused with its line."""

import csv
import io
from collections.abc import Iterator
from typing import BinaryIO, Final

from gateway.contacts.importing import FileRefused
from gateway.integrations.sheets.sniffing import NAMES, SEPARATORS, separator_of
from gateway.ports.tables import Row, Table

MOST_BYTES: Final = 100 * 1024 * 1024
LONGEST_LINE: Final = 1 << 16


def open_delimited(file: BinaryIO, encoding: str) -> Table:
    """Open a text of rows in a known encoding."""
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    separator = _separator(text)
    rows = _rows(text, separator)
    try:
        _, header = next(rows)
    except StopIteration:
        raise FileRefused("empty_file") from None
    name = "TSV" if separator == "\t" else "CSV"
    return Table(f"{name}, {NAMES[encoding]}, {SEPARATORS[separator]}", header, rows)


def _separator(text: io.TextIOWrapper) -> str:
    try:
        line = text.readline(LONGEST_LINE)
    except UnicodeDecodeError:
        raise FileRefused("unknown_letters", "1") from None
    text.seek(0)
    return separator_of(line)


def _rows(text: io.TextIOWrapper, separator: str) -> Iterator[Row]:
    """Yield (line, cells); ``line`` is where a row begins as a text editor counts, blank lines are passed over."""
    reader, line = csv.reader(text, delimiter=separator), 1
    with text:
        while True:
            try:
                cells = next(reader, None)
            except UnicodeDecodeError:
                raise FileRefused("unknown_letters", str(line)) from None
            except csv.Error:
                raise FileRefused("broken_row", str(line)) from None
            if cells is None:
                return
            if any(cell.strip() for cell in cells):
                yield line, tuple(cells)
            line = reader.line_num + 1
