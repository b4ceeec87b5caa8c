"""The circuit of a channel: five failures in half a minute open it, one probe closes it or opens it again."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.delivery.breaker import CLOSED, OPEN_FOR, PROBE_WAITS, Circuit, asked, told
from gateway.ports.channel import Outcome, SendResult
from gateway.queueing.breakers import ProcessBreakers

NOON = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
SECOND, NOTHING = timedelta(seconds=1), timedelta(0)


def failed(times: int, every: timedelta = SECOND, outcome: Outcome = "temporary") -> Circuit:
    circuit = CLOSED
    for number in range(times):
        circuit = told(circuit, outcome, NOON + number * every)
    return circuit


@pytest.mark.parametrize("outcome", ["temporary", "ambiguous"])
def test_the_fifth_failure_in_half_a_minute_opens_it_for_half_a_minute(outcome: Outcome) -> None:
    assert asked(failed(4, outcome=outcome), NOON + 4 * SECOND)[1] == NOTHING
    opened = failed(5, outcome=outcome)
    assert asked(opened, NOON + 5 * SECOND)[1] == OPEN_FOR - SECOND
    assert asked(failed(9, every=8 * SECOND), NOON + 65 * SECOND)[1] == NOTHING, "not so many within half a minute"


def test_one_text_is_the_probe_and_the_others_wait_for_its_verdict() -> None:
    later = NOON + 4 * SECOND + OPEN_FOR
    probing, wait = asked(failed(5), later)
    assert wait == NOTHING
    assert asked(probing, later + SECOND)[1] == PROBE_WAITS
    assert told(probing, "accepted", later + SECOND) == CLOSED
    again = told(probing, "temporary", later + SECOND)
    assert asked(again, later + 2 * SECOND)[1] == OPEN_FOR - SECOND, "one failed probe is enough"
    assert asked(probing, later + OPEN_FOR)[1] == NOTHING, "a probe whose process died is not waited for for ever"


def test_a_success_forgets_what_failed_before() -> None:
    circuit = told(failed(4), "accepted", NOON + 5 * SECOND)
    assert asked(told(circuit, "temporary", NOON + 6 * SECOND), NOON + 7 * SECOND)[1] == NOTHING


def test_too_fast_is_no_failure_and_bad_credentials_open_it_at_once() -> None:
    circuit = CLOSED
    for number in range(20):
        circuit = told(circuit, "temporary", NOON + number * SECOND, throttled=True)
    assert asked(circuit, NOON + 20 * SECOND)[1] == NOTHING
    assert asked(told(CLOSED, "broken", NOON), NOON)[1] == OPEN_FOR


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["accepted", "temporary", "permanent", "ambiguous", "broken"]), st.booleans()))
)
def test_no_history_shuts_a_channel_for_good(history: list[tuple[Outcome, bool]]) -> None:
    circuit, now = CLOSED, NOON
    for outcome, asks in history:
        now += SECOND
        if asks:
            circuit, _ = asked(circuit, now)
        circuit = told(circuit, outcome, now)
    assert asked(circuit, now + OPEN_FOR)[1] in (NOTHING, PROBE_WAITS)
    assert asked(circuit, now + 2 * OPEN_FOR)[1] == NOTHING


def test_each_channel_has_its_own_and_opening_is_told_once() -> None:
    breakers = ProcessBreakers()
    busy = SendResult("temporary")
    assert [breakers.tell("alpha", busy, NOON) for _ in range(6)] == [False] * 4 + [True, False]
    assert breakers.ask("alpha", NOON) == OPEN_FOR and breakers.ask("beta", NOON) == NOTHING
