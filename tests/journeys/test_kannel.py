"""A whole round over a real Kannel: gateway, smsbox, bearerbox, an operator's message centre, and back again."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.channels.kannel import INBOUND_FIELDS
from gateway.channels.kannel import Kannel as KannelChannel
from gateway.ports.outbox import MessageLine, Outgoing
from gateway.queueing.embedded import free_port
from gateway.services.texts import outgoing
from gateway.wiring import Gateway
from tests.doubles.kannel import PASSWORD, USERNAME, Kannel, kannel_on_free_ports
from tests.doubles.message_centre import MessageCentre, Taken, message_centre
from tests.support.console import open_demo, serving
from tests.support.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.needs("kannel"), pytest.mark.xdist_group("kannel")]
PHONE = "8562055501001"
FIRST_PORT = 24_900
REPORT = "id:{id} sub:001 dlvrd:001 submit date:2611261200 done date:2611261200 stat:{word} err:000 text:"
# Its UTF-16 holds the bytes 0x20, 0x09, 0x0A and 0x0B, which a careless reader takes for spaces.
HARD_LAO = "ຊ່ວຍແດ່  👋😉\nດ່ວນ\u200bຫຼາຍ"
LONG_LAO = "ເຈົ້າຢູ່ບ່ອນປອດໄພແລ້ວບໍ່ " * 12


@dataclass
class Round:
    """The gateway, Kannel and the operator's centre of one test."""

    gateway: Gateway
    port: int
    kannel: Kannel
    centre: MessageCentre

    def serving(self) -> AbstractContextManager[str]:
        """Open the gateway's door."""
        return serving(self.gateway, self.port)

    def lines(self, direction: str) -> list[MessageLine]:
        """Return what ``gateway messages list`` shows."""
        with self.gateway.outside.store.reading() as work:
            return list(work.outbox.lines(None, direction, None))

    def heard(self, count: int) -> None:
        """Wait until so many texts came in."""
        until(lambda: len(self.lines("in")) >= count, 30, f"{count} texts in")
        assert len(self.lines("in")) == count

    def words_heard(self) -> list[str]:
        """Return what the phone wrote, as it was stored."""
        with self.gateway.outside.store.writing() as work:
            now = self.gateway.outside.clock.now()
            contact = work.people.lock(f"+{PHONE}", now)
            return list(work.inbox.said(contact.id, now - timedelta(days=1)))

    def send(self, words: str) -> str:
        """Send the phone a text of ours; return its id."""
        now, new_id = self.gateway.outside.clock.now(), self.gateway.outside.chance.new_id()
        with self.gateway.outside.store.writing() as work:
            contact = work.people.lock(f"+{PHONE}", now)
            row = Outgoing(
                new_id, new_id, "notice", "replies", "unitel", contact.id, words, now, now, now + timedelta(hours=1)
            )
            work.outbox.add(outgoing(row))
        self.gateway.delivery.send_due("replies")
        return new_id

    def taken(self, parts: int = 1) -> str:
        """Wait until the centre took so many parts, and return them joined as a phone does."""
        until(lambda: len(self.centre.to(PHONE)) >= parts, 30, f"{parts} parts at the centre")
        return "".join(part.text for part in self.parts())

    def parts(self) -> list[Taken]:
        """Return what the centre took for the phone, in the order of the parts' numbers: they come in any."""
        return sorted(self.centre.to(PHONE), key=lambda part: part.header[-1] if part.header else 0)

    def report(self, word: str) -> None:
        """Let the centre report on every text of which a report was asked."""
        for part in self.centre.taken:
            if part.registered & 1:
                said = REPORT.format(id=part.message_id, word=word).encode()
                assert (
                    self.centre.deliver(PHONE, said, binds=len(self.centre.sessions), esm_class=4, data_coding=0) == 0
                )

    def becomes(self, message_id: str, state: str) -> str | None:
        """Wait until a text is in this state, and return the reason."""

        def look() -> MessageLine | None:
            return next((line for line in self.lines("out") if (line.id, line.state) == (message_id, state)), None)

        return until(look, 30, f"{message_id} is {state}").reason


