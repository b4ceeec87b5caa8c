"""The life of a legal hold: two people to place it, two to lift it, and nothing kept for ever by one alone."""

from datetime import UTC, datetime, timedelta

import pytest

from gateway.cases.hold import LIFE, SECOND_PERSON, WAITS, after, diagram, keeps
from gateway.errors import Conflict

NOON = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)


def test_a_hold_is_asked_for_agreed_to_and_lifted_in_two_steps_each() -> None:
    state = after("asked", "agree")
    assert after(after(state, "ask_lift"), "keep") == state == "held"
    assert after(after(state, "ask_lift"), "lift") == "lifted"
    assert {event for (_, event), to in LIFE.items() if to in ("held", "lifted") and event != "keep"} == SECOND_PERSON


@pytest.mark.parametrize(
    ("state", "event"), [("held", "drop"), ("held", "lift"), ("lifted", "agree"), ("dropped", "agree")]
)
def test_no_step_is_left_out(state: str, event: str) -> None:
    with pytest.raises(Conflict):
        after(state, event)  # type: ignore[arg-type]  # words of a form


@pytest.mark.parametrize("state", ["held", "lifting"])
def test_what_two_people_placed_keeps_until_two_people_lift_it(state: str) -> None:
    assert keeps(state, NOON, NOON + timedelta(days=4_000))


def test_what_one_person_asked_for_keeps_at_once_and_not_for_ever() -> None:
    assert keeps("asked", NOON, NOON) and not keeps("asked", NOON, NOON + WAITS)
    assert not keeps("lifted", NOON, NOON) and not keeps("dropped", NOON, NOON)


def test_its_life_can_be_drawn() -> None:
    assert diagram().count("-->") == len(LIFE)
