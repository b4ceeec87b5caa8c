"""Numbers that carriers refuse: broadcasts leave them alone, alerts and replies do not; one text brings them back."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gateway.campaigns.audience import AudienceRule
from gateway.ports.channel import OutboundMessage, PartSent, SendResult
from tests.support.command_line import CommandLine
from tests.support.gateway_in_process import ALPHA, DISTRICT, DUTY, VILLAGER, House, open_house

TEXT = {"en": "Market day is on Friday. Ask the village chief."}
RULE = AudienceRule(districts=frozenset({DISTRICT}), rest_days=0)
NO_SUCH_PHONE = SendResult("permanent", provider_code="21211", dead_number=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    url = request.getfixturevalue("migrated_postgres")() if request.param == "postgresql" else None
    with open_house(tmp_path, database_url=url) as opened:
        yield opened


@pytest.fixture
def sqlite_house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path) as opened:
        yield opened


def announced(house: House) -> str:
    """Write, approve and release a broadcast to the district."""
    campaign = house.gateway.broadcasts.draft("Market", TEXT, RULE, None, "ann")
    house.gateway.broadcasts.submit(campaign, "ann")
    house.gateway.broadcasts.approve(campaign, "bob", house.gateway.broadcasts.preview(campaign).content_hash)
    house.gateway.broadcasts.schedule(campaign, "bob")
    house.gateway.broadcasts.release_due()
    return campaign


def refuse(house: House, number: str, days: int = 3) -> None:
    """Let the carrier refuse a reply to a phone on so many days."""
    house.alpha.by_number[number] = NO_SUCH_PHONE
    for _ in range(days):
        house.queue(to=number)
        house.deliver("replies")
        house.clock.forward(days=1)
    del house.alpha.by_number[number]


def in_parts(*provider_ids: str) -> Callable[[OutboundMessage], SendResult]:
    """Return what takes a text in parts with these ids."""
    parts = tuple(PartSent(number, len(provider_ids), known) for number, known in enumerate(provider_ids, start=1))
    return lambda _: SendResult("accepted", parts=parts)


def dead(house: House) -> int:
    with house.reading() as work:
        return work.numbers.dead()


def broadcasts_to(house: House, number: str) -> int:
    return sum(message.to == number and message.lane == "broadcasts" for message in house.alpha.sent)


def test_a_refused_number_is_left_out_of_broadcasts_until_it_texts_in(house: House) -> None:
    gone, there = house.people(2)
    refuse(house, gone)
    assert house.gateway.audience.count(RULE, ["en"]).left_out == {"protected": 1}
    announced(house)
    house.deliver("broadcasts")
    assert (broadcasts_to(house, gone), broadcasts_to(house, there)) == (0, 1)
    house.hear("hello", sender=gone)
    announced(house)
    house.deliver("broadcasts")
    assert (broadcasts_to(house, gone), broadcasts_to(house, there)) == (1, 2)
    assert dead(house) == 0


def test_alerts_and_replies_still_go_to_it(house: House) -> None:
    for number, kind, lane in ((VILLAGER, "reply", "replies"), (DUTY, "alert", "alerts")):
        refuse(house, number)
        text = house.queue(kind, number)
        house.deliver(lane)  # type: ignore[arg-type] # one of the lanes
        assert text in [message.id for message in house.alpha.sent] and house.row(text).message.state == "accepted"
    assert dead(house) == 2


def test_one_that_is_given_up_after_the_release_gets_nothing_either(house: House) -> None:
    gone, _ = house.people(2)
    refuse(house, gone, days=2)
    house.alpha.by_number[gone] = NO_SUCH_PHONE
    campaign = announced(house)
    house.queue(to=gone)
    house.deliver("replies")
    house.deliver("broadcasts")
    assert broadcasts_to(house, gone) == 0
    with house.reading() as work:
        fates = {(fate.state, fate.reason): fate.people for fate in work.campaigns.fates(campaign)}
    assert fates == {("suppressed", "dead_number"): 1, ("accepted", None): 1}


def test_one_bad_day_of_a_carrier_marks_nobody(house: House) -> None:
    for _ in range(10):
        house.alpha.by_number[VILLAGER] = NO_SUCH_PHONE
        house.queue()
        house.deliver("replies")
        house.clock.forward(minutes=10)
    assert dead(house) == 0


def test_what_a_receipt_says_counts_as_well_and_once(house: House) -> None:
    for day in range(3):
        text = house.queue()
        house.deliver("replies")
        for _ in range(5):
            house.receive(text, "undelivered", key=f"day {day}", code="30005", dead_number=True)
        house.clock.forward(days=1)
    assert dead(house) == 1


@pytest.mark.parametrize("early", [False, True], ids=["in time", "before the answer"])
def test_a_text_that_arrives_ends_what_was_counted(house: House, early: bool) -> None:
    refuse(house, VILLAGER, days=2)

    def taken(message: OutboundMessage) -> SendResult:
        if early:
            house.receive(None, "delivered", provider_id="p1")
        return SendResult("accepted", provider_id="p1")

    house.alpha.script.append(taken)
    house.queue()
    house.deliver("replies")
    if not early:
        house.receive(None, "delivered", provider_id="p1")
    house.clock.forward(days=1)
    refuse(house, VILLAGER, days=1)
    assert dead(house) == 0


def test_a_part_that_is_refused_speaks_of_its_phone(house: House) -> None:
    for day in range(3):
        house.alpha.script.append(in_parts(f"a{day}", f"b{day}"))
        house.queue()
        house.deliver("replies")
        house.receive(None, "undelivered", key=f"k{day}", provider_id=f"b{day}", channel=ALPHA, dead_number=True)
        house.clock.forward(days=1)
    assert dead(house) == 1


def test_it_is_still_known_after_a_restart_and_the_doctor_counts_it(tmp_path: Path) -> None:
    with open_house(tmp_path) as house:
        refuse(house, VILLAGER)
    with open_house(tmp_path) as house:
        with house.reading() as work:
            assert work.numbers.dead() == 1
        assert "gateway_numbers_dead 1" in house.gateway.health.metrics()
        folder = house.folder
    (row,) = (row for row in CommandLine(folder)("doctor", "--json").objects() if row["name"] == "numbers")
    assert row["state"] == "ok" and row["fact"].startswith("1 left out of broadcasts")


def test_it_is_forgotten_with_its_owner(sqlite_house: House) -> None:
    refuse(sqlite_house, VILLAGER)
    sqlite_house.clock.forward(days=1000)
    with sqlite_house.writing() as work:
        assert work.forgetting.contacts(sqlite_house.clock.now(), 100)
        assert work.numbers.dead() == 0
