"""How a broadcast goes on: weekly and monthly rounds, a last moment, dates of people, holidays."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.campaigns import holidays
from gateway.campaigns.audience import AudienceRule
from gateway.campaigns.campaign import Content
from gateway.campaigns.pacing import VIENTIANE, QuietHours
from gateway.campaigns.plan import (
    Dated,
    Drip,
    Plan,
    check,
    dates_due,
    from_facts,
    hour_has_come,
    next_round,
    next_start,
)
from gateway.errors import Conflict, Defect

NOW = datetime(2026, 11, 27, 5, tzinfo=UTC)  # Friday noon in Vientiane
DAY = timedelta(days=1)
QUIET = QuietHours(holidays=holidays.shipped())
plans = st.builds(
    Plan,
    repeats=st.sampled_from(("once", "weekly", "monthly")),
    not_after=st.none() | st.datetimes(timezones=st.just(UTC)).map(lambda at: at.replace(microsecond=0)),
    drip=st.none()
    | st.builds(
        Drip, of=st.sampled_from(("departure", "return")), days=st.integers(-366, 366), late=st.integers(0, 366)
    ),
    budget=st.none() | st.integers(1, 10**9),
    reply_flow=st.none() | st.just("welcome"),
    facts_until=st.none() | st.dates(),
    emergency=st.booleans(),
)


def lao(month: int, day: int, hour: int, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, tzinfo=VIENTIANE)


@given(plans)
def test_a_plan_comes_back_as_it_was_and_changes_the_hash_of_what_is_approved(plan: Plan) -> None:
    assert from_facts(plan.as_facts()) == plan
    plain = Content({"en": "x"}, AudienceRule(), None, "simulator")
    planned = Content({"en": "x"}, AudienceRule(), None, "simulator", plan)
    assert (planned.hash() == plain.hash()) == (plan == Plan())


@pytest.mark.parametrize("facts", [{"repeats": "hourly"}, {"drip": ["birthday", 3]}, {"not_after": "soon"}])
def test_a_plan_that_nobody_wrote_is_a_defect(facts: dict[str, object]) -> None:
    with pytest.raises(Defect):
        from_facts(facts)


@pytest.mark.parametrize(
    ("plan", "starts_at", "said"),
    [
        (Plan(not_after=NOW - DAY), None, "Its last moment lies before its first."),
        (Plan(not_after=NOW + DAY), NOW + 2 * DAY, "Its last moment lies before its first."),
        (Plan(not_after=NOW + 400 * DAY), None, "It lies more than a year ahead: choose a day within a year."),
        (Plan("weekly"), None, "What repeats needs its first day and hour."),
        (Plan("weekly", drip=Drip("return", 30)), NOW, "A message by each person's date does not repeat."),
        (Plan(drip=Drip("return", 30)), NOW, "A message by each person's date needs a last day."),
        (Plan(drip=Drip("return", 367), not_after=NOW + DAY), NOW, "at most a year from a person's date"),
        (Plan(drip=Drip("return", 30, 367), not_after=NOW + DAY), NOW, "at most a year from a person's date"),
        (Plan(facts_until=date(2026, 11, 26)), None, "What it says is out of date before it has left."),
        (Plan(budget=0), None, "A budget is at least one kip."),
    ],
)
def test_a_plan_that_contradicts_itself_is_refused(plan: Plan, starts_at: datetime | None, said: str) -> None:
    with pytest.raises(Conflict, match=said):
        check(plan, starts_at, NOW, VIENTIANE)


def test_weekly_is_the_same_local_hour_and_skips_the_rounds_that_were_missed() -> None:
    first = lao(11, 27, 7)
    assert next_start(first, "weekly", first, VIENTIANE) == lao(12, 4, 7)
    assert next_start(first, "weekly", first + 20 * DAY, VIENTIANE) == lao(12, 18, 7)
    assert next_start(first, "once", first, VIENTIANE) is None


def test_monthly_keeps_its_day_and_a_short_month_has_it_on_its_last() -> None:
    first = lao(1, 31, 9, 2027)
    assert next_start(first, "monthly", first, VIENTIANE) == lao(2, 28, 9, 2027)
    assert next_start(first, "monthly", lao(3, 1, 0, 2027), VIENTIANE) == lao(3, 31, 9, 2027)
    assert next_start(lao(12, 5, 9), "monthly", lao(12, 5, 9), VIENTIANE) == lao(1, 5, 9, 2027)


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1)),
    st.integers(0, 400),
    st.sampled_from(("weekly", "monthly")),
)
def test_the_next_round_is_always_ahead_and_never_further_than_one_round(at: datetime, days: int, repeats: str) -> None:
    first = at.replace(tzinfo=UTC)
    now = first + days * DAY
    found = next_start(first, "weekly" if repeats == "weekly" else "monthly", now, VIENTIANE)
    assert found is not None and now < found <= now + (7 if repeats == "weekly" else 31) * DAY


def test_people_are_written_to_before_they_leave_and_after_they_came_home() -> None:
    assert dates_due(Drip("departure", -7), NOW, VIENTIANE) == Dated("departure", date(2026, 12, 3), date(2026, 12, 4))
    assert dates_due(Drip("return", 30), NOW, VIENTIANE) == Dated("return", date(2026, 10, 27), date(2026, 10, 28))
    night = datetime(2026, 11, 27, 18, tzinfo=UTC)  # already the 28th in Vientiane
    assert dates_due(Drip("return", 0), night, VIENTIANE).last == date(2026, 11, 28)


@pytest.mark.parametrize(
    ("drip", "first", "last"),
    [
        (Drip("departure", -7, 5), date(2026, 11, 29), date(2026, 12, 4)),
        (Drip("departure", -7, 30), date(2026, 11, 27), date(2026, 12, 4)),
        (Drip("return", 3, 10), date(2026, 11, 14), date(2026, 11, 24)),
    ],
)
def test_whoever_tells_late_is_written_to_late_and_never_after_she_has_left(
    drip: Drip, first: date, last: date
) -> None:
    assert dates_due(drip, NOW, VIENTIANE) == Dated(drip.of, first, last)


def test_a_round_that_was_moved_goes_on_from_its_own_day() -> None:
    first, moved = lao(11, 27, 7), lao(12, 5, 9)  # the second round was put off by a day and two hours
    assert next_round(first, lao(12, 4, 7), "weekly", lao(12, 4, 8), VIENTIANE) == lao(12, 11, 7)
    assert next_round(first, moved, "weekly", moved, VIENTIANE) == lao(12, 12, 9)
    january, february = lao(1, 31, 9, 2027), lao(2, 28, 9, 2027)
    assert next_round(january, february, "monthly", lao(3, 1, 0, 2027), VIENTIANE) == lao(3, 31, 9, 2027)


def test_a_holiday_is_quiet_from_the_evening_before_to_the_morning_after() -> None:
    assert QUIET.next_open(lao(12, 2, 10)) == lao(12, 3, 7), "National Day"
    assert QUIET.next_open(lao(12, 1, 20)) == lao(12, 1, 20)
    assert QUIET.next_open(lao(12, 1, 22)) == lao(12, 3, 7)
    assert QUIET.next_open(lao(4, 14, 8, 2027)) == lao(4, 17, 7, 2027), "three days of Lao New Year"
    assert QUIET.closes_at(lao(12, 1, 8)) == lao(12, 1, 20) + timedelta(minutes=50)


@given(st.datetimes(datetime(2026, 11, 26), datetime(2028, 5, 1)))
def test_what_is_open_is_neither_night_nor_holiday(at: datetime) -> None:
    opens = QUIET.next_open(at.replace(tzinfo=UTC)).astimezone(VIENTIANE)
    assert 7 <= opens.hour < 21 and opens.date() not in holidays.shipped()
    assert QUIET.open_at(opens) and QUIET.next_open(opens) == opens


def test_the_table_reaches_a_year_ahead_and_a_day_made_good_is_a_working_day() -> None:
    days = holidays.shipped()
    assert max(days) > date(2026, 11, 26) + timedelta(days=365), "bring gateway/campaigns/data/holidays.csv up to date"
    assert date(2027, 5, 3) in days and date(2027, 5, 3).weekday() == 0


def test_a_message_by_a_date_leaves_at_the_hour_of_the_first_start() -> None:
    first = lao(11, 27, 9)
    assert not hour_has_come(first, lao(12, 4, 8) + timedelta(minutes=59), VIENTIANE)
    assert hour_has_come(first, lao(12, 4, 9), VIENTIANE) and hour_has_come(first, lao(12, 4, 23), VIENTIANE)
    assert hour_has_come(None, lao(12, 4, 0), VIENTIANE)
