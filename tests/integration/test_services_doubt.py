"""When nobody knows whether a text left: alerts again, replies once more, broadcasts never; and a look-up ends it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.ports.channel import OutboundMessage, SendResult
from tests.support.gateway_in_process import ALPHA, DUTY, VILLAGER, House, open_house

WORDS = "412706 P0 new. Reply OK 412706 or PASS 412706."
AMBIGUOUS = SendResult("ambiguous", detail="no answer")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path) as opened:
        yield opened


def state_of(house: House, message_id: str) -> tuple[str, str | None]:
    line = next(line for line in house.lines("out") if line.id == message_id)
    return line.state, line.reason


def alert(house: House) -> str:
    return house.queue("alert", DUTY, lives=timedelta(hours=24), body=WORDS, language="en")


def test_an_alert_in_doubt_waits_a_minute_for_its_receipt(house: House) -> None:
    text = alert(house)
    house.alpha.script.append(AMBIGUOUS)
    house.deliver()
    house.clock.forward(seconds=59)
    house.deliver()
    assert (len(house.alpha.sent), len(house.beta.sent)) == (1, 0)
    assert state_of(house, text) == ("ambiguous", "no_answer")


def test_an_alert_in_doubt_leaves_again_by_the_other_channel(house: House) -> None:
    text = alert(house)
    house.alpha.script.append(AMBIGUOUS)
    house.deliver()
    house.clock.forward(seconds=60)
    house.deliver()
    assert (len(house.alpha.sent), len(house.beta.sent)) == (1, 1)
    assert state_of(house, text) == ("accepted", None)


def test_an_alert_leaves_three_times_at_most_and_is_then_unknown(house: House) -> None:
    text = alert(house)
    house.alpha.by_number[DUTY] = house.beta.by_number[DUTY] = AMBIGUOUS
    for _ in range(8):
        house.deliver()
        house.clock.forward(seconds=60)
    assert house.alerts_to(DUTY) == 3
    assert state_of(house, text) == ("unknown", "unsettled_send")


def test_a_reply_in_doubt_leaves_once_more_after_90_seconds_and_never_a_third_time(house: House) -> None:
    text = house.queue(lives=timedelta(minutes=30))
    house.alpha.by_number[VILLAGER] = AMBIGUOUS
    house.deliver()
    house.clock.forward(seconds=89)
    house.deliver()
    assert len(house.alpha.sent) == 1
    house.clock.forward(seconds=1)
    for _ in range(5):
        house.deliver()
        house.clock.forward(seconds=90)
    assert len(house.alpha.sent) == 2 and not house.beta.sent
    assert state_of(house, text) == ("unknown", "unsettled_send")


def test_a_reply_in_doubt_is_not_repeated_when_it_is_worth_nothing_any_more(house: House) -> None:
    text = house.queue(lives=timedelta(seconds=80))
    house.alpha.by_number[VILLAGER] = AMBIGUOUS
    house.deliver()
    house.clock.forward(seconds=90)
    house.deliver()
    assert len(house.alpha.sent) == 1
    assert state_of(house, text) == ("unknown", "unsettled_send")


def test_a_text_that_nobody_asked_for_is_never_repeated(house: House) -> None:
    text = house.queue("news")
    house.alpha.by_number[VILLAGER] = AMBIGUOUS
    for _ in range(4):
        house.deliver()
        house.clock.forward(seconds=90)
    assert len(house.alpha.sent) == 1
    assert state_of(house, text) == ("unknown", "unsettled_send")


def test_a_look_up_that_finds_the_text_ends_the_doubt(house: House) -> None:
    house.alpha.looks_up = True
    text = alert(house)
    house.alpha.script.append(AMBIGUOUS)
    house.deliver()
    house.alpha.known[text] = SendResult("accepted", provider_id="found-1")
    house.clock.forward(seconds=60)
    house.deliver()
    assert state_of(house, text) == ("accepted", None)
    assert (len(house.alpha.sent), len(house.beta.sent)) == (1, 0)
    assert house.alpha.asked[0].attempted_at == house.clock.now() - timedelta(seconds=60)
    assert house.receive(None, "delivered", provider_id="found-1", channel=ALPHA)
    assert state_of(house, text)[0] == "delivered"


def test_the_channel_that_carried_the_doubtful_text_is_the_one_that_is_asked(house: House) -> None:
    house.alpha.looks_up = house.beta.looks_up = True
    text = alert(house)
    house.alpha.script.append(AMBIGUOUS)
    house.deliver()
    house.alpha.known[text] = SendResult("accepted", provider_id="found-1")
    house.clock.forward(seconds=60)
    house.deliver()
    assert [message.id for message in house.alpha.asked] == [text] and not house.beta.asked
    assert not house.beta.sent


def test_a_receipt_ends_the_doubt(house: House) -> None:
    text = house.queue()
    house.alpha.script.append(AMBIGUOUS)
    house.deliver()
    assert house.receive(text, "delivered")
    house.clock.forward(seconds=90)
    house.deliver()
    assert state_of(house, text)[0] == "delivered" and len(house.alpha.sent) == 1


def test_the_lapsed_claim_of_an_alert_is_looked_up_and_then_sent_by_the_other_channel(house: House) -> None:
    text = alert(house)
    with house.writing() as work:
        work.outbox.claim("alerts", house.clock.now(), "elsewhere:boot:1:1", timedelta(minutes=1), 10)
    house.clock.forward(seconds=61)
    assert house.gateway.delivery.sweep() == 1
    house.deliver()
    assert not house.alpha.sent and not house.beta.sent, "a receipt may still come"
    house.clock.forward(seconds=60)
    house.deliver()
    assert (len(house.alpha.sent), len(house.beta.sent)) == (0, 1)
    assert state_of(house, text)[0] == "accepted"


def test_an_alert_that_is_told_to_be_patient_takes_the_other_channel_instead(house: House) -> None:
    alert(house)
    house.alpha.script.append(SendResult("temporary", retry_after=600.0, throttled=True))
    house.deliver()
    house.clock.forward(seconds=6)
    house.deliver()
    assert len(house.beta.sent) == 1


def test_a_look_up_that_fails_has_found_nothing(house: House) -> None:
    def fault(message: OutboundMessage) -> SendResult:
        raise RuntimeError("a fault in a channel")

    house.alpha.looks_up = True
    text = house.queue()
    house.alpha.known[text] = fault
    house.alpha.script.append(AMBIGUOUS)
    house.deliver()
    house.clock.forward(seconds=90)
    house.deliver()
    assert state_of(house, text)[0] == "accepted" and len(house.alpha.sent) == 2


def test_the_copy_of_a_doubtful_alert_says_that_it_is_one(house: House) -> None:
    house.alpha.looks_up = True
    alert(house)
    house.alpha.script.append(AMBIGUOUS)
    house.deliver("alerts")
    house.clock.forward(seconds=60)
    house.deliver("alerts")
    assert house.beta.to(DUTY) == ["412706 P0 (repeat) new. Reply OK 412706 or PASS 412706."]
    assert [message.text for message in house.alpha.asked] == [WORDS], "asked for what left, word for word"
