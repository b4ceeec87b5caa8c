"""When a broadcast leaves: never in quiet hours, never faster than its rate, the first fifty alone."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gateway.campaigns.pacing import (
    VIENTIANE,
    PacingSettings,
    QuietHours,
    ends_at,
    never_open,
    not_before,
)
from gateway.errors import Defect

SETTINGS = PacingSettings()
QUIET = QuietHours()


def lao(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=VIENTIANE)


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        (lao(23, 12), lao(23, 12)),
        (lao(23, 20, 49), lao(23, 20, 49)),
        (lao(23, 20, 50), lao(24, 7)),  # ten minutes early
        (lao(23, 23), lao(24, 7)),
        (lao(24, 3), lao(24, 7)),
        (lao(24, 7), lao(24, 7)),
    ],
)
def test_broadcasts_wait_for_the_morning(now: datetime, opens: datetime) -> None:
    assert QUIET.next_open(now) == opens
    assert QUIET.open_at(now) is (now == opens)


def test_a_text_is_worthless_when_the_quiet_hours_begin() -> None:
    assert QUIET.closes_at(lao(23, 12)) == lao(23, 20, 50)
    assert QUIET.worthless_after(lao(23, 12)) == lao(23, 21)


def test_quiet_hours_by_day_and_none_at_all() -> None:
    siesta = QuietHours(time(12), time(14))
    assert siesta.next_open(lao(23, 13)) == lao(23, 14)
    none = QuietHours(time(0), time(0))
    assert none.open_at(lao(23, 3)) and none.closes_at(lao(23, 3)) is None and none.worthless_after(lao(23, 3)) is None


@pytest.mark.parametrize("start", [time(7, 1), time(7, 10)])
def test_hours_that_are_quiet_all_day_are_a_fault(start: time) -> None:
    with pytest.raises(Defect):
        QuietHours(start, time(7))
    with pytest.raises(Defect):
        QuietHours(time(0, 5), time(23, 55))


def test_a_minute_a_day_is_open_though_a_year_of_holidays_comes_first() -> None:
    year = frozenset((lao(1, 0) + timedelta(days=days)).date() for days in range(366))
    minute = QuietHours(time(7, 11), time(7), holidays=year)
    assert minute.next_open(lao(1, 12)) == lao(1, 7) + timedelta(days=366)
    assert not_before(lao(1, 12), 61, 1, replace(SETTINGS, quiet=minute)) == lao(1, 7) + timedelta(days=367, seconds=1)


@given(st.times(), st.times(), st.timedeltas(timedelta(), timedelta(hours=3)), st.integers(0, 60 * 48))
def test_any_hours_that_can_be_made_open_within_a_day(start: time, end: time, margin: timedelta, minutes: int) -> None:
    assume(not never_open(start, end, margin))
    now = lao(23, 0) + timedelta(minutes=minutes)
    quiet = QuietHours(start, end, margin=margin)
    opens = quiet.next_open(now)
    assert quiet.open_at(opens) and now <= opens < now + timedelta(days=1, hours=3)


def test_what_does_not_fit_before_the_night_goes_on_in_the_morning() -> None:
    assert not_before(lao(23, 20, 40), 601, 1, SETTINGS) == lao(24, 7) + timedelta(seconds=1)
    assert not_before(lao(23, 22), 0, 1, SETTINGS) == lao(24, 7)
    assert ends_at(51, lao(23, 12), 1, SETTINGS) == lao(23, 12, 5) + timedelta(seconds=50)
    assert ends_at(10, lao(23, 12), 1, SETTINGS) == lao(23, 12) + timedelta(seconds=9)


@given(
    st.integers(0, 60 * 48).map(lambda minutes: lao(23, 0) + timedelta(minutes=minutes)),
    st.integers(0, 3000),
    st.floats(0.1, 100),
)
def test_nothing_ever_leaves_in_quiet_hours(start: datetime, total: int, rate: float) -> None:
    times = [not_before(start, index, rate, SETTINGS) for index in range(0, total, 97)]
    for at in times:
        assert time(7) <= at.astimezone(VIENTIANE).time() < time(20, 50)
        assert at >= start and at.tzinfo is UTC
    assert times == sorted(times)


def test_a_rate_of_nothing_is_a_fault() -> None:
    with pytest.raises(Defect):
        not_before(lao(23, 12), 1, 0, SETTINGS)
