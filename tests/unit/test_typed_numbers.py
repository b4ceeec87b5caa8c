"""Numbers are read as people type them, or refused: none becomes another one, and none vanishes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.web.typed_numbers import UnreadableNumber, days_of, kip_of

LAO_DIGITS = str.maketrans("0123456789", "໐໑໒໓໔໕໖໗໘໙")


@given(st.integers(0, 10**12 - 1), st.sampled_from([",", ".", " ", "\u00a0", "\u202f", ""]), st.booleans())
def test_a_sum_is_read_with_any_one_separator_and_in_lao_digits(kip: int, between: str, lao: bool) -> None:
    typed = f" {kip:,} ".replace(",", between)
    assert kip_of(typed.translate(LAO_DIGITS) if lao else typed, "wizard.budget") == kip


@pytest.mark.parametrize(
    "typed",
    [
        "100000 ກີບ",
        "-5",
        "abc",
        "1.5",
        "1,50",
        "1.000,50",
        "1.000,000",
        "10 00",
        "1000.000",
        "1e6",
        "1" * 13,
        "9" * 5000,
    ],
)
def test_what_is_no_sum_is_refused(typed: str) -> None:
    with pytest.raises(UnreadableNumber):
        kip_of(typed, "wizard.budget")


@given(st.integers(0, 9_999))
def test_days_are_read_in_either_digits(days: int) -> None:
    assert days_of(f" {days} ", "wizard.drip_days", "30") == days
    assert days_of(str(days).translate(LAO_DIGITS), "wizard.drip_days", "30") == days


@pytest.mark.parametrize("typed", ["7 days", "-7", "1.5", "1,000", "12345", "1" * 5000])
def test_what_is_no_number_of_days_is_refused(typed: str) -> None:
    with pytest.raises(UnreadableNumber) as refused:
        days_of(typed, "wizard.drip_days", "30")
    assert (refused.value.field, refused.value.example) == ("wizard.drip_days", "30")


def test_nothing_is_nothing() -> None:
    assert kip_of(" ", "wizard.budget") is None and days_of("", "wizard.drip_late", "1") is None
