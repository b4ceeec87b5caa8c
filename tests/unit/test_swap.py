"""Swaps of turns: only between colleagues, only of one's own, and no turn is ever left to nobody."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.directory.post import Post
from gateway.directory.shift import coverage, takes
from gateway.directory.swap import LIFE, Swap, after, check, diagram, swapped
from gateway.directory.turn import SHIFTS, Turn, turns_ahead
from gateway.errors import Conflict

NOW = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)  # Monday, 12:00 in Vientiane
AHEAD = turns_ahead(NOW, 14)
NIGHT, DAY = AHEAD[0], AHEAD[1]


def post(id: str, order: int = 1, **more: object) -> Post:
    held = Post(id, "labour", "district", "LA1704", order, "held", f"person-{id}", ("+85620",), answered_at=NOW)
    return replace(held, **more)  # type: ignore[arg-type]


def swap(gives: Turn = NIGHT, gets: Turn | None = None) -> Swap:
    return Swap("one", "412706", "a", "b", gives, gets, "a", NOW)


A, B = post("a"), post("b", 2)


def test_its_life_is_a_table() -> None:
    assert "asked --> accepted: accept" in diagram()
    assert {state for state, _ in LIFE} == {"asked"}
    assert after("asked", "withdraw") == "withdrawn"
    with pytest.raises(Conflict, match="settled"):
        after("accepted", "refuse")


@pytest.mark.parametrize(
    ("asker", "colleague", "asked", "said"),
    [
        (A, post("b", agency="police"), swap(), "one office"),
        (A, post("b", place="LA1703"), swap(), "one office"),
        (A, replace(A), swap(), "one office"),
        (A, B, swap(Turn(NOW.date(), "day")), "has begun"),
        (A, B, swap(NIGHT, Turn(NOW.date(), "day")), "has begun"),
        (A, B, swap(Turn(NOW.date() + timedelta(days=29), "day")), "more than four weeks"),
        (post("a", shifts=frozenset({"tue-day"})), B, swap(), "not hers"),
        (A, post("b", shifts=frozenset({"tue-day"})), swap(NIGHT, Turn(NOW.date(), "night")), "not hers"),
        (A, post("b", on_duty=False), swap(), "reachable"),
        (A, post("b", state="on_leave"), swap(), "reachable"),
        (A, post("b", answered_at=None), swap(), "reachable"),
        (A, post("b", state="held_temporarily", until=NIGHT.begins), swap(), "reachable"),
        (post("a", on_duty=False), B, swap(NIGHT, DAY), "reachable"),
    ],
)
def test_what_cannot_be_swapped_is_refused(asker: Post, colleague: Post, asked: Swap, said: str) -> None:
    with pytest.raises(Conflict, match=said):
        check(asked, asker, colleague, NOW)


def test_an_exchange_moves_both_turns_and_back_again_leaves_no_debt() -> None:
    asked = swap(NIGHT, DAY)
    check(asked, A, B, NOW)
    a, b = swapped(asked, A, B, NOW)
    assert (takes(a, NIGHT), takes(b, NIGHT), takes(a, DAY), takes(b, DAY)) == (False, True, True, False)
    b, a = swapped(Swap("two", "412706", "b", "a", NIGHT, DAY, "b", NOW), b, a, NOW)
    assert (takes(a, NIGHT), takes(b, NIGHT), takes(a, DAY), takes(b, DAY)) == (True, False, False, True)


def test_what_is_long_past_is_forgotten() -> None:
    a, b = swapped(swap(), A, B, NOW)
    later = NOW + timedelta(days=20)
    a, b = swapped(swap(turns_ahead(later, 1)[0]), a, b, later)
    assert len(a.given_away) == len(b.taken_over) == 1


week_shifts = st.frozensets(st.sampled_from(SHIFTS))
asked = st.lists(st.tuples(st.booleans(), st.sampled_from(AHEAD), st.none() | st.sampled_from(AHEAD)), max_size=6)


@given(week_shifts, week_shifts, asked)
def test_however_they_swap_no_covered_turn_becomes_a_gap(
    mine: frozenset[str], hers: frozenset[str], steps: list[tuple[bool, Turn, Turn | None]]
) -> None:
    posts = {"a": replace(A, shifts=mine), "b": replace(B, shifts=hers)}
    before = {turn for turn, takers in coverage(posts.values(), AHEAD, NOW).items() if takers}
    for mirrored, gives, gets in steps:
        first, second = ("b", "a") if mirrored else ("a", "b")
        one = Swap("x", "412706", first, second, gives, gets, first, NOW)
        try:
            check(one, posts[first], posts[second], NOW)
        except Conflict:
            continue
        posts[first], posts[second] = swapped(one, posts[first], posts[second], NOW)
    after_all = {turn for turn, takers in coverage(posts.values(), AHEAD, NOW).items() if takers}
    assert before <= after_all
