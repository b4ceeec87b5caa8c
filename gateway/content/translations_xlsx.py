"""Translations as a spreadsheet: one row a text, a live count of characters, and nothing that a cell could run."""

import io
import zipfile
from collections.abc import Iterator
from typing import Any, Final

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils.exceptions import InvalidFileException

from gateway.content.translations import Sheet
from gateway.content.translations_back import Given, Returned
from gateway.errors import MalformedRequest

HEAD: Final = (
    "id", "said at", "read before", "source", "target", "one segment", "characters now", "note", "state", "source hash"
)  # fmt: skip
WIDTHS: Final = (30, 34, 34, 50, 50, 12, 14, 40, 10, 16)
MOST_BYTES: Final = 10 * 1024 * 1024
MOST_ROWS: Final = 20_000
_LANGUAGE: Final = "language"
_TARGET: Final = HEAD.index("target")
_STATE: Final = HEAD.index("state")


def to_xlsx(sheet: Sheet) -> bytes:
    """Return the file a translator opens; every text is a text, also one that begins like a formula."""
    book = Workbook(write_only=True)
    page = book.create_sheet("translation")
    page.freeze_panes = "A3"
    for number, width in enumerate(WIDTHS):
        page.column_dimensions["ABCDEFGHIJ"[number]].width = width
    page.append([_cell(page, text, bold=True) for text in (_LANGUAGE, sheet.language, "from", sheet.source_language)])
    page.append([_cell(page, text, bold=True) for text in HEAD])
    for number, row in enumerate(sheet.rows, 3):
        before = [row.key, row.where, row.previous, row.source, row.target]
        after = [row.note, row.state, row.source_hash]
        page.append(
            [
                *(_cell(page, text) for text in before),
                row.limit,
                f"=LEN(E{number})",
                *(_cell(page, text) for text in after),
            ]
        )
    look = DifferentialStyle(fill=PatternFill(bgColor="FFFDE8E4"), font=Font(bold=True))
    too_long = Rule(type="cellIs", operator="greaterThan", formula=["F3"], dxf=look)
    page.conditional_formatting.add(f"G3:G{len(sheet.rows) + 3}", too_long)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(page: Any, text: str, *, bold: bool = False) -> Any:  # noqa: ANN401 - a cell of openpyxl's own making
    cell = WriteOnlyCell(page, value=text)
    cell.data_type = "s"  # never a formula, whatever it begins with
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    cell.font = Font(bold=bold)
    cell.quotePrefix = True  # it stays a text when somebody edits the cell
    return cell


def from_xlsx(data: bytes) -> Returned:
    """Read a file that came back; raises MalformedRequest when it is no such spreadsheet."""
    if len(data) > MOST_BYTES:
        raise MalformedRequest("the file is larger than 10 MB")
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        rows = list(_rows(book))
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError, SyntaxError) as error:
        raise MalformedRequest("the file is no spreadsheet in XLSX form") from error
    if len(rows) < 2 or rows[0][:1] != [_LANGUAGE] or tuple(rows[1][: len(HEAD)]) != HEAD:
        raise MalformedRequest("the first two lines of the sheet are not those of an export")
    given = [
        Given(row[0], row[3], row[_TARGET], row[-1], number, settled=row[_STATE] == "done")
        for number, row in enumerate(rows[2:], 3)
        if any(row)
    ]
    return Returned(rows[0][1], tuple(given))


def _rows(book: Any) -> Iterator[list[str]]:  # noqa: ANN401 - a workbook of openpyxl's own making
    """Yield the cells of each line as texts, as many as the head has."""
    for number, row in enumerate(book.worksheets[0].iter_rows(values_only=True)):
        if number > MOST_ROWS:
            raise ValueError("too many rows")
        cells = ["" if value is None else str(value) for value in row[: len(HEAD)]]
        yield cells + [""] * (len(HEAD) - len(cells))
