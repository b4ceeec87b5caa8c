"""Guards of money and of phones: what came in is always stored; who is told, and what a day may cost, has an end."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from gateway.campaigns.cost import Caps
from gateway.ports.channel import SendResult
from gateway.services.guards import Limits
from tests.support.gateway_in_process import ALPHA, DUTY, House, open_house
from tests.support.scripted import TUESDAY_NOON

TEMPORARY = SendResult("temporary")
TODAY = date(2026, 11, 24)


@pytest.fixture(params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    url = request.getfixturevalue("migrated_postgres")() if request.param == "postgresql" else None
    with open_house(tmp_path, database_url=url) as opened:
        opened.alpha.inline = True
        opened.introduce()
        yield opened


def limit(house: House, **limits: Any) -> None:  # noqa: ANN401 - fields of Limits
    """Let the gateway have other limits."""
    guards = replace(house.gateway.inbound.guards, limits=Limits(**limits))
    house.gateway = replace(
        house.gateway,
        inbound=replace(house.gateway.inbound, guards=guards),
        delivery=replace(house.gateway.delivery, guards=guards),
    )


def spent(house: House) -> int:
    with house.reading() as work:
        return work.guards.spent(TODAY)


def visit(house: House) -> bool:
    """Let the villager leave, which is never answered, and come again; say whether the menu was sent."""
    house.hear("EXIT")
    return bool(house.hear("hello").texts)


def test_after_thirty_replies_in_a_day_texts_are_stored_and_not_answered(house: House) -> None:
    assert [visit(house) for _ in range(32)] == [True] * 30 + [False] * 2
    assert len(house.lines("in")) == 64
    assert house.counted("withheld") == 2


def test_help_stop_and_the_report_path_are_answered_however_many_there_were(house: House) -> None:
    limit(house, replies_a_day=2)
    assert [visit(house) for _ in range(3)] == [True, True, False]
    assert house.hear("HELP").texts
    visit(house)
    opened = [house.hear(text) for text in ("2", "1", "1")]  # tell us, can text, in danger now
    assert all(answer.texts for answer in opened)
    assert house.case_codes()
    assert house.hear("STOP").texts


def test_a_new_day_begins_at_local_midnight(house: House) -> None:
    limit(house, replies_a_day=1)
    assert [visit(house) for _ in range(2)] == [True, False]
    house.clock.at = TUESDAY_NOON.replace(hour=16, minute=59)  # 23:59 in Vientiane
    assert not visit(house)
    house.clock.at = TUESDAY_NOON.replace(hour=17)
    assert visit(house)


def test_what_a_report_cost_is_not_counted(house: House) -> None:
    limit(house, replies_a_day=3)
    house.say_all("hello", "2", "1", "2", "2", "2", "5", "1", "Sanxay", "3", "1", "7")
    assert visit(house)


def test_a_thousand_numbers_of_a_foreign_range_get_no_reply_until_it_is_quiet_again(house: House) -> None:
    limit(house, senders_of_range=3)
    ring = [f"+6681234{number:04}" for number in range(1000, 1004)]
    assert [bool(house.hear("hello", sender).texts) for sender in ring] == [True, True, False, False]
    assert house.hear("hello", "+66891234567").texts, "another range is not its fault"
    assert [bool(house.hear("hello", f"+85620555010{number:02}").texts) for number in range(2, 8)] == [True] * 6
    assert len(house.lines("in")) == 11
    house.clock.forward(minutes=11)
    assert house.hear("hello", ring[0]).texts


def test_one_foreign_number_that_writes_often_is_no_ring(house: House) -> None:
    limit(house, senders_of_range=3)
    assert all(house.hear("hello", "+66812341000").texts for _ in range(5))


def test_a_day_has_a_price_and_its_reserve_is_for_help_and_reports(house: House) -> None:
    limit(house, caps=Caps(1_000, 300), prices={ALPHA: {"gsm7": 100, "ucs2": 100}})
    assert [visit(house) for _ in range(8)] == [True] * 7 + [False]
    assert spent(house) == 700
    assert [bool(house.hear("HELP").texts) for _ in range(4)] == [True] * 3 + [False]
    assert spent(house) == 1_000


def test_a_broadcast_that_costs_too_much_waits_for_tomorrow_and_an_alert_never(house: House) -> None:
    limit(house, caps=Caps(100, 50), prices={ALPHA: {"gsm7": 60, "ucs2": 60}})
    news, alert = house.queue("news", lives=timedelta(hours=30)), house.queue("alert", to=DUTY)
    house.deliver()
    assert house.row(news).message.state == "wait_retry"
    assert house.row(alert).message.state == "accepted"
    assert spent(house) == 60
    for _ in range(3):
        house.queue("alert", to=DUTY)
    house.deliver()
    assert spent(house) == 240
    limit(house, caps=Caps(1_000, 50), prices={ALPHA: {"gsm7": 60, "ucs2": 60}})
    house.deliver()
    assert house.row(news).message.state == "wait_retry", "not before midnight"
    house.clock.forward(hours=12)
    house.deliver()
    assert house.row(news).message.state == "accepted"


def test_what_no_provider_took_costs_nothing(house: House) -> None:
    limit(house, prices={ALPHA: {"gsm7": 60, "ucs2": 60}})
    house.alpha.script.append(TEMPORARY)
    house.queue("reply")
    house.deliver()
    assert spent(house) == 0
    house.clock.forward(minutes=1)
    house.deliver()
    assert spent(house) == 60


def test_without_a_price_nothing_is_counted(house: House) -> None:
    house.queue("reply")
    house.deliver()
    assert spent(house) == 0
