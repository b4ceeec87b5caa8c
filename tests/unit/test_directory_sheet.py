"""Rows of directory files: what is wrong is named by its cell, with the cure, and never repeated."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.content.tables import RUNS, from_csv, from_xlsx, to_csv, to_xlsx
from gateway.directory.hotline import Hotline
from gateway.directory.sheet import (
    HOTLINE_COLUMNS,
    POST_COLUMNS,
    PostLine,
    Row,
    kind_of,
    letter,
    read_hotline,
    read_post,
)
from gateway.errors import MalformedRequest

LETTERS = {name: letter(number) for number, name in enumerate(POST_COLUMNS)}
GOOD = {"agency": "labour", "level": "district", "place": "LA1704", "order": "1"}
# What XML or a line end inside a cell would change is not the point here.
CELLS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=8)


def row(**cells: str) -> Row:
    return Row(4, {**GOOD, **cells}, LETTERS)


def test_a_row_says_what_it_says_and_leaves_the_rest_as_it_is() -> None:
    read = read_post(row())
    assert isinstance(read, PostLine)
    assert (read.on_duty, read.shifts, read.phone, read.until) == (None, None, "", None)
    assert read.key == ("labour", "district", "LA1704", 1)
    always = read_post(row(shifts="always"))
    assert isinstance(always, PostLine) and always.shifts == frozenset()


@pytest.mark.parametrize(
    ("column", "text", "cell"),
    [
        ("agency", "army", "B4"),
        ("level", "planet", "C4"),
        ("order", "0", "E4"),
        ("order", "first", "E4"),
        ("on_duty", "maybe", "F4"),
        ("shifts", "mon-dawn", "G4"),
        ("courses", "cooking", "H4"),
        ("language", "fr", "K4"),
        ("until", "31/12/2026", "L4"),
    ],
)
def test_a_fault_names_its_cell_and_not_what_stood_there(column: str, text: str, cell: str) -> None:
    faults = read_post(row(**{column: text}))
    assert isinstance(faults, list) and [(fault.cell, fault.column) for fault in faults] == [(cell, column)]
    assert text not in str(faults[0]).split(": ", 1)[1].split(". ")[0]


def test_a_masked_number_keeps_the_holder_and_a_new_one_needs_a_name() -> None:
    kept = read_post(row(phone="..50"))
    assert isinstance(kept, PostLine) and kept.phone == ""
    faults = read_post(row(phone="020 5555 0050"))
    assert isinstance(faults, list) and "0050" not in str(faults[0]) and faults[0].column == "holder"


def test_every_fault_of_a_row_is_shown_at_once() -> None:
    faults = read_post(row(agency="", order=""))
    assert isinstance(faults, list) and len(faults) == 2


def test_a_hotline_is_read_as_unverified_whatever_the_file_says() -> None:
    cells = {
        "id": "la-1",
        "country": "LA",
        "number": "1362",
        "owner": "x",
        "verified_by": "me",
        "expires": "2030-01-01",
    }
    read = read_hotline(Row(2, cells, {}))
    assert isinstance(read, Hotline) and (read.verified_by, read.verified_on, read.expires) == ("", None, None)
    wrong = read_hotline(Row(2, {**cells, "number": "call me", "country": "Laos"}, {}))
    assert isinstance(wrong, list) and {fault.column for fault in wrong} == {"number", "country"}


def test_a_file_is_known_by_its_columns() -> None:
    assert kind_of(POST_COLUMNS) == "posts"
    assert kind_of(reversed(HOTLINE_COLUMNS)) == "hotlines"
    assert kind_of(["phone", "language"]) is None
    assert [letter(number) for number in (0, 25, 26, 27)] == ["A", "Z", "AA", "AB"]


@given(st.lists(st.lists(CELLS, min_size=1, max_size=4), min_size=1, max_size=5))
def test_csv_brings_back_what_was_written_and_begins_no_formula(rows: list[list[str]]) -> None:
    data = to_csv(rows)
    assert from_csv(data) == rows or any(cell.startswith("'") for line in rows for cell in line)
    plain: Any = data.decode("utf-8-sig")
    assert not plain.startswith(RUNS)


def test_a_workbook_holds_texts_only() -> None:
    sheets = {"posts": [["a", "=1+1"], ["ລາວ", "+856"]], "hotlines": [["-", "@x"]]}
    assert from_xlsx(to_xlsx(sheets)) == sheets


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b'a,"b', b"PK\x03\x04"])
def test_what_is_no_table_is_refused(data: bytes) -> None:
    with pytest.raises(MalformedRequest):
        from_xlsx(data)
    if not data.isascii() or b'"' in data:
        with pytest.raises(MalformedRequest):
            from_csv(data)
