"""Working minutes: Monday to Friday 08-12 and 13-17 in Laos, less holidays."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.cases.working_time import VIENTIANE, WorkingTime
from gateway.errors import ConfigurationError

OFFICE = WorkingTime()


def lao(day: int, hour: int, minute: int = 0) -> datetime:
    """November 2026: the 23rd is a Monday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=VIENTIANE)


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        (lao(23, 9), 60, lao(23, 10)),
        (lao(23, 11, 30), 60, lao(23, 13, 30)),  # over lunch
        (lao(23, 11), 60, lao(23, 12)),  # ends at the bell, not after lunch
        (lao(23, 16), 120, lao(24, 9)),  # over night
        (lao(27, 16), 120, lao(30, 9)),  # over the weekend
        (lao(28, 3), 1, lao(30, 8, 1)),  # begun on a Saturday night
        (lao(23, 8), 960, lao(24, 17)),  # two working days
    ],
)
def test_minutes_run_only_while_offices_work(start: datetime, minutes: int, end: datetime) -> None:
    assert OFFICE.plus(start, minutes) == end


def test_no_minutes_is_at_once_even_at_night() -> None:
    assert OFFICE.plus(lao(28, 3), 0) == lao(28, 3)


def test_a_holiday_does_not_count() -> None:
    with_holiday = WorkingTime(holidays=frozenset({date(2026, 11, 24)}))
    assert with_holiday.plus(lao(23, 16), 120) == lao(25, 9)


@given(st.integers(0, 60 * 24 * 20), st.integers(1, 5000))
def test_counting_back_gives_the_same_minutes(offset: int, minutes: int) -> None:
    start = lao(1, 0) + timedelta(minutes=offset)
    end = OFFICE.plus(start, minutes)
    assert end.tzinfo is UTC
    assert OFFICE.between(start, end) == minutes
    assert OFFICE.between(end, start) == 0


@pytest.mark.parametrize("hours", [(), ((time(12), time(8)),), ((time(8), time(12)), (time(11), time(17)))])
def test_hours_out_of_order_are_refused(hours: tuple[tuple[time, time], ...]) -> None:
    with pytest.raises(ConfigurationError):
        WorkingTime(hours=hours)
