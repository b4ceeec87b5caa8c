"""Lists as they come: three encodings, three separators, one kind of workbook, and files that are none of them."""

import io
import zipfile
from collections.abc import Sequence
from datetime import date
from typing import BinaryIO

import pytest
from openpyxl import Workbook

from gateway.contacts.importing import FileRefused, read_header
from gateway.integrations.sheets import workbook
from gateway.integrations.sheets.opening import Sheet
from gateway.integrations.sheets.writing import write_csv
from gateway.ports.tables import Table

ROWS = 'phone,district,name\r\n020 5550 1111,LA1704,ນາງ ນ້ອຍ\r\n\r\n020 5550 2222,LA1705,"Kham, Mr"\r\n'


def opened(content: bytes) -> Table:
    return Sheet(lambda: io.BytesIO(content), len(content))()


@pytest.mark.parametrize(
    ("content", "form"),
    [
        (ROWS.encode(), "CSV, UTF-8, comma"),
        (ROWS.encode("utf-8-sig"), "CSV, UTF-8, comma"),
        (ROWS.encode("utf-16"), "CSV, UTF-16, comma"),
        (ROWS.encode("utf-16-le"), "CSV, UTF-16, comma"),
        (ROWS.encode("utf-16-be"), "CSV, UTF-16, comma"),
    ],
)
def test_letters_are_sniffed_and_shown(content: bytes, form: str) -> None:
    table = opened(content)
    assert table.form == form
    assert table.header == ("phone", "district", "name")
    assert list(table.rows) == [
        (2, ("020 5550 1111", "LA1704", "ນາງ ນ້ອຍ")),
        (4, ("020 5550 2222", "LA1705", "Kham, Mr")),
    ]


def test_thai_excel_writes_windows_874() -> None:
    table = opened("phone;name\n0812345678;ไทย\n".encode("cp874"))
    assert table.form == "CSV, Windows-874, semicolon"
    assert list(table.rows) == [(2, ("0812345678", "ไทย"))]


def test_a_tab_makes_it_a_tsv() -> None:
    assert opened("phone\tname\n1\tKham, Mr\n".encode()).form == "TSV, UTF-8, tab"


def test_a_workbook_gives_numbers_as_they_were_typed_and_formulas_as_formulas() -> None:
    table = opened(book([["ເບີໂທ", "consent_on", "name"], [2055501111, date(2026, 3, 1), "=1+1"], [None, None, None]]))
    assert table.form == "XLSX" and table.header[0] == "ເບີໂທ"
    assert list(table.rows) == [(2, ("2055501111", "2026-03-01", "=1+1"))]


def test_headers_stand_in_any_order_in_lao_or_english() -> None:
    assert read_header(("ຊື່", "ເບີໂທ", "Consent_on", "shoe size")) == {"name": 0, "phone": 1, "consent_on": 2}
    for header, reason in ((("name",), "no_phone_column"), (("phone", "tel"), "column_twice")):
        with pytest.raises(FileRefused) as refused:
            read_header(header)
        assert refused.value.reason == reason


def zipped(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name.replace("__", "/"), content)
    return out.getvalue()


