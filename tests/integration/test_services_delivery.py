"""The one door out, on a real store: each text leaves once, again when it must, and never when it must not."""

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.delivery.retry import RetrySettings, wait
from gateway.ports.channel import OutboundMessage, SendResult
from tests.support.gateway_in_process import BETA, DUTY, PROVINCIAL, VILLAGER, House, beside, open_house

TEMPORARY = SendResult("temporary", provider_code="busy")
AMBIGUOUS = SendResult("ambiguous", detail="no answer")
BROKEN = SendResult("broken", provider_code="credentials")
PERMANENT = SendResult("permanent", provider_code="no_such_number")
CLAIM_AND_DIE = """
import sys
from pathlib import Path
from datetime import datetime, timedelta
from tests.support.gateway_in_process import open_gateway
from tests.support.scripted import HandClock
house = open_gateway(Path(sys.argv[1]), HandClock(datetime.fromisoformat(sys.argv[2])))
with house.writing() as work:
    claimed = work.outbox.claim("replies", house.clock.now(), house.gateway.outside.owner, timedelta(minutes=1), 10)
print(len(claimed), flush=True)
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def anywhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    """Open a house on either database."""
    url = request.getfixturevalue("migrated_postgres")() if request.param == "postgresql" else None
    with open_house(tmp_path, database_url=url) as opened:
        yield opened


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path) as opened:
        yield opened


def state_of(house: House, message_id: str) -> tuple[str, str | None]:
    line = next(line for line in house.lines("out") if line.id == message_id)
    return line.state, line.reason


def test_a_text_that_the_provider_takes_is_accepted_once(house: House) -> None:
    text = house.queue()
    house.deliver()
    house.deliver()
    assert state_of(house, text) == ("accepted", None)
    assert [(m.id, m.to, m.attempt) for m in house.alpha.sent] == [(text, VILLAGER, 1)]
    assert house.alpha.sent[0].callback_url is not None and text in house.alpha.sent[0].callback_url


def test_two_workers_never_send_one_row_twice(anywhere: House) -> None:
    house = anywhere
    texts = {house.queue(to=f"+856205550{number:04}") for number in range(1000, 1040)}
    with beside(house) as other:
        deliveries = (house.gateway.delivery, other.gateway.delivery)
        workers = [threading.Thread(target=delivery.send_due, args=("replies",)) for delivery in deliveries]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    assert sorted(message.id for message in house.alpha.sent) == sorted(texts)


def test_while_one_worker_waits_for_the_provider_another_finds_nothing(house: House) -> None:
    house.queue()
    with beside(house) as other:
        found: list[int] = []

        def slowly(message: OutboundMessage) -> SendResult:
            found.append(other.gateway.delivery.send_due("replies"))
            return SendResult("accepted", provider_id="p1")

        house.alpha.script.append(slowly)
        house.deliver()
    assert found == [0] and len(house.alpha.sent) == 1


def test_a_worker_that_lost_its_claim_writes_down_the_attempt_and_nothing_else(house: House) -> None:
    text = house.queue()

    def overtaken(message: OutboundMessage) -> SendResult:
        house.clock.forward(minutes=2)
        house.gateway.delivery.sweep()
        return PERMANENT

    house.alpha.script.append(overtaken)
    house.deliver("replies")
    assert state_of(house, text) == ("ambiguous", "claim_lapsed"), "the lost worker's verdict does not count"


def test_a_refused_text_comes_back_after_5_s_30_s_2_min_and_then_every_10_min(house: House) -> None:
    text = house.queue(lives=timedelta(hours=2))
    house.alpha.by_number[VILLAGER] = TEMPORARY
    settings, began = RetrySettings(), house.clock.now()
    due = began
    for attempt, plain in enumerate((5, 30, 120, 600, 600), start=1):
        house.clock.at = due - timedelta(milliseconds=1)
        house.deliver("replies")
        assert len(house.alpha.sent) == attempt - 1
        house.clock.at = due
        house.deliver("replies")
        assert len(house.alpha.sent) == attempt
        pause = wait(text, attempt, settings)
        assert abs(pause.total_seconds() - plain) <= 0.2 * plain
        due += pause
    assert [message.attempt for message in house.alpha.sent] == [1, 2, 3, 4, 5]


def test_a_text_is_given_up_when_the_next_try_would_come_too_late(house: House) -> None:
    text = house.queue(lives=timedelta(seconds=20))
    house.alpha.by_number[VILLAGER] = TEMPORARY
    house.deliver("replies")
    house.clock.forward(seconds=7)
    house.deliver("replies")
    assert state_of(house, text) == ("failed", "too_late")


def test_what_nobody_sent_in_time_is_never_sent(house: House) -> None:
    text = house.queue(lives=timedelta(minutes=30))
    house.clock.forward(minutes=30)
    house.deliver("replies")
    assert state_of(house, text) == ("failed", "too_late") and not house.alpha.sent


def test_a_clear_no_is_final(house: House) -> None:
    text = house.queue()
    house.alpha.script.append(PERMANENT)
    house.deliver()
    house.clock.forward(hours=1)
    house.deliver()
    assert state_of(house, text) == ("failed", "refused") and len(house.alpha.sent) == 1


def test_an_alert_leaves_by_the_other_channel_when_the_first_is_broken(house: House) -> None:
    text = house.queue("alert", DUTY, lives=timedelta(hours=24))
    house.alpha.by_number[DUTY] = BROKEN
    house.deliver("alerts")
    house.clock.forward(seconds=10)
    house.deliver("alerts")
    assert [len(house.alpha.sent), len(house.beta.sent)] == [1, 1]
    assert state_of(house, text) == ("accepted", None)
    assert house.row(text).message.channel == BETA, "receipts of the other channel find it"


def test_an_alert_that_began_on_the_second_channel_falls_back_to_the_first(house: House) -> None:
    house.queue("alert", DUTY, lives=timedelta(hours=24), channel=BETA)
    house.beta.by_number[DUTY] = BROKEN
    house.deliver("alerts")
    house.clock.forward(seconds=10)
    house.deliver("alerts")
    assert [message.to for message in house.alpha.sent] == [DUTY]


def test_a_reply_waits_for_its_own_channel(house: House) -> None:
    house.queue()
    house.alpha.by_number[VILLAGER] = BROKEN
    for _ in range(3):
        house.deliver()
        house.clock.forward(minutes=3)
    assert len(house.alpha.sent) > 1 and not house.beta.sent


def test_a_provider_that_asks_for_patience_gets_it(tmp_path: Path) -> None:
    with open_house(tmp_path, rate=4.0) as house:
        first = house.queue()
        house.alpha.script.append(SendResult("temporary", retry_after=90.0, throttled=True))
        house.deliver("replies")
        assert state_of(house, first) == ("wait_retry", "temporary")
        house.clock.forward(seconds=89)
        house.deliver("replies")
        assert len(house.alpha.sent) == 1
        house.clock.forward(seconds=1)
        house.deliver("replies")
        assert len(house.alpha.sent) == 2


def test_after_too_fast_the_channel_sends_at_half_its_rate(tmp_path: Path) -> None:
    with open_house(tmp_path, rate=20.0) as house:
        house.queue()
        house.alpha.script.append(SendResult("temporary", throttled=True))
        house.deliver("replies")
        for number in range(40):
            house.queue(to=f"+856205550{1000 + number}")
        before = len(house.alpha.sent)
        for _ in range(20):
            house.deliver("replies")
            house.clock.forward(milliseconds=100)
        sent = len(house.alpha.sent) - before
    assert 18 <= sent <= 29, "two seconds at 9 a second and what the bucket held, not 18 a second"


def test_what_the_rate_holds_back_is_not_an_attempt(tmp_path: Path) -> None:
    with open_house(tmp_path, rate=1.0) as house:
        house.queue()
        second = house.queue()
        house.deliver("replies")
        assert state_of(house, second) == ("wait_retry", "rate")
        house.clock.forward(seconds=2)
        house.deliver("replies")
        assert [message.attempt for message in house.alpha.sent] == [1, 1]


def test_a_long_queue_is_sent_in_stretches_and_wakes_its_worker_again(house: House) -> None:
    for number in range(40):
        house.queue(to=f"+856205550{1000 + number}")
    delivery = house.gateway.delivery
    assert delivery.send_due("replies", 16) == 16 and house.gateway.outside.wakeup is house.wakeup
    assert house.wakeup.woken == ["replies"]
    assert delivery.send_due("replies", 500) == 24
    assert house.wakeup.woken == ["replies"], "nothing is left to be woken for"


def test_a_channel_that_raises_holds_up_nobody_else(house: House) -> None:
    def fault(message: OutboundMessage) -> SendResult:
        raise RuntimeError("a fault in a channel")

    poisoned = house.queue(to=PROVINCIAL)
    house.alpha.by_number[PROVINCIAL] = fault
    others = [house.queue() for _ in range(3)]
    house.deliver("replies")
    assert [state_of(house, text)[0] for text in others] == ["accepted"] * 3
    assert state_of(house, poisoned)[0] == "ambiguous", "nobody knows whether it left"


def test_the_claim_of_a_dead_worker_lapses_at_once(house: House) -> None:
    text = house.queue()
    command = [sys.executable, "-c", CLAIM_AND_DIE, str(house.folder), house.clock.now().isoformat()]
    died = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert died.stdout.strip() == "1"
    assert house.row(text).message.state == "claimed"
    assert house.gateway.delivery.sweep() == 1, "its owner is provably gone: no need to wait for the lease"
    assert state_of(house, text) == ("ambiguous", "claim_lapsed")


def test_the_claim_of_a_living_worker_stands_until_its_lease_is_over(house: House) -> None:
    text = house.queue()
    with house.writing() as work:
        work.outbox.claim("replies", house.clock.now(), house.gateway.outside.owner, timedelta(minutes=1), 10)
    house.clock.forward(seconds=60)
    assert house.gateway.delivery.sweep() == 0
    house.clock.forward(seconds=1)
    assert house.gateway.delivery.sweep() == 1
    assert state_of(house, text)[0] == "ambiguous"


def test_a_worker_that_froze_puts_back_what_it_has_not_sent(house: House) -> None:
    frozen, waiting = house.queue(to=PROVINCIAL), house.queue()

    def freeze(message: OutboundMessage) -> SendResult:
        house.clock.forward(seconds=55)
        return SendResult("accepted", provider_id="late")

    house.alpha.by_number[PROVINCIAL] = freeze
    house.deliver("replies")
    house.deliver("replies")
    assert state_of(house, frozen)[0] == "accepted"
    assert state_of(house, waiting)[0] == "accepted", "it was never tried, so nothing about it is in doubt"
    assert len(house.alpha.to(VILLAGER)) == 1


def test_a_damaged_row_holds_up_nobody_else(house: House) -> None:
    damaged, sound = house.queue(to=PROVINCIAL), house.queue()
    with closing(sqlite3.connect(house.folder / "gateway.db")) as connection, connection:
        connection.execute("UPDATE outbox SET body_ct = 'v1.f0001.AAAA.AAAA' WHERE id = ?", (damaged,))
    house.gateway.duties.tick()
    assert state_of(house, sound)[0] == "accepted"


def test_a_lane_that_fails_holds_up_no_other_lane(house: House) -> None:
    damaged, sound = house.queue("alert", DUTY), house.queue()
    with closing(sqlite3.connect(house.folder / "gateway.db")) as connection, connection:
        connection.execute("UPDATE outbox SET body_ct = 'v1.f0001.AAAA.AAAA' WHERE id = ?", (damaged,))
    house.gateway.duties.tick()
    assert state_of(house, sound)[0] == "accepted"
