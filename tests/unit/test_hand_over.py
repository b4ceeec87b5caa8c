"""The life of a hand-over, and who stands over which posts."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import get_args

import pytest

from gateway.directory.hand_over import LIFE, PENDING, Event, State, acts_at, after, diagram, stands_over
from gateway.directory.post import Post
from gateway.errors import Conflict
from gateway.text.commands import Command, enrolment

NOW = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
PROVINCE = Post("p", "women_union", "province", "LA17", 1, "held", "boss", ("+85620",), answered_at=NOW)
DESK = replace(PROVINCE, id="n", agency="national_desk", level="national", place=None)
LEAVING = Post("d", "police", "district", "LA1704", 1, "held", "noy", ("+85621",), answered_at=NOW)


def test_only_what_the_table_says_happens_and_nothing_leaves_an_end() -> None:
    for state, event in product(get_args(State), get_args(Event)):
        if (state, event) in LIFE:
            assert after(state, event) == LIFE[state, event] and state in PENDING
        else:
            with pytest.raises(Conflict):
                after(state, event)
    assert "enrolled --> done: carry_out" in diagram()
    assert [event for state, event in LIFE if LIFE[state, event] == "done"] == ["carry_out"]


def test_it_acts_once_the_successor_enrolled_and_never_while_it_can_be_taken_back() -> None:
    assert acts_at(NOW, NOW + timedelta(minutes=4), QUARTER) == NOW + QUARTER
    assert acts_at(NOW, NOW + timedelta(days=2), QUARTER) == NOW + timedelta(days=2)


@pytest.mark.parametrize(
    ("approver", "posts", "allowed"),
    [
        (PROVINCE, [LEAVING], True),
        (PROVINCE, [LEAVING, replace(LEAVING, place="LA1801")], False),
        (PROVINCE, [replace(LEAVING, level="village")], True),
        (PROVINCE, [PROVINCE], False),
        (replace(PROVINCE, state="on_leave"), [LEAVING], False),
        (LEAVING, [replace(LEAVING, id="e")], False),
        (DESK, [PROVINCE, LEAVING], True),
        (replace(DESK, state="vacant"), [LEAVING], False),
    ],
)
def test_a_province_stands_over_its_districts_and_the_desk_over_all(
    approver: Post, posts: list[Post], allowed: bool
) -> None:
    assert stands_over(approver, posts) is allowed


@pytest.mark.parametrize(
    ("rest", "read"),
    [
        ("4711 412706", ("4711", "412706")),
        ("໔໗໑໑ ໔໑໒໗໐໖", ("4711", "412706")),
        ("4711-412706.", ("4711", "412706")),
        ("412706 4711", None),
        ("4711", None),
        ("4711 412706 please", None),
    ],
)
def test_an_enrolment_is_the_one_time_code_and_then_the_code(rest: str, read: tuple[str, str] | None) -> None:
    assert enrolment(Command("HANDOVER", None, rest)) == read
    assert enrolment(Command("CLOSE", None, rest)) is None
    assert enrolment(Command("HANDOVER", None, rest, sure=False)) is None
