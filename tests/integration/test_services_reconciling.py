"""Texts that never reached our door are heard all the same, once; what is settled is erased at the provider."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.ports.outbox import MessageLine
from gateway.web.app import create_app
from gateway.wiring import Gateway
from tests.doubles.twilio import ACCOUNT_SID, AUTH_TOKEN, Taken, TwilioDouble, signed
from tests.support.console import open_demo
from tests.support.scripted import HandClock

PUBLIC = "http://127.0.0.1:8000"
PHONE, OURS = "+8562055501001", "+12025550123"
LOST = "SM" + "a" * 32


@dataclass
class Line:
    """A gateway, the provider's memory, and the clock of both."""

    gateway: Gateway
    provider: TwilioDouble
    clock: HandClock

    def arrives(self, words: str, sid: str = LOST) -> Taken:
        """Let the provider take a text of a phone without telling us."""
        text = Taken(sid, OURS, words, PHONE, "", self.clock.now().timestamp(), {}, "received", direction="inbound")
        self.provider.taken.append(text)
        return text

    def ask(self, minutes: float = 0) -> int:
        """Let time pass, then let the clock's duty run; return how many texts were new."""
        self.clock.forward(minutes=minutes)
        return self.gateway.duties.reconciling.run()

    def lines(self, direction: str) -> list[MessageLine]:
        """Return what ``gateway messages list`` shows."""
        with self.gateway.outside.store.reading() as work:
            return list(work.outbox.lines(None, direction, None))

    def webhook(self, words: str, sid: str = LOST) -> int:
        """Let the provider come to our door after all."""
        fields = {"AccountSid": ACCOUNT_SID, "MessageSid": sid, "From": PHONE, "To": OURS, "Body": words}
        made = signed(f"{PUBLIC}/hooks/twilio/inbound", fields)
        client = create_app(self.gateway).test_client()
        return client.post("/hooks/twilio/inbound", data=made.body, headers=dict(made.headers)).status_code


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Line]:
    clock = HandClock()
    with TwilioDouble(now=lambda: clock.now().timestamp()) as provider:
        gateway = open_demo(
            tmp_path,
            clock,
            TWILIO_ACCOUNT_SID=ACCOUNT_SID,
            TWILIO_AUTH_TOKEN=AUTH_TOKEN,
            TWILIO_FROM=OURS,
            TWILIO_API_BASE_URL=provider.url,
        )
        yield Line(gateway, provider, clock)
        gateway.close()


def test_a_text_that_never_came_is_heard_and_answered_from_the_outbox(line: Line) -> None:
    line.arrives("ຊ່ວຍ")
    assert line.ask() == 1
    assert [text.provider_id for text in line.lines("in")] == [LOST]
    assert {text.state for text in line.lines("out")} == {"queued"}
    line.gateway.delivery.send_due("replies")
    assert [text.to for text in line.provider.taken if text.direction != "inbound"] == [PHONE]


def test_it_is_heard_once_whoever_comes_first(line: Line) -> None:
    assert line.webhook("hello", "SM" + "b" * 32) == 200
    line.arrives("hello", "SM" + "b" * 32)
    line.arrives("HELP")
    assert line.ask() == 1
    assert line.webhook("HELP") == 200
    assert line.ask(minutes=6) == 0
    assert len(line.lines("in")) == 2


def test_the_provider_is_asked_every_five_minutes_by_one_clock(line: Line) -> None:
    for minutes in (0, 1, 3.9, 0.1, 4):
        line.ask(minutes)
    assert len(line.provider.paths) == 4, "two rounds: each lists what came, and what may be erased"


@pytest.mark.parametrize("fault", ["500", "429", "401", "garbage", "drop", "list"])
def test_a_provider_that_cannot_be_asked_is_asked_again_from_the_same_mark(line: Line, fault: str) -> None:
    assert line.ask() == 0
    line.arrives("HELP")
    for _ in range(15):  # longer than the overlap: only the mark leads back to it
        line.provider.break_next(fault)
        assert line.ask(minutes=6) == 0
    assert line.ask(minutes=6) == 1


def test_words_are_erased_at_the_provider_when_they_are_settled_and_half_an_hour_old(line: Line) -> None:
    heard = line.arrives("ຊ່ວຍ")
    line.ask()
    line.gateway.delivery.send_due("replies")
    (reply,) = [text for text in line.provider.taken if text.direction != "inbound"]
    line.ask(minutes=10)
    assert heard.body and reply.body
    line.ask(minutes=25)
    assert not heard.body and reply.body, "the reply may still be looked up"
    line.provider.callback(reply, "delivered")
    line.ask(minutes=6)
    assert not reply.body
    assert line.ask(minutes=6) == 0
    assert len(line.lines("in")) == 1, "an erased text is not heard again as an empty one"


def test_a_demo_asks_a_stand_in_only(tmp_path: Path) -> None:
    gateway = open_demo(tmp_path, TWILIO_ACCOUNT_SID=ACCOUNT_SID, TWILIO_AUTH_TOKEN=AUTH_TOKEN)
    assert gateway.duties.reconciling.ledgers == {}
    gateway.close()


def test_texts_come_oldest_first_and_broken_ones_stay_out(line: Line) -> None:
    line.arrives("one", "SM" + "1" * 32)
    line.clock.at += timedelta(minutes=1)
    line.arrives("two", "SM" + "2" * 32)
    line.arrives("three", "XX3")
    line.arrives("", "SM" + "4" * 32)
    ledger = line.gateway.duties.reconciling.ledgers["twilio"]
    assert [text.text for text in ledger.received(line.clock.now() - timedelta(hours=1))] == ["one", "two"]
