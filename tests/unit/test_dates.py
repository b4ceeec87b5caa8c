"""Dates as people type them: every order, script and era reads as the same day, an impossible one as none."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.text.dates import _MONTHS, read_date

DAYS = st.dates(date(1900, 1, 1), date(2199, 12, 31))
SCRIPTS = ("0123456789", "໐໑໒໓໔໕໖໗໘໙", "๐๑๒๓๔๕๖๗๘๙", "０１２３４５６７８９")


def in_script(text: str, digits: str) -> str:
    return text.translate(str.maketrans("0123456789", digits))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("26/11/2026", "2026-11-26"),
        ("26-11-2026", "2026-11-26"),
        ("26.11.2026", "2026-11-26"),
        ("26 11 2026", "2026-11-26"),
        ("1 2 2026", "2026-02-01"),
        ("2026-11-26", "2026-11-26"),
        ("26/11/2569", "2026-11-26"),
        ("2569-11-26", "2026-11-26"),
        ("26 November 2026", "2026-11-26"),
        ("26th of Nov. 2026", "2026-11-26"),
        ("Nov 26, 2026", "2026-11-26"),
        ("november 26th 2026", "2026-11-26"),
        ("1st MAY 2026", "2026-05-01"),
        ("26nov2026", "2026-11-26"),
        ("26 ພະຈິກ 2026", "2026-11-26"),
        ("ວັນທີ26ເດືອນພະຈິກປີ2026", "2026-11-26"),
        ("ວັນທີ ໒໖ ເດືອນ ພະຈິກ ພ.ສ. ໒໕໖໙", "2026-11-26"),
        ("26 ພ.ຈ. 2026", "2026-11-26"),
        ("3 ກໍລະກົດ 2026", "2026-07-03"),
        ("26 พฤศจิกายน 2569", "2026-11-26"),
        ("I leave on 26/11/2026 at 10:30", "2026-11-26"),
        ("26/11/2026, 26 November 2026", "2026-11-26"),
        ("29/2/2028", "2028-02-29"),
    ],
)
def test_a_date_is_read_however_it_is_written(text: str, day: str) -> None:
    assert read_date(text) == date.fromisoformat(day)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tomorrow",
        "26/11",
        "26 November",
        "26/11/26",
        "30/2/2026",
        "29/2/2026",
        "31 ພະຈິກ 2026",
        "0/1/2026",
        "11/26/2026",
        "2026-13-01",
        "126/11/2026",
        "26/11/20261",
        "26/11/0026",
        "26/11/9999",
        "1/2/2026 or 3/2/2026",
        "20 12345678",
        "26 marching 2026",
    ],
)
def test_what_is_no_certain_date_is_none(text: str) -> None:
    assert read_date(text) is None


@given(DAYS, st.sampled_from(SCRIPTS), st.sampled_from(["/", "-", ".", " ", " / "]), st.sampled_from([0, 543]))
def test_numbers_read_the_same_in_every_script_era_and_with_every_sign(
    day: date, script: str, sign: str, later: int
) -> None:
    later = later if day.year + later >= 2443 else 0
    first = sign.join((str(day.day), str(day.month), str(day.year + later)))
    last = sign.join((f"{day.year + later}", f"{day.month:02}", f"{day.day:02}"))
    assert read_date(in_script(first, script)) == read_date(in_script(last, script)) == day


@given(DAYS, st.data(), st.sampled_from(SCRIPTS))
def test_every_name_of_a_month_reads_as_that_month(day: date, data: st.DataObject, script: str) -> None:
    name = data.draw(st.sampled_from(_MONTHS[day.month - 1]))
    shape = data.draw(st.sampled_from(["{d} {m} {y}", "{d}{m}{y}", "{d} {m}. {y}", "{m} {d} {y}", "{m} {d}, {y}"]))
    written = shape.format(d=day.day, m=name, y=day.year)
    assert read_date(in_script(written, script)) == read_date(written.upper()) == day


@given(st.integers(0, 99), st.integers(0, 99), st.integers(0, 9999))
def test_a_day_that_the_calendar_lacks_is_none(day: int, month: int, year: int) -> None:
    read = read_date(f"{day}/{month}/{year:04}")
    assert read is None or (read.day, read.month) == (day, month) and read.year in (year, year - 543)


@given(st.text(max_size=60))
def test_whatever_is_typed_is_a_date_or_none(text: str) -> None:
    read = read_date(text)
    assert read is None or timedelta(0) <= read - date(1900, 1, 1)
