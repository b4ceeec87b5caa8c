"""The monthly check: asked after a month, missed after a week, doubted after two misses, never silent for ever."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.directory.check import ANSWER_WITHIN, DOUBTED, EVERY, asked, due, waiting
from gateway.directory.post import Post, checked, emptied, live, seated

NOW = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
DAY = timedelta(days=1)
HELD = Post("a", "labour", "district", "LA1704", 1, "held", "noy", ("+85620",), answered_at=NOW)


def test_a_post_is_asked_a_month_after_its_last_sign_of_life() -> None:
    assert due(HELD, NOW + EVERY - DAY) is None
    assert due(HELD, NOW + EVERY) == "ask"
    assert due(replace(HELD, answered_at=None), NOW) == "ask", "a post on paper is asked at once"


@pytest.mark.parametrize("state", ["vacant", "on_leave"])
def test_nobody_and_whoever_is_on_leave_is_not_asked(state: str) -> None:
    assert due(replace(HELD, state=state), NOW + 2 * EVERY) is None  # type: ignore[arg-type]


def test_silence_is_a_miss_after_a_week_and_once_doubted_after_a_month() -> None:
    at = NOW + EVERY
    silent = asked(HELD, at)
    assert due(silent, at + ANSWER_WITHIN - DAY) is None
    assert due(silent, at + ANSWER_WITHIN) == "miss"
    doubted = replace(silent, misses=DOUBTED)
    assert due(doubted, at + ANSWER_WITHIN) is None
    assert due(doubted, at + EVERY) == "miss"


def test_an_answer_clears_every_miss() -> None:
    answered = checked(replace(asked(HELD, NOW + DAY), misses=3), NOW + 2 * DAY)
    assert not waiting(answered) and answered.misses == 0


def test_a_new_holder_begins_anew_and_an_empty_post_waits_for_nothing() -> None:
    silent = replace(asked(HELD, NOW + DAY), misses=2)
    assert not waiting(emptied(silent))
    heir = seated(silent, "hand_over", "kham", ("+85620",), NOW + 2 * DAY)
    assert not waiting(heir) and heir.misses == 0 and live(heir, NOW + 2 * DAY)


@given(st.lists(st.booleans(), max_size=12))
def test_whatever_the_answers_a_held_post_is_asked_at_least_once_in_each_thirty_seven_days(answers: list[bool]) -> None:
    post, now, last = HELD, NOW, NOW
    for answer in answers:
        while (what := due(post, now)) is None:
            now += DAY
        assert now - last <= EVERY + ANSWER_WITHIN
        post = asked(checked(post, None) if what == "miss" else post, now)
        last = now
        if answer:
            now += DAY
            post = checked(post, now)
