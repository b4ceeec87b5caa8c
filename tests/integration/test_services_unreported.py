"""Providers that fall silent or fall over: alerts find the other channel in time, and nothing waits for ever."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.ports.channel import SendResult
from tests.support.gateway_in_process import DESK, DISTRICT, DUTY, PROVINCIAL, SECOND, House, open_house

TEMPORARY = SendResult("temporary", provider_code="busy")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path) as opened:
        yield opened


def state_of(house: House, message_id: str) -> tuple[str, str | None]:
    line = next(line for line in house.lines("out") if line.id == message_id)
    return line.state, line.reason


def test_after_five_failures_a_channel_is_left_alone_for_half_a_minute(house: House) -> None:
    house.alpha.script.extend([TEMPORARY] * 5)
    texts = [house.queue() for _ in range(7)]
    house.deliver("replies")
    assert len(house.alpha.sent) == 5
    assert [state_of(house, text) for text in texts[5:]] == [("wait_retry", "breaker")] * 2
    house.clock.forward(seconds=29)
    house.deliver("replies")
    assert len(house.alpha.sent) == 5
    house.clock.forward(seconds=1)
    house.deliver("replies")
    assert len(house.alpha.sent) > 5 and house.counted("messages_sent") == len(house.alpha.sent)


def test_an_alert_does_not_wait_for_a_channel_that_is_left_alone(house: House) -> None:
    house.alpha.script.extend([TEMPORARY] * 5)
    for _ in range(5):
        house.queue()
    house.deliver("replies")
    alert = house.queue("alert", DESK)
    house.deliver("alerts")
    house.clock.forward(seconds=1)
    house.deliver("alerts")
    assert state_of(house, alert)[0] == "accepted" and [m.id for m in house.beta.sent] == [alert]
    assert len(house.alpha.sent) == 5


def test_when_both_channels_are_broken_an_alert_goes_on_trying_both(house: House) -> None:
    broken = SendResult("broken", provider_code="credentials")
    house.alpha.by_number[DESK] = house.beta.by_number[DESK] = broken
    alert = house.queue("alert", DESK)
    for _ in range(90):
        house.deliver("alerts")
        house.clock.forward(seconds=1)
    assert 2 <= len(house.alpha.sent) + len(house.beta.sent) <= 10
    house.alpha.by_number.clear()
    for _ in range(200):
        house.deliver("alerts")
        house.clock.forward(seconds=5)
    assert state_of(house, alert)[0] == "accepted"


def test_an_alert_of_which_nothing_is_heard_leaves_once_more_by_the_other_channel(house: House) -> None:
    house.report(place=DISTRICT, tell=("women_union",))
    house.gateway.duties.catch_up()
    (first,) = [message for message in house.alpha.sent if message.to == DUTY]
    house.pass_minutes(2)
    assert not house.beta.to(DUTY)
    house.pass_minutes(1)
    (copy,) = [message for message in house.beta.sent if message.to == DUTY]
    assert copy.text != first.text and copy.text[:6] == first.text[:6], "the same code, marked as a copy"
    house.pass_minutes(20)
    assert house.alerts_to(DUTY) == 2, "one copy, and no copy of the copy"


@pytest.mark.parametrize(
    "verdict",
    [
        TEMPORARY,
        SendResult("temporary", throttled=True, retry_after=600.0),
        SendResult("broken", provider_code="credentials"),
        SendResult("ambiguous", detail="no answer"),
        SendResult("permanent", provider_code="30007"),
    ],
    ids=lambda verdict: f"{verdict.outcome}{' throttled' if verdict.throttled else ''}",
)
def test_whatever_one_provider_does_an_alert_is_with_the_other_within_a_minute(
    house: House, verdict: SendResult
) -> None:
    house.alpha.by_number[DUTY] = verdict
    house.report(place=DISTRICT, tell=("women_union",))
    house.gateway.duties.catch_up()
    for _ in range(12):
        house.clock.forward(seconds=5)
        house.gateway.duties.catch_up()
    assert house.beta.to(DUTY)


@pytest.mark.parametrize("word", ["undelivered", "expired", "rejected", "failed"])
def test_an_alert_that_came_back_as_failed_leaves_by_the_other_channel_at_once(house: House, word: str) -> None:
    house.report(place=DISTRICT, tell=("women_union",))
    house.gateway.duties.catch_up()
    (line,) = house.lines("out", "alert")
    house.receive(line.id, word, code="30003")
    house.gateway.duties.catch_up()
    (copy,) = [message for message in house.beta.sent if message.to == DUTY]
    house.receive(copy.id, word, key="the copy's", channel=copy.channel)
    house.pass_minutes(4)
    assert house.alerts_to(DUTY) == 2, "one copy, and no copy of the copy"


def test_an_alert_that_the_first_channel_refuses_for_good_leaves_by_the_other_one(house: House) -> None:
    house.alpha.by_number[DUTY] = SendResult("permanent", provider_code="30007")
    house.report(place=DISTRICT, tell=("women_union",))
    house.gateway.duties.catch_up()
    house.gateway.duties.catch_up()
    assert [message.to for message in house.beta.sent] == [DUTY]
    house.pass_minutes(4)
    assert house.alerts_to(DUTY) == 2


def test_when_no_channel_reaches_a_post_the_next_one_is_alerted_at_once(house: House) -> None:
    refused = SendResult("permanent", provider_code="30007")
    house.alpha.by_number[DUTY] = house.beta.by_number[DUTY] = refused
    house.report(place=DISTRICT, tell=("women_union",))
    house.gateway.duties.catch_up()
    assert house.told(SECOND) and not house.told(PROVINCIAL), "the second post, and nobody above it yet"
    assert house.counted("steps_without_anybody") == 1
    house.pass_minutes(2)
    assert house.alerts_to(SECOND) == 1 and house.counted("steps_without_anybody") == 1


def test_a_post_that_one_of_its_channels_reaches_is_waited_for(house: House) -> None:
    house.alpha.by_number[DUTY] = SendResult("permanent", provider_code="30007")
    house.report(place=DISTRICT, tell=("women_union",))
    house.gateway.duties.catch_up()
    house.pass_minutes(5)
    assert not house.told(SECOND)


def test_nobody_is_hurried_past_a_post_that_has_taken_the_case_up(house: House) -> None:
    code = house.report(place=DISTRICT, tell=("women_union",))
    house.gateway.duties.catch_up()
    house.hear(f"OK {code}", DUTY)
    for line in house.lines("out", "alert"):
        house.receive(line.id, "undelivered", key=line.id)
    house.gateway.duties.catch_up()
    assert not house.told(SECOND)


def test_with_no_phone_within_reach_the_ladder_comes_to_the_desk_and_goes_on_from_there(house: House) -> None:
    for number in (DUTY, SECOND, PROVINCIAL):
        house.alpha.by_number[number] = house.beta.by_number[number] = SendResult("permanent")
    house.report(place=DISTRICT, tell=("women_union",))
    house.gateway.duties.catch_up()
    assert house.told(DESK)


@pytest.mark.parametrize("word", ["sent", "delivered"])
def test_an_alert_of_which_a_receipt_came_does_not(house: House, word: str) -> None:
    house.report(place=DISTRICT, tell=("women_union",))
    house.gateway.duties.catch_up()
    (line,) = house.lines("out", "alert")
    house.receive(line.id, word)
    house.pass_minutes(10)
    assert house.alerts_to(DUTY) == 1


def test_an_alert_that_somebody_took_up_does_not(house: House) -> None:
    code = house.report(place=DISTRICT, tell=("women_union",))
    house.gateway.duties.catch_up()
    house.hear(f"OK {code}", DUTY)
    house.pass_minutes(10)
    assert house.alerts_to(DUTY) == 1


def test_nothing_waits_for_its_receipt_for_ever_and_a_late_one_still_counts(house: House) -> None:
    taken, reported = house.queue(lives=timedelta(days=5)), house.queue(lives=timedelta(days=5))
    house.deliver("replies")
    house.receive(reported, "sent")
    house.clock.forward(hours=71, minutes=59)
    assert house.gateway.duties.unreported.settle() == 0
    house.clock.forward(minutes=2)
    assert house.gateway.duties.unreported.settle() == 2
    assert [state_of(house, text)[0] for text in (taken, reported)] == ["no_receipt"] * 2
    house.receive(taken, "delivered", key="late")
    assert state_of(house, taken)[0] == "delivered"
