"""One outgoing text: its states, when it is tried again, and what a doubt means for each kind."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.delivery.ambiguity import Decision, LookUp, decide
from gateway.delivery.life import FAILURES, LIFE, RANK, REPORTED, after, diagram, of_parts
from gateway.delivery.retry import RetrySettings, lease, next_attempt, not_after, takes_fallback, wait
from gateway.errors import Defect

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
SETTINGS = RetrySettings()
REPORTS = st.sampled_from(sorted(REPORTED))


def rises(state: str, reported: str) -> bool:
    """Whether the database lets a receipt move a text: by rank alone (gateway.store.outbox)."""
    return RANK[reported] > RANK[state]


def test_a_text_is_claimed_accepted_and_delivered() -> None:
    assert after(after("queued", "claim"), "accept") == "accepted"
    assert rises("accepted", "sent") and rises("sent", "delivered")


def test_the_table_names_only_ranked_states() -> None:
    assert {state for (state, _), to in LIFE.items() for state in (state, to)} <= set(RANK)
    assert "claimed --> ambiguous: doubt" in diagram()
    with pytest.raises(Defect):
        after("delivered", "claim")


@given(st.lists(REPORTS, max_size=12))
def test_receipts_in_any_order_only_raise_the_rank(reports: list[str]) -> None:
    state = "accepted"
    for reported in reports:
        before = state
        state = reported if rises(state, reported) else state
        assert RANK[state] >= RANK[before]
    assert state == "delivered" or "delivered" not in reports


@pytest.mark.parametrize("failure", sorted(FAILURES))
def test_delivered_replaces_a_failure_and_never_the_reverse(failure: str) -> None:
    assert rises(failure, "delivered")
    assert not rises("delivered", failure)


@pytest.mark.parametrize("state", ["suppressed", "cancelled"])
def test_what_was_never_sent_has_no_receipt(state: str) -> None:
    assert not rises(state, "delivered")


def test_an_inline_answer_an_unknown_and_a_silent_one_can_still_be_settled() -> None:
    assert all(rises(state, "delivered") for state in ("answered", "unknown", "no_receipt", "ambiguous", "claimed"))
    assert not rises("no_receipt", "sent")


def test_parts_are_delivered_together_and_fail_alone() -> None:
    assert of_parts(["delivered", "delivered"]) == "delivered"
    assert of_parts(["delivered", None]) is None
    assert of_parts(["delivered", "expired", None]) == "expired"
    assert of_parts([]) is None


@given(st.text(min_size=1, max_size=32), st.integers(1, 40))
def test_waits_grow_and_jitter_is_the_same_everywhere(row: str, attempt: int) -> None:
    plain = SETTINGS.waits[min(attempt, 4) - 1]
    found = wait(row, attempt, SETTINGS)
    assert plain * 0.8 <= found <= plain * 1.2
    assert found == wait(row, attempt, SETTINGS)


def test_two_rows_do_not_wait_in_step() -> None:
    assert len({wait(f"row-{n}", 1, SETTINGS) for n in range(50)}) > 40


def test_a_longer_retry_after_wins() -> None:
    assert wait("row", 1, SETTINGS, timedelta(minutes=5)) == timedelta(minutes=5)
    assert wait("row", 4, SETTINGS, timedelta(seconds=1)) > timedelta(minutes=5)
    with pytest.raises(Defect):
        wait("row", 0, SETTINGS)


def test_nothing_is_tried_after_its_time() -> None:
    end = not_after("replies", NOW, SETTINGS)
    assert end == NOW + timedelta(minutes=30)
    assert next_attempt("row", 1, NOW, end, SETTINGS) is not None
    assert next_attempt("row", 4, end - timedelta(minutes=5), end, SETTINGS) is None
    assert not_after("alerts", NOW, SETTINGS) == NOW + timedelta(hours=24)
    assert not_after("broadcasts", NOW, SETTINGS, NOW + timedelta(hours=2)) == NOW + timedelta(hours=2)
    with pytest.raises(Defect):
        not_after("broadcasts", NOW, SETTINGS)


def test_only_alerts_change_the_channel() -> None:
    assert takes_fallback("alerts", 2, SETTINGS) and not takes_fallback("alerts", 1, SETTINGS)
    assert takes_fallback("alerts", 1, SETTINGS, broken=True)
    assert takes_fallback("alerts", 1, SETTINGS, silent_for=timedelta(minutes=3))
    assert not takes_fallback("replies", 5, SETTINGS, broken=True)
    assert lease("broadcasts", SETTINGS) == 2 * lease("alerts", SETTINGS)


LATER = NOW + timedelta(minutes=5)
END = NOW + timedelta(minutes=30)


@pytest.mark.parametrize("kind", ["alert", "reply", "broadcast", "news", "notice"])
def test_a_doubt_first_waits_then_asks_the_provider(kind: str) -> None:
    settles = NOW + timedelta(seconds=60 if kind == "alert" else 90)
    assert decide(kind, NOW, NOW, 1, END) == Decision("wait", at=settles)
    assert decide(kind, NOW, settles, 1, END) == Decision("look_up")
    assert decide(kind, NOW, settles, 1, END, "found") == Decision("accept")


@pytest.mark.parametrize("looked_up", ["absent", "impossible"])
@pytest.mark.parametrize(
    ("kind", "copies", "step"),
    [
        ("alert", 1, "resend"),
        ("alert", 2, "resend"),
        ("alert", 3, "give_up"),
        ("reply", 1, "resend"),
        ("reply", 2, "give_up"),
        ("broadcast", 1, "give_up"),
        ("news", 1, "give_up"),
        ("something_new", 1, "give_up"),
    ],
)
def test_then_each_kind_has_its_number_of_copies(kind: str, copies: int, step: str, looked_up: LookUp) -> None:
    decision = decide(kind, NOW, LATER, copies, END, looked_up)
    assert decision.step == step
    assert decision.repeat == decision.other_channel == (kind == "alert" and step == "resend")
    assert (decision.reason == "unsettled_send") == (step == "give_up")


def test_a_reply_is_not_repeated_after_its_time() -> None:
    assert decide("reply", NOW, END + timedelta(seconds=1), 1, END, "absent").step == "give_up"
