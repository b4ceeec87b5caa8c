"""The life of a membership: what was said twice counts once, and whoever left can come back."""

from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from gateway.contacts.membership import LIFE, Event, State, after, diagram

EVENTS = st.lists(st.sampled_from(get_args(Event)))


@given(EVENTS)
def test_the_last_word_counts_however_often_it_was_said(events: list[Event]) -> None:
    state = ""
    for event in events:
        state = after(state, event)
        assert after(state, event) == state
    joined = "join" in events
    assert state == ("" if not joined else "active" if events[-1] == "join" else "lapsed")


def test_the_table_knows_every_state_and_the_diagram_is_drawn_from_it() -> None:
    assert set(LIFE.values()) == set(get_args(State))
    assert "[*] --> active: join" in diagram()
