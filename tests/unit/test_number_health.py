"""A number is given up for broadcasts after refusals on three days, and never by one bad hour."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from gateway.contacts.number_health import APART, FAILURES, WITHIN, NumberHealth, after_refusal

NOON = datetime(2026, 11, 24, 5, tzinfo=UTC)
DAY = timedelta(days=1)


def refused(*moments: datetime) -> NumberHealth:
    health: NumberHealth | None = None
    for moment in moments:
        health = after_refusal(health, moment)
    assert health is not None
    return health


def test_the_third_day_of_refusals_is_the_one_that_counts() -> None:
    days = [NOON + number * DAY for number in range(4)]
    assert refused(*days[:2]).dead_since is None
    assert refused(*days[:3]).dead_since == days[2]
    assert refused(*days).dead_since == days[2], "and it stays the day since when"


def test_a_refusal_long_ago_says_nothing_of_today() -> None:
    later = NOON + DAY + WITHIN + timedelta(seconds=1)
    assert refused(NOON, NOON + DAY, later) == NumberHealth(1, later)
    third = NOON + 2 * DAY
    assert refused(NOON, NOON + DAY, third, third + 2 * WITHIN).dead_since == third, "dead until it lives"


@given(st.lists(st.timedeltas(timedelta(0), APART - timedelta(microseconds=1)), min_size=1, max_size=50))
def test_however_many_refusals_of_one_day_mark_nobody(moments: list[timedelta]) -> None:
    assert refused(*(NOON + moment for moment in sorted(moments))).failures == 1


@given(st.lists(st.timedeltas(APART, WITHIN), min_size=FAILURES, max_size=12))
def test_refusals_on_as_many_days_mark_whoever_it_is(gaps: list[timedelta]) -> None:
    moments = [NOON]
    for gap in gaps:
        moments.append(moments[-1] + gap)
    assert refused(*moments[:FAILURES]).dead_since == moments[FAILURES - 1]
    assert refused(*moments).failures == len(moments)
