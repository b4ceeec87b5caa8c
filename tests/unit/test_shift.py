"""Shifts of the week: whose turn it is comes first, and nobody is ever left out by one."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.directory.post import Post
from gateway.directory.rota import gaps, on_duty
from gateway.directory.shift import SHIFTS, coverage, shift_at

MONDAY_NOON = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)  # 12:00 in Vientiane
WEEK = timedelta(days=7)


def post(id: str, order: int = 1, **more: object) -> Post:
    held = Post(id, "labour", "district", "LA1704", order, "held", f"person-{id}", ("+85620",), answered_at=MONDAY_NOON)
    return replace(held, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("hours", "shift"),
    [(0, "mon-day"), (5.9, "mon-day"), (6, "mon-night"), (13, "mon-night"), (17.9, "mon-night"), (18, "tue-day")],
)
def test_the_hours_after_midnight_belong_to_the_evening_before(hours: float, shift: str) -> None:
    assert shift_at(MONDAY_NOON + timedelta(hours=hours)) == shift


def test_a_week_passes_every_shift_once() -> None:
    seen = [shift_at(MONDAY_NOON + timedelta(hours=12 * number)) for number in range(14)]
    assert sorted(seen) == sorted(SHIFTS)


def test_whose_shift_it_is_is_asked_first_and_the_other_next() -> None:
    rota = [post("a"), post("b", 2, shifts=frozenset({"mon-night"}))]
    turns = replace(rota[0], shifts=frozenset({"mon-day"})), rota[1]
    assert [one.id for one in on_duty(turns, "labour", "LA1704", MONDAY_NOON)] == ["a", "b"]
    assert [one.id for one in on_duty(turns, "labour", "LA1704", MONDAY_NOON + timedelta(hours=8))] == ["b", "a"]


@given(st.sets(st.sampled_from(SHIFTS)), st.timedeltas(timedelta(0), WEEK))
def test_no_shift_leaves_anybody_out(shifts: set[str], later: timedelta) -> None:
    rota = [post("a", shifts=frozenset(shifts)), post("b", 2, shifts=frozenset(SHIFTS) - shifts)]
    assert {one.id for one in on_duty(rota, "labour", "LA1704", MONDAY_NOON + later)} == {"a", "b"}


def test_coverage_names_the_shifts_that_nobody_takes() -> None:
    rota = [post("a", shifts=frozenset({"mon-day", "sat-day"})), post("b", 2, on_duty=False)]
    covered = coverage(rota, MONDAY_NOON)
    assert {shift for shift in SHIFTS if covered[shift]} == {"mon-day", "sat-day"}
    assert all(coverage([*rota, post("c", 3)], MONDAY_NOON).values())


def test_one_person_on_two_posts_does_not_make_two_who_answer() -> None:
    twice = [post("a"), post("b", 2, holder="person-a")]
    assert gaps(twice, ["LA1704"], MONDAY_NOON) == ("LA1704",)
    assert gaps([*twice, post("c", 3)], ["LA1704"], MONDAY_NOON) == ()
