"""The ladder: who is alerted when, and that it never ends before a person answers."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.cases.clocks import EscalationSettings, abandoned_due, may_undo, release_due
from gateway.cases.escalation import (
    CAUGHT_UP,
    LOCAL,
    Ladder,
    at_once,
    catch_up,
    follow_ups,
    from_steps,
    next_step,
    paused,
    planned,
    raised,
    step_named,
)
from gateway.cases.report import Answers
from gateway.cases.routing import Office, Route, route
from gateway.cases.triage import LEVELS, Level
from gateway.errors import ConfigurationError

SETTINGS = EscalationSettings()
START = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # Monday 09:00 in Laos
DESK = Office("national_desk", "national", "LA")
PROVINCE = Office(None, "province", "LA17")
FIRST = Office("women_union", "district", "LA1704")
SECOND = Office("women_union", "district", "LA1704", 2)


def going(level: Level, **values: str) -> Route:
    return route(Answers().merged(values), level)


LOCAL_ROUTE = going("P0", place="LA1704")


def minute(at: datetime) -> float:
    return (at - START) / timedelta(minutes=1)


def climb(ladder: Ladder, steps: int) -> list[tuple[str, float, tuple[Office, ...]]]:
    """Let the clock fire ``steps`` steps, each at its time."""
    now, seen = START, []
    for _ in range(steps):
        step = next_step(ladder, now, SETTINGS)
        now = step.due_at
        seen.append((step.name, minute(now), step.offices))
        ladder = ladder.after(step)
    return seen


def test_danger_now_climbs_by_the_clock_and_never_stops() -> None:
    ladder = Ladder("P0", LOCAL_ROUTE, START, released_at=START + timedelta(minutes=3))
    assert climb(ladder, 9) == [
        ("0", 0, (DESK, PROVINCE)),
        ("1", 2, (DESK, PROVINCE)),
        (LOCAL, 3, (FIRST,)),
        ("2", 5, (SECOND,)),
        ("3", 10, (PROVINCE,)),
        ("4", 15, (DESK,)),
        ("5", 35, (DESK,)),
        ("6", 55, (DESK,)),
        ("7", 75, (DESK,)),
    ]


def test_without_release_the_district_hears_nothing_but_the_banner_is_lit() -> None:
    assert climb(Ladder("P0", LOCAL_ROUTE, START), 4)[2:] == [("2", 5, ()), ("3", 10, (PROVINCE,))]
    banner = step_named(Ladder("P0", LOCAL_ROUTE, START), "2", START)
    assert banner is not None and banner.banner


def test_released_after_minute_five_both_district_posts_are_alerted_together() -> None:
    ladder = Ladder("P0", LOCAL_ROUTE, START, released_at=START + timedelta(minutes=7))
    assert climb(ladder, 5)[3:] == [(LOCAL, 7, (FIRST, SECOND)), ("3", 10, (PROVINCE,))]


def test_a_less_urgent_case_goes_to_the_district_first() -> None:
    assert climb(Ladder("P1", going("P1", place="LA1704"), START), 7) == [
        ("0", 0, (FIRST,)),
        ("1", 5, (FIRST,)),
        ("2", 15, (SECOND,)),
        ("3", 30, (PROVINCE,)),
        ("4", 60, (DESK,)),
        ("5", 120, (DESK,)),
        ("6", 180, (DESK,)),
    ]


def test_the_least_urgent_case_climbs_in_working_minutes_without_step_one() -> None:
    seen = climb(Ladder("P2", going("P2", place="LA1704"), START), 5)
    assert [name for name, _, _ in seen] == ["0", "2", "3", "4", "5"]
    days = [SETTINGS.working_time.between(START, START + timedelta(minutes=at)) for _, at, _ in seen]
    assert days == [0, 240, 480, 960, 1920]


def test_a_question_moves_through_the_inboxes_in_silence() -> None:
    ladder = Ladder("P3", going("P3", place="LA1704"), START)
    assert [offices for _, _, offices in climb(ladder, 4)] == [(FIRST,), (PROVINCE,), (DESK,), (DESK,)]
    assert next_step(ladder, START, SETTINGS).silent


def test_an_excluded_district_falls_away_from_the_ladder() -> None:
    ladder = Ladder("P1", going("P1", place="LA1704", tell="nobody_local"), START)
    assert climb(ladder, 4) == [
        ("0", 0, (PROVINCE, DESK)),
        ("1", 5, (PROVINCE, DESK)),
        ("3", 30, (PROVINCE,)),
        ("4", 60, (DESK,)),
    ]


def test_step_one_uses_the_second_channel_and_only_without_a_receipt() -> None:
    step = step_named(Ladder("P1", going("P1", place="LA1704"), START), "1", START)
    assert step is not None and step.only_without_receipt and step.second_channel
    last = step_named(Ladder("P1", going("P1", place="LA1704"), START), "9", START)
    assert last is not None and last.every_phone


def sent_up_to(ladder: Ladder, last: int, due: float) -> Ladder:
    return replace(ladder, last=last, last_due_at=START + timedelta(minutes=due))


def test_ok_holds_the_ladder_for_thirty_minutes_and_then_it_goes_on_where_it_stood() -> None:
    ladder = sent_up_to(Ladder("P0", LOCAL_ROUTE, START, START, local_told=True), 0, 0)
    ok_at = START + timedelta(minutes=1)
    held = paused(ladder, ok_at, SETTINGS)
    (step,) = planned(held, ok_at, SETTINGS)
    assert (step.name, minute(step.due_at)) == ("2", 31)  # step 1 would only repeat what was read
    after = next_step(held.after(step), step.due_at, SETTINGS)
    assert (after.name, minute(after.due_at)) == ("3", 36)


def test_below_p0_ok_holds_for_an_hour() -> None:
    held = paused(Ladder("P2", going("P2", place="LA1704"), START), START, SETTINGS)
    assert minute(next_step(held, START, SETTINGS).due_at) == 60


def test_a_release_during_the_pause_waits_for_its_end() -> None:
    ladder = sent_up_to(Ladder("P0", LOCAL_ROUTE, START, START + timedelta(minutes=3)), 0, 0)
    steps = planned(paused(ladder, START + timedelta(minutes=1), SETTINGS), START + timedelta(minutes=3), SETTINGS)
    assert [(step.name, minute(step.due_at)) for step in steps] == [(LOCAL, 31), ("2", 31)]


def test_undo_and_pass_bring_the_next_person_at_once() -> None:
    ladder = sent_up_to(Ladder("P1", going("P1", place="LA1704"), START), 0, 0)
    now = START + timedelta(minutes=4)
    (step,) = at_once(paused(ladder, START + timedelta(minutes=1), SETTINGS), now, SETTINGS)
    assert (step.name, step.due_at, step.offices) == ("2", now, (SECOND,))
    assert next_step(ladder.after(step), now, SETTINGS).due_at == now + timedelta(minutes=15)


def test_ok_can_be_taken_back_for_fifteen_minutes() -> None:
    assert may_undo(START, START + timedelta(minutes=15), SETTINGS)
    assert not may_undo(START, START + timedelta(minutes=16), SETTINGS)


def test_a_province_learnt_later_is_told_at_once() -> None:
    old, new = going("P0", danger="now"), LOCAL_ROUTE
    ladder = sent_up_to(Ladder("P0", new, START), 0, 0)
    step = catch_up(ladder, old, START + timedelta(minutes=1), 1)
    assert step is not None
    assert (step.name, step.offices, minute(step.due_at)) == (CAUGHT_UP, (PROVINCE,), 1)
    assert catch_up(ladder, new, START, 2) is None
    assert catch_up(Ladder("P0", new, START), old, START, 1) is None


def test_a_case_that_becomes_urgent_starts_a_new_ladder() -> None:
    ladder = sent_up_to(Ladder("P1", going("P1", place="LA1704"), START), 2, 15)
    now = START + timedelta(minutes=20)
    urgent = raised(ladder, "P0", LOCAL_ROUTE, now)
    assert (urgent.round, urgent.anchor, urgent.last, urgent.released_at) == (2, now, None, now)
    assert [step.name for step in planned(urgent, now, SETTINGS)] == [LOCAL, "0"]


def test_the_position_is_read_back_from_the_steps_that_went_out() -> None:
    rows = [
        ("0", 1, START),
        (LOCAL, 2, START),
        ("2", 2, START + timedelta(minutes=5)),
        ("0", 2, START),
        (CAUGHT_UP, 3, START),
    ]
    ladder = from_steps(Ladder("P0", LOCAL_ROUTE, START, round=2), rows)
    assert (ladder.last, ladder.last_due_at, ladder.local_told) == (2, START + timedelta(minutes=5), True)


def test_after_a_long_outage_steps_follow_at_their_distance_not_all_at_once() -> None:
    ladder = sent_up_to(Ladder("P0", LOCAL_ROUTE, START), 3, 10)
    late = START + timedelta(hours=3)
    step = next_step(ladder, late, SETTINGS)
    assert step.due_at == late
    assert next_step(ladder.after(step), late, SETTINGS).due_at == late + timedelta(minutes=20)


def test_local_posts_wait_three_minutes_or_for_the_end_of_the_answers() -> None:
    assert release_due(START, START, "sms", SETTINGS) == START + timedelta(minutes=3)
    later = START + timedelta(minutes=2)
    assert release_due(START, later, "sms", SETTINGS) == later + timedelta(minutes=30)
    assert (
        release_due(START, later, "ussd", SETTINGS)
        == abandoned_due(later, "ussd", SETTINGS)
        == later + timedelta(minutes=10)
    )


def test_an_accepted_case_still_owes_an_action_and_an_outcome() -> None:
    action, outcome = follow_ups(START, False, LOCAL_ROUTE, SETTINGS)
    assert (action.offices, action.due_at) == ((PROVINCE,), START + timedelta(hours=24))
    assert (outcome.offices, outcome.due_at) == ((DESK,), START + timedelta(hours=72))
    assert follow_ups(START, True, LOCAL_ROUTE, SETTINGS) == (outcome,)


@pytest.mark.parametrize("minutes", [(0, 2, 5), (1, 2, 5, 10, 15, 20), (0, 5, 2, 10, 15, 20), (0, 2, 5, 10, 15, 0)])
def test_minutes_that_are_no_ladder_are_refused(minutes: tuple[int, ...]) -> None:
    with pytest.raises(ConfigurationError):
        EscalationSettings(p0=minutes)


ROUTES = st.sampled_from(
    [
        LOCAL_ROUTE,
        going("P0", place="LA17"),
        going("P0", place="LA1704", tell="nobody_local"),
        going("P0", country="TH"),
        going("P0", place="LA1704", duress="yes"),
    ]
)
Event = Callable[[Ladder, datetime], Ladder]


def _fire(ladder: Ladder, now: datetime) -> Ladder:
    step = next_step(ladder, now, SETTINGS)
    return ladder.after(step) if step.due_at <= now else ladder


def _hurry(ladder: Ladder, now: datetime) -> Ladder:
    step = at_once(ladder, now, SETTINGS)[-1]
    assert step.due_at == now and (step.offices and not step.only_without_receipt)
    return replace(ladder, paused_until=None).after(step)


def _accept(ladder: Ladder, now: datetime) -> Ladder:
    held = paused(ladder, now, SETTINGS)
    assert next_step(held, now, SETTINGS).due_at <= now + timedelta(minutes=60)
    return held


def _release(ladder: Ladder, now: datetime) -> Ladder:
    return replace(ladder, released_at=ladder.released_at or now)


def _exclude(ladder: Ladder, now: datetime) -> Ladder:
    return replace(ladder, route=going("P0", place="LA1704", tell="nobody_local"))


EVENTS: list[Event] = [_fire, _hurry, _accept, _release, _exclude]


@given(
    st.sampled_from(LEVELS),
    ROUTES,
    st.lists(st.tuples(st.sampled_from(EVENTS), st.integers(0, 3000)), max_size=25),
)
def test_an_open_case_always_has_a_next_step_with_a_due_time(
    level: Level, path: Route, events: list[tuple[Event, int]]
) -> None:
    ladder, now = Ladder(level, path, START), START
    for event, minutes in events:
        now += timedelta(minutes=minutes)
        ladder = event(ladder, now)
        steps = planned(ladder, now, SETTINGS)
        assert steps and all(now <= step.due_at <= now + timedelta(days=10) for step in steps)
        assert all(step.offices or step.banner for step in steps)
        if not ladder.route.local_allowed:
            assert all(office.level != "district" for step in steps for office in step.offices)
        numbers = [int(step.name) for step in steps if step.name.isdecimal()]
        assert len(numbers) == 1 and numbers[0] > (-1 if ladder.last is None else ladder.last)
