"""Rows of a workbook's first sheet, its cells read by openpyxl, each row let go once it is read.

openpyxl's own way goes through a sheet that does not say its size once more, keeps an empty element and the look of
every row, which are 100 MB of a million rows, and builds a tree of objects for each text in a cell. It also fills in
every row that a file leaves out, however many it claims.
"""

from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO, Final
from xml.etree.ElementTree import Element, iterparse

from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.worksheet._reader import WorkSheetParser
from openpyxl.xml.constants import SHEET_MAIN_NS

MOST_COLUMNS: Final = 256
"""Cells further right are not read."""
_DATA, _ROW, _INLINE, _TEXT, _PHONETIC = (
    f"{{{SHEET_MAIN_NS}}}{name}" for name in ("sheetData", "row", "is", "t", "rPh")
)

Cells = Sequence[object]


def rows_of(file: BinaryIO) -> Iterator[tuple[int, Cells]]:
    """Yield (1-based row, cells from the first column on); a formula begins with an equals sign.

    Whatever openpyxl raises over a broken file is raised while rows are taken; IndexError without a sheet.
    """
    book = ExcelReader(file, read_only=True, keep_links=False)
    book.read_manifest()
    book.read_strings()
    book.read_workbook()
    apply_stylesheet(book.archive, book.wb)
    sheets = [link.target for _, link in book.parser.find_sheets() if "chartsheet" not in link.Type]
    look: Any = book.wb  # what its cells look like, by the number of a style: openpyxl's own, without types
    with book.archive.open(sheets[0]) as source:
        reader = _Reader(
            source,
            book.shared_strings,
            epoch=look.epoch,
            date_formats=look._date_formats,
            timedelta_formats=look._timedelta_formats,
        )
        yield from reader.rows()


class _Reader(WorkSheetParser):
    """Reads cells as openpyxl does; what looks alike in every row of a list is read the short way."""

    def rows(self) -> Iterator[tuple[int, Cells]]:
        data: Element | None = None
        last = 0
        for event, element in iterparse(self.source, events=("start", "end")):
            if event == "start":
                data = element if element.tag == _DATA else data
            elif element.tag == _ROW and data is not None:
                line = int(element.get("r") or last + 1)
                if line > last:
                    last = self.row_counter = line
                    yield line, self._cells(element)
                data.clear()

    def _cells(self, row: Element) -> Cells:
        cells: list[object] = []
        self.col_counter = 0
        for element in row:
            column, value = self._inline(element) if element.get("t") == "inlineStr" else self._other(element)
            if column <= MOST_COLUMNS:
                cells.extend([None] * (column - len(cells)))
                cells[column - 1] = value
        return cells

    def _inline(self, element: Element) -> tuple[int, str]:
        """Return column and text of a cell that holds its text itself, without the reading aid of some scripts."""
        place = element.get("r")
        self.col_counter = coordinate_to_tuple(place)[1] if place else self.col_counter + 1
        inside = element.find(_INLINE)
        runs = [] if inside is None else [run for run in inside if run.tag != _PHONETIC]
        return self.col_counter, "".join(text.text or "" for run in runs for text in run.iter(_TEXT))

    def _other(self, element: Element) -> tuple[int, object]:
        cell = self.parse_cell(element)
        value = cell["value"]
        formula = cell["data_type"] == "f" and not isinstance(value, str)
        return cell["column"], "=" if formula else value
