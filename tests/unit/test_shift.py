"""Shifts of the week: whose turn it is comes first, and nobody is ever left out by one."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.directory.post import Post
from gateway.directory.rota import gaps, on_duty
from gateway.directory.shift import coverage
from gateway.directory.turn import DAYS, SHIFTS, Turn, turn_at, turn_of, turns_ahead, week_of

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
    turn = turn_at(MONDAY_NOON + timedelta(hours=hours))
    assert turn.shift == shift
    assert turn.begins <= MONDAY_NOON + timedelta(hours=hours) < turn.begins + timedelta(hours=12)


def test_a_week_passes_every_shift_once() -> None:
    seen = [turn_at(MONDAY_NOON + timedelta(hours=12 * number)) for number in range(14)]
    assert [turn.shift for turn in seen] == list(SHIFTS)
    assert seen == list(week_of(MONDAY_NOON)) == sorted(seen)
    assert [turn.day - WEEK for turn in week_of(MONDAY_NOON, 1)] == [turn.day for turn in seen]


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
    week = week_of(MONDAY_NOON)
    covered = coverage(rota, week, MONDAY_NOON)
    assert {turn.shift for turn in week if covered[turn]} == {"mon-day", "sat-day"}
    assert all(coverage([*rota, post("c", 3)], week, MONDAY_NOON).values())


@given(st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)))
def test_turns_are_written_and_read_back_and_those_ahead_have_not_begun(now: datetime) -> None:
    ahead = turns_ahead(now, 14)
    assert len(ahead) in (27, 28, 29) and list(ahead) == sorted(ahead)
    assert all(turn.begins > now and turn_of(str(turn)) == turn for turn in ahead)
    assert ahead[0].begins - now <= timedelta(hours=12)
    assert turn_at(now).shift[:3] in DAYS


@pytest.mark.parametrize("text", ["", "mon-night", "2026-11-27", "2026-11-31-day", "2026-11-27-noon"])
def test_what_names_no_turn_is_none(text: str) -> None:
    assert turn_of(text) is None
    assert str(Turn(MONDAY_NOON.date(), "night")) == "2026-11-23-night"


def test_one_person_on_two_posts_does_not_make_two_who_answer() -> None:
    twice = [post("a"), post("b", 2, holder="person-a")]
    assert gaps(twice, ["LA1704"], MONDAY_NOON) == ("LA1704",)
    assert gaps([*twice, post("c", 3)], ["LA1704"], MONDAY_NOON) == ()
