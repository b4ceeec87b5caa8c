"""Answers to a broadcast: to the flow that it names, unless the words name something of their own."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.campaigns.audience import Past
from gateway.campaigns.plan import Plan
from gateway.errors import Conflict
from gateway.ports.campaign_book import Reach
from tests.integration.test_services_broadcasts import RULE, TEXT, round_of
from tests.integration.test_services_schedule import MORNING, running
from tests.support.gateway_in_process import House, open_house


@pytest.fixture
def house(tmp_path: Path, database: str) -> Iterator[House]:
    with open_house(tmp_path, at=MORNING, database_url=database) as opened:
        yield opened


def flow_of(house: House, number: str) -> str | None:
    """Return the flow in which a phone's conversation stands."""
    with house.writing() as work:
        row = work.sessions.foreground(work.people.lock(number, house.clock.now()).id, "alpha:sms")
    return row.flow if row else None


def test_a_plain_answer_goes_to_the_flow_that_the_broadcast_names(house: House) -> None:
    (number,) = house.people(1)
    running(house, Plan(reply_flow="topics"))
    round_of(house)
    house.hear("2", sender=number)
    flow = flow_of(house, number)  # apart: a failing assertion would spell out the whole house
    assert flow is not None and flow != "welcome"


def test_a_word_of_its_own_goes_where_it_always_goes(house: House) -> None:
    numbers = house.people(2)
    running(house, Plan(reply_flow="topics"))
    round_of(house)
    house.hear("STOP", sender=numbers[0])
    house.hear("HELP", sender=numbers[1])
    flows = [flow_of(house, number) for number in numbers]
    assert flows[0] is None and flows[1] != "topics"


def test_a_week_later_it_is_no_answer_any_more(house: House) -> None:
    (number,) = house.people(1)
    running(house, Plan(reply_flow="topics"))
    round_of(house)
    house.clock.forward(days=8)
    house.hear("ກກກ", sender=number)
    flow = flow_of(house, number)
    assert flow == "welcome"


def test_nobody_is_found_by_what_fewer_than_five_people_did(house: House) -> None:
    numbers, broadcasts, audience = house.people(9), house.gateway.broadcasts, house.gateway.audience
    earlier = running(house)
    round_of(house)
    house.clock.forward(minutes=5)
    answered = replace(RULE, past=frozenset({Past(earlier, "answered")}))
    campaign = broadcasts.draft("To who wrote", TEXT, answered, None, "ann")
    for number in numbers[:4]:
        assert audience.count(answered, ["en"]) == Reach({}, {}) == broadcasts.preview(campaign).reach
        assert audience.preview(answered, ["en"]) is None
        with pytest.raises(Conflict, match="Fewer than five people did that"):
            broadcasts.submit(campaign, "ann")
        house.hear("hello", sender=number)
    house.say_all("HELP", sender=numbers[5])
    assert audience.preview(answered, ["en"]) is None, "who asks for help has answered nothing"
    house.hear("hello", sender=numbers[4])
    assert audience.count(answered, ["en"]).by_language == {"en": 5} == broadcasts.preview(campaign).reach.by_language
    assert audience.preview(answered, ["en"]) is not None
    others = replace(RULE, past=frozenset({Past(earlier, "not_answered")}))
    assert audience.count(others, ["en"]) == Reach({}, {}) and audience.preview(others, ["en"]) is None
    broadcasts.submit(campaign, "ann")


def test_who_wrote_back_is_counted_but_not_who_asks_for_help_or_stops(house: House) -> None:
    numbers = house.people(5)
    campaign = running(house)
    round_of(house)
    house.hear("hello", sender=numbers[0])
    house.clock.forward(minutes=1)
    house.hear("hello", sender=numbers[0])
    house.hear("hello", sender=numbers[1])
    house.say_all("HELP", "2", sender=numbers[2])
    house.hear("STOP", sender=numbers[3])
    with house.reading() as work:
        assert work.campaigns.answered(campaign) == 2
        fates = work.campaigns.fates(campaign)
    assert [(fate.state, fate.people) for fate in fates] == [("accepted", 5)]
