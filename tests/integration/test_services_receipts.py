"""Receipts: early, late, five times, in any order, about nothing we know; a text's rank only rises."""

from collections.abc import Iterator
from itertools import permutations
from pathlib import Path

import pytest

from gateway.ports.channel import OutboundMessage, SendResult
from tests.support.gateway_in_process import ALPHA, BETA, VILLAGER, House, open_house


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path) as opened:
        yield opened


def state_of(house: House, message_id: str) -> str:
    return next(line.state for line in house.lines("out") if line.id == message_id)


def sent(house: House) -> str:
    text = house.queue()
    house.deliver("replies")
    return text


def test_the_same_receipt_five_times_moves_a_text_once(house: House) -> None:
    text = sent(house)
    assert [house.receive(text, "delivered", key="once") for _ in range(5)] == [True, False, False, False, False]
    assert state_of(house, text) == "delivered"


@pytest.mark.parametrize("order", list(permutations(("accepted", "sent", "delivered"))), ids=" ".join)
def test_in_any_order_the_highest_word_stands(house: House, order: tuple[str, ...]) -> None:
    text = sent(house)
    for state in order:
        house.receive(text, state, key=state)
    assert state_of(house, text) == "delivered"


def test_delivered_may_replace_a_failure_and_never_the_other_way_round(house: House) -> None:
    first, second = sent(house), sent(house)
    house.receive(first, "undelivered", key="a1")
    house.receive(first, "delivered", key="a2")
    house.receive(second, "delivered", key="b1")
    house.receive(second, "failed", key="b2")
    assert (state_of(house, first), state_of(house, second)) == ("delivered", "delivered")


def test_a_receipt_that_overtakes_the_outcome_counts(house: House) -> None:
    text = house.queue()

    def overtaken(message: OutboundMessage) -> SendResult:
        house.receive(message.id, "delivered", provider_id="p1")
        return SendResult("accepted", provider_id="p1")

    house.alpha.script.append(overtaken)
    house.deliver("replies")
    assert state_of(house, text) == "delivered"


def test_a_receipt_with_the_providers_id_alone_waits_until_the_id_is_known(house: House) -> None:
    text = house.queue()

    def overtaken(message: OutboundMessage) -> SendResult:
        assert not house.receive(None, "delivered", provider_id="p1")
        return SendResult("accepted", provider_id="p1")

    house.alpha.script.append(overtaken)
    house.deliver("replies")
    assert state_of(house, text) == "delivered"


def test_the_same_id_on_another_channel_is_another_text(house: House) -> None:
    text = sent(house)
    assert not house.receive(None, "delivered", provider_id="alpha-1", channel=BETA)
    assert state_of(house, text) == "accepted"
    assert house.receive(None, "delivered", provider_id="alpha-1", channel=ALPHA)


def test_unknown_ids_and_unknown_words_are_kept_and_change_nothing(house: House) -> None:
    text = sent(house)
    assert not house.receive("0" * 32, "delivered", key="nobody's")
    assert not house.receive(None, "delivered", key="no id at all")
    assert not house.receive(text, None, key="strange", status_word="teleported")
    assert state_of(house, text) == "accepted"


def test_a_carrier_that_says_unsubscribed_is_heeded_with_or_without_a_state(house: House) -> None:
    text = sent(house)
    house.receive(text, None, key="gone", opted_out=True)
    with house.reading() as work:
        contact = work.people.get(house.row(text).message.contact_id)
    assert contact is not None and contact.opted_out_at == house.clock.now()


def test_an_early_unsubscribed_is_heeded_when_its_text_is_known(house: House) -> None:
    text = house.queue()

    def overtaken(message: OutboundMessage) -> SendResult:
        house.receive(None, "failed", provider_id="p1", opted_out=True)
        return SendResult("accepted", provider_id="p1")

    house.alpha.script.append(overtaken)
    house.deliver("replies")
    with house.reading() as work:
        contact = work.people.get(house.row(text).message.contact_id)
    assert contact is not None and contact.opted_out_at is not None
    assert state_of(house, text) == "failed"


def test_a_send_that_is_refused_as_unsubscribed_is_our_own_stop(house: House) -> None:
    house.introduce(opted_in=True)
    house.queue()
    house.alpha.by_number[VILLAGER] = SendResult("permanent", opted_out=True)
    house.deliver("replies")
    with house.reading() as work:
        contact = work.people.get(house.row(house.lines("out")[0].id).message.contact_id)
    assert contact is not None and contact.opted_out_at == house.clock.now()
    assert house.receive(house.lines("out")[0].id, "delivered"), "a late receipt may still replace the failure"


def test_what_was_never_sent_cannot_be_delivered(house: House) -> None:
    text = house.queue(state="suppressed")
    assert not house.receive(text, "delivered")
    assert state_of(house, text) == "suppressed"
