"""The calendar file of broadcasts: a series ends where the gateway ends it, and falls on the days when it leaves."""

from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar, Event

from gateway.campaigns.plan import Plan, Repeats
from gateway.integrations.calendars.broadcasts import as_icalendar
from gateway.ports.campaign_book import CampaignRow
from gateway.services.campaign_calendar import Entry, entry_of
from gateway.services.campaign_rows import as_json
from gateway.services.releasing import SERIES_ENDS

FIRST = datetime(2027, 1, 31, 2, tzinfo=UTC)
DAY = timedelta(days=1)


def event(repeats: Repeats, starts_at: datetime = FIRST, until: datetime = FIRST + SERIES_ENDS) -> Event:
    """Return the one event of a file."""
    entry = Entry("c1", "Market", "scheduled", starts_at, starts_at - DAY, repeats, until)
    file = Calendar.from_ical(as_icalendar([entry], "gateway"))
    assert isinstance(file, Calendar)
    [found] = file.events
    return found


def row(plan: Plan, starts_at: datetime = FIRST) -> CampaignRow:
    return CampaignRow(
        "c1", "Market", "scheduled", {"en": "x"}, "{}", "simulator", starts_at, "ann", FIRST - DAY,
        plan=as_json(plan),
    )  # fmt: skip


def last_begin(plan: Plan, starts_at: datetime = FIRST, begun: datetime | None = None) -> datetime:
    """Return when the last round of a broadcast may begin."""
    entry = entry_of(row(plan, starts_at), begun)
    assert entry is not None
    return entry.until


def test_what_leaves_once_has_no_rule() -> None:
    assert event("once").rrules == []


def test_a_series_has_its_end() -> None:
    [rule] = event("weekly", until=FIRST + 20 * DAY).rrules
    assert dict(rule) == {"FREQ": ["WEEKLY"], "UNTIL": [FIRST + 20 * DAY]}
    assert b"UNTIL=20270220T020000Z" in event("weekly", until=FIRST + 20 * DAY).to_ical()


@pytest.mark.parametrize(("day", "days"), [(29, [28, 29]), (30, [28, 29, 30]), (31, [28, 29, 30, 31])])
def test_a_short_month_has_it_on_its_last_day(day: int, days: list[int]) -> None:
    [rule] = event("monthly", FIRST.replace(day=day)).rrules
    assert (rule["BYMONTHDAY"], rule["BYSETPOS"]) == (days, [-1])


def test_a_day_of_every_month_needs_no_more() -> None:
    [rule] = event("monthly", FIRST.replace(day=28)).rrules
    assert "BYMONTHDAY" not in rule and "BYSETPOS" not in rule


def test_no_round_begins_at_the_last_moment_or_a_year_after_the_first() -> None:
    assert last_begin(Plan("weekly")) == FIRST + SERIES_ENDS
    assert last_begin(Plan("weekly", FIRST + 14 * DAY)) == FIRST + 14 * DAY - timedelta(seconds=1)
    assert last_begin(Plan("weekly", FIRST + 400 * DAY)) == FIRST + SERIES_ENDS


def test_a_later_round_ends_with_its_series() -> None:
    assert last_begin(Plan("weekly"), FIRST + 7 * DAY, begun=FIRST) == FIRST + SERIES_ENDS
    assert last_begin(Plan("weekly"), FIRST + 7 * DAY) == FIRST + 7 * DAY + SERIES_ENDS
