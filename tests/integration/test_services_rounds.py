"""Rounds of a broadcast beside each other, over pauses and budgets, and people who say something in between."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest

from gateway.campaigns.audience import AudienceRule
from gateway.campaigns.plan import Drip, Plan
from gateway.errors import Conflict
from gateway.ports.channel import OutboundMessage, PartSent, SendResult
from tests.integration.test_services_broadcasts import RULE, TEXT, approved, arrive, round_of, state_of, tally
from tests.integration.test_services_schedule import running
from tests.support.gateway_in_process import DISTRICT, House, beside, open_house

MORNING = datetime(2026, 11, 27, 2, tzinfo=UTC)  # Friday, 09:00 in Vientiane
PERMANENT, TEMPORARY, DOUBTFUL = SendResult("permanent"), SendResult("temporary"), SendResult("ambiguous")
THERE = "+8562077900001"
ELSEWHERE = AudienceRule(districts=frozenset({"LA0101"}), rest_days=0)


@pytest.fixture
def house(tmp_path: Path, database: str) -> Iterator[House]:
    with open_house(tmp_path, at=MORNING, database_url=database) as opened:
        yield opened


def once(point: str, act: Callable[[], object]) -> Callable[[str], None]:
    """Return a hook that acts at the first visit of a point."""
    left = [act]

    def reach(name: str) -> None:
        if name == point and left:
            left.pop()()

    return reach


def all_of(numbers: list[str], result: SendResult) -> dict[str, SendResult]:
    return dict.fromkeys(numbers, result)


def test_two_rounds_at_once_let_only_fifty_go(house: House) -> None:
    numbers = house.people(300)
    campaign = approved(house)
    with beside(house, once("before-release", house.gateway.broadcasts.release_due)) as other:
        assert other.gateway.broadcasts.release_due() == 0, "the later round has taken over"
    assert tally(house, campaign) == {"queued": 50, "planned": 250}
    house.alpha.by_number.update(all_of(numbers, PERMANENT))
    for _ in range(4):
        round_of(house)
    assert len(house.alpha.sent) == 50 and state_of(house, campaign) == "paused"


def test_a_stop_between_decision_and_release_lets_nobody_go(house: House) -> None:
    house.people(60)
    campaign = approved(house)
    with beside(house, once("before-release", lambda: house.gateway.broadcasts.stop(campaign, "ann"))) as other:
        assert other.gateway.broadcasts.release_due() == 0
    assert tally(house, campaign) == {"planned": 60} and state_of(house, campaign) == "stopped"


def test_an_edit_while_people_are_written_down_forgets_them_all_or_comes_too_late(house: House) -> None:
    numbers, broadcasts = house.people(40), house.gateway.broadcasts
    house.introduce(THERE, opted_in=True, district="LA0101")
    campaign, refused = approved(house), []

    def edited() -> None:
        try:
            broadcasts.draft("Market", TEXT, ELSEWHERE, None, "ann", campaign)
        except Conflict as conflict:
            refused.append(str(conflict))

    edit = Thread(target=edited)

    def edit_now() -> None:
        edit.start()
        edit.join(1)  # it waits for the transaction that is writing people down

    with beside(house, once("while-planning", edit_now)) as other:
        other.gateway.broadcasts.release_due()
        edit.join(20)
    if not refused:
        assert state_of(house, campaign) == "draft" and tally(house, campaign) == {}
        broadcasts.submit(campaign, "ann")
        broadcasts.approve(campaign, "bob", broadcasts.preview(campaign).content_hash)
        broadcasts.schedule(campaign, "bob")
    round_of(house)
    assert sorted(message.to for message in house.alpha.sent) == (numbers if refused else [THERE])


def test_the_five_minutes_count_from_the_last_of_the_first_fifty(house: House) -> None:
    house.people(300)
    campaign = running(house)
    house.gateway.broadcasts.release_due()
    house.gateway.broadcasts.pause(campaign, "ann")
    house.deliver("broadcasts")
    house.clock.forward(minutes=30)
    house.gateway.broadcasts.resume(campaign, "ann")
    round_of(house)
    house.clock.forward(minutes=4)
    round_of(house)
    assert len(house.alpha.sent) == 50
    house.clock.forward(minutes=1)
    round_of(house)
    assert len(house.alpha.sent) == 300


def test_by_dates_the_first_fifty_are_waited_for_whenever_they_come(house: House) -> None:
    numbers = house.people(300)
    running(house, Plan(drip=Drip("return", 1), not_after=MORNING + timedelta(days=30)))
    round_of(house)
    house.clock.forward(days=2)
    with house.writing() as work:
        for number in numbers:
            work.campaigns.set_date(work.people.lock(number, house.clock.now()).id, "return", date(2026, 11, 28))
    for _ in range(3):
        round_of(house)
        house.clock.forward(seconds=5)
    assert len(house.alpha.sent) == 50


@pytest.mark.parametrize(("result", "become"), [(TEMPORARY, "wait_retry"), (DOUBTFUL, "unknown")])
def test_nobody_follows_a_first_fifty_that_do_not_leave_or_of_whom_nobody_knows(
    house: House, result: SendResult, become: str
) -> None:
    numbers = house.people(300)
    campaign = running(house)
    house.alpha.by_number.update(all_of(numbers, result))
    for _ in range(40):
        round_of(house)
        house.clock.forward(seconds=10)
    stands = tally(house, campaign)
    assert stands["planned"] == 250 and stands[become] > 0
    assert len({message.to for message in house.alpha.sent}) <= 50


def test_failures_that_are_reported_late_pause_it_too(house: House) -> None:
    house.people(2_000)
    house.gateway = replace(house.gateway, broadcasts=replace(house.gateway.broadcasts, rate=10.0))
    campaign = running(house)
    round_of(house)
    house.clock.forward(minutes=6)
    round_of(house)
    assert len(house.alpha.sent) == 150
    arrive(house, "undelivered")
    round_of(house)
    assert len(house.alpha.sent) == 150 and state_of(house, campaign) == "paused"


def test_a_pause_for_lunch_overrules_no_failures(house: House) -> None:
    numbers = house.people(300)
    campaign = running(house)
    house.alpha.by_number.update(all_of(numbers, PERMANENT))
    round_of(house)
    house.gateway.broadcasts.pause(campaign, "ann")
    house.gateway.broadcasts.resume(campaign, "ann")
    round_of(house)
    assert len(house.alpha.sent) == 50 and state_of(house, campaign) == "paused"
    house.gateway.broadcasts.resume(campaign, "ann")
    house.gateway.broadcasts.release_due()
    assert tally(house, campaign) == {"failed": 50, "queued": 250}, "now somebody has seen them"


def priced(house: House, kip: int | None = 85) -> None:
    prices = {"gsm7": kip, "ucs2": kip}
    house.gateway = replace(house.gateway, broadcasts=replace(house.gateway.broadcasts, prices=prices))


def join(house: House, people: int) -> None:
    """Let more people agree than when the price was approved."""
    for number in range(people):
        house.introduce(f"+85620778{number:05}", opted_in=True, district=DISTRICT)


def test_a_budget_pays_for_what_waits_before_it_pays_for_more(house: House) -> None:
    house.people(80)
    priced(house)
    campaign = running(house, Plan(budget=80 * 85))
    join(house, 200)
    round_of(house)
    arrive(house)
    for _ in range(5):  # the worker of broadcasts is a little later than the clock
        house.gateway.broadcasts.release_due()
    house.deliver("broadcasts")
    assert len(house.alpha.sent) == 80
    arrive(house)
    round_of(house)
    assert state_of(house, campaign) == "paused" and len(house.alpha.sent) == 80


def test_a_budget_whose_price_is_taken_away_pays_for_nothing(house: House) -> None:
    house.people(80)
    priced(house)
    campaign = running(house, Plan(budget=80 * 85))
    priced(house, None)
    for _ in range(3):
        round_of(house)
        arrive(house)
    assert not house.alpha.sent and state_of(house, campaign) == "paused"


def test_two_broadcasts_of_one_hour_do_not_both_reach_somebody_who_shall_rest(house: House) -> None:
    house.people(120)
    broadcasts, rule = house.gateway.broadcasts, replace(RULE, rest_days=7)
    ids = []
    for name in ("One", "Two"):
        ids.append(broadcasts.draft(name, TEXT, rule, None, "ann"))
        broadcasts.submit(ids[-1], "ann")
        broadcasts.approve(ids[-1], "bob", broadcasts.preview(ids[-1]).content_hash)
        broadcasts.schedule(ids[-1], "bob")
    for _ in range(6):
        round_of(house)
        arrive(house)
    told = [message.to for message in house.alpha.sent]
    assert len(told) == len({*told}) == 120
    with house.reading() as work:
        reasons = {fate.reason for one in ids for fate in work.campaigns.fates(one) if fate.state == "suppressed"}
    assert reasons == {"messaged_lately"}


@pytest.mark.parametrize("said", ["STOP", "HELP"])
def test_a_person_who_speaks_is_left_alone_even_by_what_a_worker_holds(house: House, said: str) -> None:
    numbers = house.people(20)
    running(house)
    house.gateway.broadcasts.release_due()

    def meanwhile(message: OutboundMessage) -> SendResult:
        house.clock.forward(seconds=60)
        for number in numbers:
            if number != message.to and said == "STOP":
                house.hear("STOP", sender=number)
            elif number != message.to:
                house.report(number, danger="now")
        return SendResult("accepted", provider_id="x")

    house.alpha.script.append(meanwhile)
    house.deliver("broadcasts")
    assert sum(message.lane == "broadcasts" for message in house.alpha.sent) == 1


def test_a_clock_set_back_asks_again(house: House) -> None:
    house.people(20)
    campaign = running(house)
    house.gateway.broadcasts.release_due()

    def set_back(message: OutboundMessage) -> SendResult:
        house.clock.forward(hours=-1)
        house.gateway.broadcasts.stop(campaign, "ann")
        return SendResult("accepted", provider_id="x")

    house.alpha.script.append(set_back)
    house.deliver("broadcasts")
    assert len(house.alpha.sent) == 1


def test_a_date_that_is_taken_back_takes_back_the_text_that_waits(house: House) -> None:
    (number,) = house.people(1)
    contact = house.contact(number)
    with house.writing() as work:
        work.campaigns.set_date(contact, "departure", date(2026, 11, 30))
    campaign = running(house, Plan(drip=Drip("departure", -3), not_after=MORNING + timedelta(days=30)))
    house.alpha.script.append(TEMPORARY)
    round_of(house)
    assert tally(house, campaign) == {"wait_retry": 1}
    with house.writing() as work:
        work.campaigns.set_date(contact, "departure", None)
    house.clock.forward(minutes=15)
    round_of(house)
    assert len(house.alpha.sent) == 1 and tally(house, campaign) == {}


def test_a_long_text_of_which_a_part_arrived_does_not_begin_again_in_the_morning(house: House) -> None:
    house.people(1)
    campaign = running(house, text="Market day is on Friday. Ask the village chief about it. " * 4)
    house.alpha.script.append(SendResult("temporary", parts=(PartSent(1, 2, "p1"),)))
    house.clock.at = MORNING + timedelta(hours=11, minutes=45)
    round_of(house)
    house.clock.at = MORNING + timedelta(hours=12, minutes=30)
    round_of(house)
    house.clock.at = MORNING + timedelta(days=1)
    round_of(house)
    assert len(house.alpha.sent) == 1 and tally(house, campaign) == {"failed": 1}
