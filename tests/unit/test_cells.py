"""Cells as people and spreadsheets leave them: read when nothing is in doubt, refused with a reason when it is."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.contacts import cells
from gateway.contacts.numbering import lao_mobile
from gateway.contacts.phone import read_phone
from gateway.contacts.seen import SeenNumbers

TODAY = date(2026, 11, 26)


@pytest.mark.parametrize(
    "cell",
    [
        "020 5550 1111",
        "2055501111",
        "02055501111",
        "+856 20 5550 1111",
        "00856 20 55501111",
        "8562055501111",
        "55501111",
        "໐໒໐ ໕໕໕໐ ໑໑໑໑",
        "2055501111.0",
        "'02055501111",
        "2.055501111E+9",
        "8.562055501111E+12",
    ],
)
def test_every_way_of_writing_one_number_is_that_number(cell: str) -> None:
    assert cells.read_number(cell) == "+8562055501111"


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("", "empty"),
        ("8.56E+11", "exponent"),
        ("8,56E+11", "exponent"),
        ("=1+1", "formula"),
        ("+cmd|' /C calc'!A0", "formula"),
        ("@SUM(A1)", "formula"),
        ("5550111", "digits_missing"),
        ("0812345678", "which_country"),
        ("02055501111 / 02055502222", "two_numbers"),
        ("her sister's", "no_number"),
        ("021 212121", "fixed_line"),
        ("+1 415 555 2671", "country_not_served"),
        ("02000000001", "no_number"),
    ],
)
def test_what_cannot_be_a_mobile_number_says_why(cell: str, reason: str) -> None:
    assert cells.read_number(cell) == reason


def test_another_country_is_believed_when_it_is_named() -> None:
    assert cells.read_number("0812345678", "TH") == "+66812345678"
    assert cells.read_number("+66 81 234 5678") == "+66812345678"
    assert cells.read_country("ໄທ") == cells.read_country("th") == "TH"
    assert cells.read_country("Atlantis") == "country_unknown"


def test_the_simulator_has_numbers_of_its_own() -> None:
    assert cells.read_number("020 00 000 001", simulated=True) == "+85620000000" + "01"


@given(st.from_regex(r"\A(\+856|00856|856|0|)(20|30)\d{6,9}\Z") | st.from_regex(r"\A[+0-9 .-]{6,16}\Z"))
def test_the_quick_way_says_what_the_slow_way_says(typed: str) -> None:
    quick = lao_mobile(typed)
    assert quick is None or read_phone(typed).e164 == quick


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("yes", {"information": True}),
        ("ຕົກລົງ", {"information": True}),
        ("Training, survey", {"training": True, "survey": True}),
        ("no", {"information": False, "training": False, "survey": False, "travel": False}),
        ("ບໍ່", {"information": False, "training": False, "survey": False, "travel": False}),
        ("", {}),
        ("perhaps", "consent_unclear"),
        ("yes, no", "consent_unclear"),
    ],
)
def test_consent_is_a_yes_a_no_or_purposes(cell: str, said: object) -> None:
    assert cells.read_consent(cell) == said


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("26/11/2026", TODAY),
        ("2026-11-26", TODAY),
        ("໒໖/໑໑/໒໐໒໖", TODAY),
        ("", None),
        ("27/11/2026", "date_in_future"),
        ("31/02/2026", "date_unreadable"),
        ("last week", "date_unreadable"),
    ],
)
def test_days_are_read_in_two_ways(cell: str, said: object) -> None:
    assert cells.read_date(cell, TODAY) == said


def test_roles_and_languages_have_names_in_two_languages() -> None:
    assert cells.read_role("ນາຍບ້ານ") == cells.read_role("Village chief") == cells.read_role("village_chief")
    assert cells.read_role("king") == "role_unknown" and cells.read_role(" ") is None
    assert cells.read_language("ລາວ") == cells.read_language("LO") == "lo"
    assert cells.read_language("fr") == "language_unknown"


@given(st.lists(st.from_regex(r"\A\+856(20\d{8}|30\d{7}|2\d{3,12})\Z|\A\+66\d{9}\Z"), max_size=60))
def test_numbers_seen_are_those_seen(numbers: list[str]) -> None:
    seen, exact = SeenNumbers(), set[str]()
    for number in numbers:
        assert seen.add(number) is (number not in exact)
        exact.add(number)