@pytest.fixture
def round_trip(tmp_path: Path) -> Iterator[Round]:
    folder, file = tmp_path / "kannel", tmp_path / "gateway.yaml"
    folder.mkdir()
    port = free_port(FIRST_PORT, tries=100)
    assert port is not None
    with message_centre() as centre:
        kannel = kannel_on_free_ports(folder, centre.port, "")
        file.write_text(
            "channels:\n"
            f'  unitel: {{kind: kannel, url: "{kannel.url}", username: {USERNAME}, password: {PASSWORD},'
            ' short_code: "1234", smsc: unitel, rate: 100}\n'
        )
        address = f"http://127.0.0.1:{port}"
        gateway = open_demo(tmp_path / "home", GATEWAY_CONFIG=str(file), PUBLIC_BASE_URL=address)
        token = (gateway.settings.keys / "unitel.token").read_text("ascii").strip()
        kannel.inbound_url = f"{address}/hooks/unitel/{token}/inbound?{INBOUND_FIELDS}"
        try:
            kannel.start()
            centre.bound()
            yield Round(gateway, port, kannel, centre)
        finally:
            kannel.stop()
            gateway.close()


def test_a_lao_text_comes_in_whole_and_its_reply_is_delivered(round_trip: Round) -> None:
    with round_trip.serving():
        assert round_trip.centre.deliver(PHONE, HARD_LAO) == 0
        round_trip.heard(1)
        assert round_trip.words_heard() == [HARD_LAO]
        (reply,) = round_trip.lines("out")
        assert (reply.channel, reply.state, reply.kind) == ("unitel", "queued", "reply")
        round_trip.gateway.delivery.send_due("replies")
        with round_trip.gateway.outside.store.reading() as work:
            row = work.outbox.get(reply.id)
        assert row is not None
        until(lambda: round_trip.taken() == row.text, 20, "the whole reply at the centre")
        assert {part.data_coding for part in round_trip.centre.to(PHONE)} == {8}
        round_trip.becomes(reply.id, "sent")
        round_trip.report("DELIVRD")
        round_trip.becomes(reply.id, "delivered")


def test_a_text_may_come_in_the_address_too(round_trip: Round) -> None:
    round_trip.kannel.stop()
    round_trip.kannel.way = "get-url"
    round_trip.kannel.inbound_url += "&text=%b"
    round_trip.kannel.start()
    round_trip.centre.bound(2)
    with round_trip.serving():
        assert round_trip.centre.deliver(PHONE, HARD_LAO, binds=2) == 0
        round_trip.heard(1)
    assert round_trip.words_heard() == [HARD_LAO]


def test_a_long_lao_text_goes_out_in_parts_that_a_phone_joins(round_trip: Round) -> None:
    with round_trip.serving():
        message_id = round_trip.send(LONG_LAO)
        assert round_trip.taken(parts=5) == LONG_LAO
        parts = round_trip.parts()
        assert [part.header[3:6] for part in parts] == [bytes((parts[0].header[3], 5, n)) for n in range(1, 6)]
        round_trip.report("DELIVRD")
        round_trip.becomes(message_id, "delivered")


def test_the_euro_sign_leaves_as_two_septets(round_trip: Round) -> None:
    with round_trip.serving():
        round_trip.send("5 € {now}")
        assert round_trip.taken() == "5 € {now}"
        assert b"\x1b\x65" in round_trip.centre.to(PHONE)[0].octets


def test_what_the_centre_refuses_is_rejected_with_its_code(round_trip: Round) -> None:
    round_trip.centre.script[PHONE] = [0x0B]
    with round_trip.serving():
        reason = round_trip.becomes(round_trip.send("hello"), "rejected")
    assert reason is not None and int(reason, 16) == 0x0B
    assert round_trip.centre.asked == [PHONE]


def test_what_kannel_cannot_hand_over_for_now_is_not_sent_twice(round_trip: Round) -> None:
    with round_trip.serving():
        round_trip.centre.hang_up()
        first = round_trip.send("one")
        with round_trip.gateway.outside.store.reading() as work:
            row = work.outbox.get(first)
        assert row is not None and row.message.state in ("accepted", "sent")
        round_trip.centre.bound(2)
        assert round_trip.taken() == "one"
        round_trip.gateway.delivery.send_due("replies")
        round_trip.report("DELIVRD")
        round_trip.becomes(first, "delivered")
        assert len(round_trip.centre.to(PHONE)) == 1


def test_the_doctor_tells_a_kannel_that_knows_us_from_one_that_does_not(round_trip: Round) -> None:
    channel = round_trip.gateway.channels["unitel"]
    assert isinstance(channel, KannelChannel)
    assert channel.probe().outcome == "accepted"
    assert replace(channel, password="wrong").probe().outcome == "broken"
    assert round_trip.centre.asked == [], "nothing was sent"


def test_while_the_gateway_is_down_kannel_keeps_what_came_in(round_trip: Round) -> None:
    assert round_trip.centre.deliver(PHONE, "ຊ່ວຍ") == 0  # nobody listens at our door
    assert round_trip.lines("in") == []
    with round_trip.serving():
        round_trip.heard(1)
    assert round_trip.words_heard() == ["ຊ່ວຍ"]
