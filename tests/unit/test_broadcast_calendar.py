"""The calendar file of broadcasts: every round of a series, on the days when it leaves and no others."""

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar, Event

from gateway.campaigns.pacing import NEVER_QUIET, VIENTIANE, QuietHours
from gateway.campaigns.plan import ONCE, SERIES_ENDS, Plan, round_after
from gateway.integrations.calendars.broadcasts import as_icalendar
from gateway.ports.campaign_book import CampaignRow
from gateway.services.campaign_calendar import entry_of
from gateway.services.campaign_rows import as_json

FIRST = datetime(2027, 1, 31, 2, tzinfo=UTC)
DAY = timedelta(days=1)
HOURS = st.datetimes(datetime(2026, 11, 27), datetime(2028, 3, 1), timezones=st.just(UTC)).map(
    lambda at: at.replace(microsecond=0)
)
PLANS = st.builds(
    Plan,
    st.sampled_from(("weekly", "monthly")),
    st.none() | st.integers(1, 400).map(lambda days: FIRST + days * DAY),
    facts_until=st.none() | st.integers(0, 400).map(lambda days: FIRST.date() + days * DAY),
)


def row(plan: Plan, starts_at: datetime = FIRST, state: str = "scheduled", series: str | None = None) -> CampaignRow:
    return CampaignRow(
        "c2" if series else "c1", "Market", state, {"en": "x"}, "{}", "simulator", starts_at, "ann", FIRST - DAY,
        plan=as_json(plan), series=series,
    )  # fmt: skip


def events(
    of: CampaignRow, begun: datetime | None = FIRST, now: datetime = FIRST - DAY, quiet: QuietHours = NEVER_QUIET
) -> list[Event]:
    """Return the events of a file."""
    entry = entry_of(of, begun, now, quiet)
    assert entry is not None
    file = Calendar.from_ical(as_icalendar([entry], "gateway"))
    assert isinstance(file, Calendar)
    return file.events


def starts(of: CampaignRow, begun: datetime | None = FIRST, now: datetime = FIRST - DAY) -> list[datetime]:
    """Return when the events of a file begin."""
    return [event.start for event in events(of, begun, now) if isinstance(event.start, datetime)]


def local_days(found: list[datetime]) -> list[str]:
    return [f"{at.astimezone(VIENTIANE):%d/%m %H:%M}" for at in found]


def test_what_leaves_once_is_one_event_that_keeps_its_name_when_it_is_moved() -> None:
    [event], [moved] = events(row(ONCE)), events(row(ONCE, FIRST + DAY))
    assert event.start == FIRST and event["UID"] == moved["UID"] == "c1@gateway"


def test_what_is_asked_for_in_quiet_hours_stands_at_the_hour_when_it_leaves_under_its_own_name() -> None:
    night = datetime(2026, 11, 28, 16, 30, tzinfo=UTC)  # 23:30 in Vientiane
    found = events(row(Plan("weekly"), night), night, night - DAY, QuietHours(holidays=frozenset({date(2026, 12, 6)})))
    assert local_days([event.start for event in found if isinstance(event.start, datetime)])[:3] == [
        "29/11 07:00",
        "07/12 07:00",
        "13/12 07:00",
    ]
    assert found[0]["UID"] == "c1-20261128T163000Z@gateway", "as the round is named that comes"


@pytest.mark.parametrize(
    ("first", "days"),
    [
        (datetime(2027, 1, 31, 2, tzinfo=UTC), ["31/01 09:00", "28/02 09:00", "31/03 09:00", "30/04 09:00"]),
        (datetime(2027, 1, 29, 2, tzinfo=UTC), ["29/01 09:00", "28/02 09:00", "29/03 09:00", "29/04 09:00"]),
        (datetime(2027, 2, 28, 23, tzinfo=UTC), ["01/03 06:00", "01/04 06:00", "01/05 06:00", "01/06 06:00"]),
        (datetime(2027, 1, 30, 23, tzinfo=UTC), ["31/01 06:00", "28/02 06:00", "31/03 06:00", "30/04 06:00"]),
    ],
)
def test_a_series_shows_the_days_of_vientiane_on_which_it_leaves(first: datetime, days: list[str]) -> None:
    assert local_days(starts(row(Plan("monthly"), first), first)[:4]) == days