def with_sheet(content: bytes, sheet: bytes) -> bytes:
    """Return a workbook with another sheet in the place of its first."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in old.namelist():
            packed.writestr(name, sheet if name == "xl/worksheets/sheet1.xml" else old.read(name))
    return out.getvalue()


def book(rows: Sequence[Sequence[object]]) -> bytes:
    made, out = Workbook(write_only=True), io.BytesIO()
    sheet = made.create_sheet()
    for row in rows:
        sheet.append(row)
    made.save(out)
    return out.getvalue()


SHEET = (
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>',
    b"</sheetData></worksheet>",
)
ROW = b'<row r="1"><c t="inlineStr"><is><t>'
LARGE = workbook.MOST_AT_ONCE + 1
BOMB = zipped(xl__worksheets__sheet1=b"0" * LARGE)
ONE_CELL = zipped(xl__worksheets__sheet1=ROW + b"row>" * (LARGE // 4) + b"</t></is></c></row>")
HIDDEN = zipped(xl__worksheets__sheet1=ROW + b"<![CDATA[" + b"</row>" * (LARGE // 6) + b"]]></t></is></c></row>")
STRINGS = zipped(xl__sharedStrings=b"<si><t>0</t></si>" * (LARGE // 17 + 1))
NO_PARTS = b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
ENTITIES = zipped(xl__workbook=b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "ha">]><a>&b;</a>')


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty_file"),
        (b"\n \r\n", "empty_file"),
        (b"\xff\xfe", "empty_file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old_excel"),
        (b"\x7fELF\x02\x01\x01\x00" + bytes(range(256)), "no_text"),
        (b"phone,name\n1,\xff\xfe\xfd\xdb\n", "unknown_letters"),
        (b"PK\x03\x04 not a zip", "broken_workbook"),
        (zipped(hello=b"world"), "broken_workbook"),
        (zipped(**{"[Content_Types].xml": NO_PARTS}), "broken_workbook"),
        (BOMB, "unpacks_too_large"),
        (ONE_CELL, "unpacks_too_large"),
        (HIDDEN, "unpacks_too_large"),
        (STRINGS, "unpacks_too_large"),
        (ENTITIES, "broken_workbook"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_list_is_refused_before_it_is_read(content: bytes, reason: str) -> None:
    with pytest.raises(FileRefused) as refused:
        opened(content)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("content", "reason", "line"),
    [
        (b'phone,name\n1,ok\n2,"never closed' + b"x" * 200_000, "broken_row", "3"),
        ("phone\n1\n".encode("utf-16") + b"\xff", "unknown_letters", ""),
    ],
)
def test_a_row_that_never_ends_is_refused_with_its_line(content: bytes, reason: str, line: str) -> None:
    with pytest.raises(FileRefused) as refused:
        list(opened(content).rows)
    assert refused.value.reason == reason and (not line or refused.value.where == line)


def test_a_sheet_that_is_larger_than_what_may_lie_in_memory_is_read_row_by_row() -> None:
    rows = b"".join(
        b'<row r="%d"><c t="inlineStr"><is><t>%s</t></is></c></row>' % (n, b"x" * 900) for n in range(1, 99)
    )
    sheet = SHEET[0] + rows * (LARGE // len(rows) + 1) + SHEET[1]
    table = opened(with_sheet(book([["phone"]]), sheet))
    assert next(iter(table.rows))[1] == ("x" * 900,) and len(sheet) > LARGE


STYLED = (
    b'<row r="1" ht="15" customHeight="1"><c r="A1" t="inlineStr"><is><t>phone</t></is></c></row>'
    b'<row r="3"><c r="A3"><v>2055501111</v></c><c r="C3" t="inlineStr"><is><r><t>Mr </t></r><r><t>Kham</t></r>'
    b'<rPh sb="0" eb="1"><t>read so</t></rPh></is></c></row>'
    b'<row r="2"><c r="A2"><v>1</v></c></row>'
    b'<row r="900000000"><c t="str"><v>here</v></c><c t="b"><v>1</v></c><c r="XFD9"><v>9</v></c></row>'
    b'<row><c><f t="array" ref="A5">A1</f><v>7</v></c><c t="inlineStr"><is/></c><c r="C5" t="s"/></row>'
)


def test_rows_stand_where_the_file_says_and_once_each() -> None:
    table = opened(with_sheet(book([["phone"]]), SHEET[0] + STYLED + SHEET[1]))
    assert table.header == ("phone",)
    assert list(table.rows) == [
        (3, ("2055501111", "", "Mr Kham")),
        (900_000_000, ("here", "True")),
        (900_000_001, ("=", "", "")),
    ]


@pytest.mark.parametrize("place", [b"A", b"-1", b"1A", "ກ1".encode(), b"A0", b""])
def test_a_cell_without_a_sound_place_breaks_nothing_but_its_file(place: bytes) -> None:
    row = b'<row r="1"><c r="%s" t="inlineStr"><is><t>phone</t></is></c></row>' % place
    try:
        rows = list(opened(with_sheet(book([["phone"]]), SHEET[0] + row + SHEET[1])).rows)
    except FileRefused as refused:
        assert refused.reason == "broken_workbook"
    else:
        assert rows == []


def test_a_file_that_is_too_large_is_not_opened() -> None:
    def nobody_asks() -> BinaryIO:
        raise AssertionError

    with pytest.raises(FileRefused) as refused:
        Sheet(nobody_asks, 100 * 1024 * 1024 + 1)()
    assert refused.value.reason == "too_large"


def test_what_is_written_opens_whole_and_runs_nothing() -> None:
    out = io.StringIO()
    assert write_csv(out, ("phone", "name"), [("+8562055501111", "=1+1"), ("@x", "ນາງ ນ້ອຍ, -")]) == 2
    assert out.getvalue() == "\ufeffphone,name\r\n'+8562055501111,'=1+1\r\n'@x,\"ນາງ ນ້ອຍ, -\"\r\n"
