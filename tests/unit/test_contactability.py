"""Safe to contact: how plainly a session speaks, and when a person may be written to unasked."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from gateway.contacts.contact import ANY_HOUR, Contact, ContactBy, Hours, Safety
from gateway.contacts.contactability import (
    allowed_until,
    may_call,
    may_write_unasked,
    next_allowed,
    within_hours,
)

VIENTIANE = ZoneInfo("Asia/Vientiane")
NOON = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)  # 12:00 in Vientiane
NIGHT = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)  # 23:00
SAFE = Contact(id="c1", msisdn="+8562055512345", safety="safe", contact_ok="sms", hours=(8, 17))


@pytest.mark.parametrize(
    ("hours", "local_hour", "inside"),
    [
        ((8, 17), 7, False),
        ((8, 17), 8, True),
        ((8, 17), 16, True),
        ((8, 17), 17, False),
        ((22, 6), 23, True),
        ((22, 6), 5, True),
        ((22, 6), 6, False),
        ((22, 6), 12, False),
        (ANY_HOUR, 0, True),
        (ANY_HOUR, 23, True),
        ((12, 12), 12, False),
    ],
)
def test_a_window_of_local_hours(hours: Hours, local_hour: int, inside: bool) -> None:
    now = datetime(2026, 11, 24, local_hour, 30, tzinfo=VIENTIANE).astimezone(UTC)
    assert within_hours(hours, now, VIENTIANE) == inside


def test_only_a_full_yes_allows_an_unasked_text() -> None:
    assert may_write_unasked(SAFE, NOON, VIENTIANE)
    assert not may_write_unasked(SAFE, NIGHT, VIENTIANE)


@pytest.mark.parametrize("safety", ["unknown", "shared", "unsafe"])
def test_a_phone_that_is_not_only_hers_is_never_written_to(safety: Safety) -> None:
    assert not may_write_unasked(replace(SAFE, safety=safety), NOON, VIENTIANE)


@pytest.mark.parametrize("answer", [None, "none", "call"])
def test_who_did_not_choose_sms_is_not_written_to(answer: ContactBy | None) -> None:
    assert not may_write_unasked(replace(SAFE, contact_ok=answer), NOON, VIENTIANE)


def test_unanswered_hours_count_as_no() -> None:
    silent = replace(SAFE, hours=None)
    assert not any(may_write_unasked(silent, NOON + timedelta(hours=ahead), VIENTIANE) for ahead in range(24))
    assert next_allowed(silent, NOON, VIENTIANE) is None


def test_a_week_of_hours_holds_nothing_outside_the_window() -> None:
    allowed = {
        moment.astimezone(VIENTIANE).hour
        for moment in (NOON + timedelta(minutes=20 * step) for step in range(7 * 72))
        if may_write_unasked(SAFE, moment, VIENTIANE)
    }
    assert allowed == set(range(8, 17))


def test_stopping_broadcasts_does_not_end_news_of_ones_own_case() -> None:
    assert may_write_unasked(replace(SAFE, opted_out_at=NOON), NOON, VIENTIANE)


def test_the_next_allowed_moment() -> None:
    assert next_allowed(SAFE, NOON, VIENTIANE) == NOON
    later = next_allowed(SAFE, NIGHT, VIENTIANE)
    assert later is not None and later.astimezone(VIENTIANE) == datetime(2026, 11, 25, 8, 0, tzinfo=VIENTIANE)


def test_calling_needs_its_own_yes_and_hour() -> None:
    caller = replace(SAFE, contact_ok="call")
    assert may_call(caller, NOON, VIENTIANE) and may_call(replace(caller, safety="shared"), NOON, VIENTIANE)
    assert not may_call(caller, NIGHT, VIENTIANE)
    assert not may_call(SAFE, NOON, VIENTIANE)
    assert not may_call(replace(caller, safety="unsafe"), NOON, VIENTIANE)
    assert not may_call(replace(caller, hours=None), NOON, VIENTIANE)


@pytest.mark.parametrize(
    ("hours", "minute", "left"),
    [((8, 17), 0, 30), ((8, 13), 0, 30), ((8, 13), 45, 15), ((22, 13), 50, 10), (ANY_HOUR, 50, 30), (None, 50, 30)],
)
def test_a_text_that_leaves_late_in_her_hours_may_not_arrive_after_them(
    hours: Hours | None, minute: int, left: int
) -> None:
    now = NOON + timedelta(minutes=minute)
    until = allowed_until(replace(SAFE, hours=hours), now, timedelta(minutes=30), VIENTIANE)
    assert until == now + timedelta(minutes=left)