def test_a_round_of_a_short_month_is_followed_by_one_on_the_day_of_the_first() -> None:
    february = row(Plan("monthly"), datetime(2027, 2, 28, 2, tzinfo=UTC), series="c1")
    assert local_days(starts(february)[:3]) == ["28/02 09:00", "31/03 09:00", "30/04 09:00"]


def test_a_round_that_was_foretold_is_the_same_event_when_its_turn_has_come() -> None:
    names = [event["UID"] for event in events(row(Plan("weekly")))]
    later = [event["UID"] for event in events(row(Plan("weekly"), FIRST + 7 * DAY, series="c1"))]
    assert names[1:] == later and len(set(names)) == len(names)
    assert names[1] == "c1-20270207T020000Z@gateway"


def test_a_series_is_shown_to_its_end() -> None:
    assert len(starts(row(Plan("weekly")))) == 53 and starts(row(Plan("weekly")))[-1] <= FIRST + SERIES_ENDS
    assert starts(row(Plan("weekly", FIRST + 14 * DAY))) == [FIRST, FIRST + 7 * DAY]
    assert starts(row(Plan("weekly", FIRST + 400 * DAY)))[-1] <= FIRST + SERIES_ENDS
    assert starts(row(Plan("weekly", facts_until=date(2027, 2, 14))))[-1] == FIRST + 14 * DAY


def test_a_round_that_is_over_or_whose_first_is_not_known_has_none_after_it() -> None:
    assert starts(row(Plan("weekly"), state="finished")) == [FIRST]
    assert starts(row(Plan("weekly"), series="c1"), begun=None) == [FIRST]


def test_a_round_that_goes_on_for_long_skips_those_that_were_missed() -> None:
    assert starts(row(Plan("weekly"), state="running"), now=FIRST + 9 * DAY)[:2] == [FIRST, FIRST + 14 * DAY]


def test_a_round_that_was_moved_is_followed_from_its_own_day() -> None:
    moved = row(Plan("weekly"), FIRST + 8 * DAY, series="c1")
    assert starts(moved)[:2] == [FIRST + 8 * DAY, FIRST + 15 * DAY]


@given(HOURS, PLANS, st.integers(0, 3), st.integers(-40, 40))
def test_the_events_are_the_rounds_that_the_gateway_will_begin(
    first: datetime, plan: Plan, past: int, moved: int
) -> None:
    """Whichever round it is, moved or not: each further one is what follows when the one before ends in an hour."""
    this = first
    for _ in range(past):
        this = round_after(plan, first, this, this, VIENTIANE) or this
    this += timedelta(hours=moved) if past else timedelta()
    found = starts(row(plan, this, series="c1"), first, this - DAY)
    for before, after in zip(found, [*found[1:], None], strict=True):
        assert round_after(plan, first, before, before + timedelta(hours=1), VIENTIANE) == after
    assert len(found) <= 54


@given(HOURS)
def test_a_monthly_series_has_its_hour_and_its_day_or_the_last_of_a_shorter_month(first: datetime) -> None:
    here = [at.astimezone(VIENTIANE) for at in starts(row(Plan("monthly"), first), first, first - DAY)]
    months = [at.year * 12 + at.month for at in here]
    assert {at.time() for at in here} == {here[0].time()}
    assert months == list(range(months[0], months[0] + len(months))) and len(months) in (12, 13)
    assert [at.day for at in here] == [min(here[0].day, monthrange(at.year, at.month)[1]) for at in here]
