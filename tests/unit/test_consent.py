"""Consent: its life as a table, and no forwarding without it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import get_args

import pytest

from gateway.contacts.consent import (
    CONSENT,
    Consent,
    ConsentMissing,
    Event,
    Exemption,
    Override,
    State,
    after,
    answered,
    permit_forwarding,
)
from gateway.errors import Conflict, Forbidden

AT = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
GIVEN = Consent("police", "refer", "given", "report.tell", "ab" * 32, "lo", AT)


def test_every_state_knows_every_event() -> None:
    assert {pair for pair in CONSENT if pair[0]} == set(product(get_args(State), get_args(Event)))


def test_the_first_word_is_yes_or_no() -> None:
    assert (after(None, "give"), after(None, "refuse")) == ("given", "refused")
    with pytest.raises(Conflict):
        after(None, "withdraw")


def test_saying_it_twice_changes_nothing() -> None:
    for (state, event), reached in CONSENT.items():
        assert CONSENT[reached, event] == reached, (state, event)


def test_a_withdrawal_moves_the_row_and_its_time() -> None:
    later = AT + timedelta(hours=1)
    withdrawn = answered(GIVEN, "withdraw", later)
    assert (withdrawn.state, withdrawn.at, withdrawn.wording) == ("withdrawn", later, "report.tell")
    assert answered(GIVEN, "give", later) is GIVEN


def test_consent_permits_exactly_its_recipient_and_purpose() -> None:
    assert permit_forwarding([GIVEN], "police", "refer") == "consent"
    for recipient, purpose in (("women_union", "refer"), ("police", "statistics")):
        with pytest.raises(ConsentMissing):
            permit_forwarding([GIVEN], recipient, purpose)


def test_without_a_word_nothing_is_forwarded() -> None:
    with pytest.raises(Forbidden):
        permit_forwarding([], "police", "refer")


@pytest.mark.parametrize("state", ["refused", "withdrawn"])
def test_a_no_forbids(state: State) -> None:
    with pytest.raises(ConsentMissing):
        permit_forwarding([replace(GIVEN, state=state)], "police", "refer")


def test_the_latest_row_counts() -> None:
    no = replace(GIVEN, state="withdrawn", at=AT + timedelta(minutes=1))
    with pytest.raises(ConsentMissing):
        permit_forwarding([no, GIVEN], "police", "refer")


@pytest.mark.parametrize("ground", ["danger", "child"])
def test_danger_or_a_child_overrides_in_an_officers_name(ground: Exemption) -> None:
    assert permit_forwarding([], "police", "refer", Override(ground, "o7")) == ground
    with pytest.raises(ConsentMissing):
        permit_forwarding([], "police", "refer", Override(ground, ""))


def test_consent_given_is_the_ground_even_beside_an_override() -> None:
    assert permit_forwarding([GIVEN], "police", "refer", Override("danger", "o7")) == "consent"
