"""A bind to a message centre that is not ours: texts in and out, parts, receipts, throttling, a lost link."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.channels.smpp.coding import header
from gateway.text import segments
from tests.doubles.message_centre import MessageCentre, message_centre
from tests.support.bound_gateway import VILLAGER, BoundGateway, bound_gateway
from tests.support.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.needs("smpp34")]
LONG = "ຖ້າມີຄົນສະເໜີວຽກໃຫ້ທ່ານຢູ່ຕ່າງປະເທດ ກະລຸນາຖາມຊື່ບໍລິສັດ ແລະ ຢ່າມອບໜັງສືຜ່ານແດນໃຫ້ໃຜ. ສົ່ງຄຳວ່າ ຊ່ວຍ ຖ້າຕ້ອງການຄວາມຊ່ວຍເຫຼືອ."


@pytest.fixture
def centre() -> Iterator[MessageCentre]:
    with message_centre() as opened:
        yield opened


@pytest.fixture
def house(tmp_path: Path, centre: MessageCentre) -> Iterator[BoundGateway]:
    with bound_gateway(tmp_path, centre) as opened:
        yield opened


def receipt(provider_id: str, stat: str, err: str = "000") -> bytes:
    dates = "submit date:2611240500 done date:2611240501"
    return f"id:{provider_id} sub:001 dlvrd:001 {dates} stat:{stat} err:{err} text:".encode()


def test_a_text_is_heard_acknowledged_and_answered_over_the_bind(house: BoundGateway) -> None:
    with house.bound():
        assert house.centre.deliver(VILLAGER[1:], "ສະບາຍດີ") == 0
        answer = house.settled("accepted")
        (heard,) = house.lines("in")
        assert heard.channel == "unitel" and heard.state == "done"
        sent = until(lambda: house.centre.to(VILLAGER), 5, "the reply")[0]
        assert sent.source == (3, 0, "1234") and sent.registered == 1
        assert sent.data_coding == 8 and answer.attempts == 1


def test_a_long_lao_text_leaves_in_our_own_parts_and_is_delivered_when_all_are(house: BoundGateway) -> None:
    with house.bound():
        text = house.queue(LONG)
        house.settled("accepted", text)
        parts = house.centre.to(VILLAGER)
        assert [part.text for part in parts] == list(segments.split(LONG)) and len(parts) == 2
        assert [part.header for part in parts] == [header(0, 2, 1), header(0, 2, 2)]
        assert all(part.registered == 1 for part in parts)
        for part in reversed(parts):
            assert house.lines("out")[0].state == "accepted", "one part is not the text"
            fields = {"esm_class": 0x04, "data_coding": 0}
            assert house.centre.deliver(VILLAGER[1:], receipt(part.message_id, "DELIVRD"), **fields) == 0
        house.settled("delivered", text)


def test_a_text_fails_when_one_of_its_parts_does_and_a_receipt_may_write_the_id_in_decimal(house: BoundGateway) -> None:
    with house.bound():
        text = house.queue(LONG)
        house.settled("accepted", text)
        decimal = str(int(house.centre.to(VILLAGER)[1].message_id, 16))
        assert house.centre.deliver(VILLAGER[1:], receipt(decimal, "UNDELIV", "001"), esm_class=4, data_coding=0) == 0
        assert house.settled("undelivered", text).reason == "001"


def test_a_throttled_part_is_sent_again_and_those_before_it_are_not(house: BoundGateway) -> None:
    house.centre.script[VILLAGER[1:]] = [0, 0x58]
    with house.bound():
        text = house.queue(LONG)
        house.settled("accepted", text)
        assert [part.header[-1] for part in house.centre.to(VILLAGER)] == [1, 2]
        assert len(house.centre.asked) == 3


@pytest.mark.parametrize(("status", "state"), [(0x0B, "failed"), (0x45, "wait_retry"), (0x14, "wait_retry")])
def test_what_the_centre_answers_decides(house: BoundGateway, status: int, state: str) -> None:
    house.centre.script[VILLAGER[1:]] = [status] * 5
    with house.bound():
        text = house.queue("Thank you.")
        house.settled(state, text)
        assert not house.centre.to(VILLAGER)


def test_parts_of_a_text_are_heard_once_when_the_last_has_come_in_whatever_order(house: BoundGateway) -> None:
    letter = "😀"  # its two halves come in different parts
    octets = f"{'ກ' * 66}{letter} ຊ່ວຍ".encode("utf-16-be")
    halves = (octets[:134], octets[134:])
    with house.bound():
        for number in (2, 2, 1, 1):
            said = header(9, 2, number) + halves[number - 1]
            assert house.centre.deliver(VILLAGER[1:], said, esm_class=0x40) == 0
        (heard,) = house.lines("in")
        assert house.said() == (octets.decode("utf-16-be"),)
        assert heard.state == "done"


def test_a_text_may_come_as_payload_or_in_parts_of_optional_fields(house: BoundGateway) -> None:
    with house.bound():
        payload = {0x0424: "ຊ່ວຍ".encode("utf-16-be")}
        assert house.centre.deliver(VILLAGER[1:], b"", tlvs=payload) == 0
        for number, said in ((2, "two"), (1, "one ")):
            fields = {0x020C: b"\x01\x02", 0x020E: b"\x02", 0x020F: bytes([number])}
            assert house.centre.deliver(VILLAGER[1:], said.encode(), data_coding=0, tlvs=fields) == 0
        assert len(house.lines("in")) == 2


def test_a_lost_link_is_bound_again_and_what_waits_is_sent(house: BoundGateway) -> None:
    with house.bound() as process:
        house.centre.bound()
        house.centre.hang_up()
        house.centre.bound(2)
        text = house.queue("Thank you.")
        house.settled("accepted", text)
        assert house.centre.deliver(VILLAGER[1:], "ຊ່ວຍ", binds=2) == 0
        assert process.link.bound.is_set()


def test_a_transmitter_and_a_receiver_share_the_work(tmp_path: Path, centre: MessageCentre) -> None:
    with bound_gateway(tmp_path, centre, "mode: pair") as house, house.bound():
        centre.bound(2)
        house.settled("accepted", house.queue("Thank you."))
        hearing = next(place for place, session in enumerate(centre.sessions, start=1) if session.can_receive)
        # This centre does not read what a receiver answers, so the answer cannot be asserted here.
        centre.deliver(VILLAGER[1:], "ຊ່ວຍ", binds=hearing, patience=0.1)
        until(lambda: house.lines("in"), 5, "the text")


def test_a_menu_runs_over_the_same_bind(house: BoundGateway) -> None:
    def hop(operation: int, typed: str) -> int:
        tlvs = {0x0501: bytes([operation]), 0x1383: b"\x2a\x00"}
        return house.centre.deliver(VILLAGER[1:], typed, service_type="USSD", tlvs=tlvs)

    with house.bound():
        assert hop(1, "*1234#") == 0
        screen = until(lambda: house.centre.to(VILLAGER), 5, "a screen")[0]
        assert screen.service_type == "USSD" and screen.tlvs[0x1383] == b"\x2a\x00" and screen.tlvs[0x0501] == b"\x02"
        assert hop(18, "1") == 0
        until(lambda: len(house.centre.to(VILLAGER)) == 2, 5, "the second screen")
        assert hop(29, "") == 0
        assert {line.state for line in house.lines("out")} == {"answered"}, "no screen waits in the outbox"
        assert len(house.lines("in")) == 2
