"""What a carrier refuses that somebody must mend is put before whoever runs the gateway, once an hour for a channel."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.ports.channel import SendResult
from tests.support.gateway_in_process import ALPHA, BETA, House, open_house

WRONG = SendResult("permanent", provider_code="21617", alarm=True)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path) as opened:
        yield opened


def alarms(house: House) -> list[tuple[str, str]]:
    with house.reading() as work:
        return sorted((alarm.kind, alarm.subject) for alarm in work.alarms.unseen())


def send(house: House, *results: SendResult, channel: str = ALPHA) -> None:
    for result in results:
        (house.alpha if channel == ALPHA else house.beta).script.append(result)
        house.queue(channel=channel)
        house.deliver("replies")


@pytest.mark.parametrize(
    ("result", "told"),
    [
        (SendResult("broken", provider_code="20003"), [("channel_broken", ALPHA)]),
        (WRONG, [("texts_refused", ALPHA)]),
        (SendResult("permanent", provider_code="21211", dead_number=True), []),
        (SendResult("permanent", provider_code="21610", opted_out=True), []),
        (SendResult("temporary", throttled=True), []),
        (SendResult("ambiguous"), []),
    ],
    ids=["credentials", "our fault", "no such phone", "unsubscribed", "too fast", "no answer"],
)
def test_what_is_no_matter_of_one_phone_is_told(house: House, result: SendResult, told: list[tuple[str, str]]) -> None:
    send(house, result)
    assert alarms(house) == told


def test_it_is_told_once_an_hour_for_each_channel(house: House) -> None:
    send(house, WRONG, WRONG, WRONG)
    send(house, WRONG, channel=BETA)
    assert alarms(house) == [("texts_refused", ALPHA), ("texts_refused", BETA)]
    house.clock.forward(minutes=61)
    send(house, WRONG)
    assert len(alarms(house)) == 3


def test_what_only_a_receipt_says_is_told_too_and_a_repeat_is_not(house: House) -> None:
    send(house, SendResult("accepted", provider_id="p1"))
    for _ in range(3):
        house.receive(None, "undelivered", provider_id="p1", code="30007", alarm=True)
    assert alarms(house) == [("texts_refused", ALPHA)]
