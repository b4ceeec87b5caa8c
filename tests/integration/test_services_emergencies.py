"""Disasters: declared and confirmed by two; texts prepared, released by two, first in the queue, even at night."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gateway.campaigns.disaster import holds
from gateway.errors import Conflict, NotFound
from tests.integration.test_services_broadcasts import arrive, round_of, state_of, tally
from tests.integration.test_services_schedule import running
from tests.support.gateway_in_process import DISTRICT, House, open_house

MIDNIGHT = datetime(2026, 11, 27, 17, tzinfo=UTC)
HERE = frozenset({DISTRICT})
WEEK = timedelta(days=7)


@pytest.fixture
def house(tmp_path: Path, database: str) -> Iterator[House]:
    with open_house(tmp_path, at=MIDNIGHT, database_url=database) as opened:
        yield opened


def released(house: House, template: str = "flood") -> str:
    """Ask for a prepared text and let a second person release it: two steps."""
    campaign = house.gateway.emergencies.prepare(template, HERE, "ann")
    house.gateway.broadcasts.approve(campaign, "bob", house.gateway.broadcasts.preview(campaign).content_hash)
    return campaign


def declared(house: House, *, lifts_quiet: bool = True) -> str:
    ends = house.clock.now() + WEEK
    return house.gateway.emergencies.declare("Flood", HERE, ends, "desk", lifts_quiet=lifts_quiet)


def test_at_night_a_declared_disaster_lets_it_leave_at_once(house: House) -> None:
    numbers = house.people(60)
    declared(house)
    released(house)
    round_of(house)
    round_of(house)
    assert sorted(message.to for message in house.alpha.sent) == numbers, "it waits for no first fifty"
    assert "high ground" in house.alpha.sent[0].text


def test_without_a_declaration_or_where_it_lifts_nothing_it_waits_for_the_morning(house: House) -> None:
    house.people(2)
    declared(house, lifts_quiet=False)
    campaign = released(house)
    round_of(house)
    assert not house.alpha.sent and state_of(house, campaign) == "scheduled"
    house.clock.at = MIDNIGHT + timedelta(hours=7)
    round_of(house)
    assert len(house.alpha.sent) == 2


def test_an_ordinary_broadcast_does_not_leave_at_night_in_a_disaster_either(house: House) -> None:
    house.people(2)
    declared(house)
    running(house)
    round_of(house)
    assert not house.alpha.sent


def test_a_declaration_lapses_in_an_hour_without_a_second_person(house: House) -> None:
    emergencies = house.gateway.emergencies
    first, second = declared(house), declared(house)
    with pytest.raises(Conflict, match="Somebody else"):
        emergencies.confirm(first, "desk")
    emergencies.confirm(first, "supervisor")
    with pytest.raises(Conflict, match="does not wait"):
        emergencies.confirm(first, "another")
    house.clock.forward(minutes=60)
    assert [one.id for one in emergencies.in_force()] == [first]
    with pytest.raises(Conflict, match="does not wait"):
        emergencies.confirm(second, "supervisor")
    house.clock.forward(days=7)
    assert emergencies.in_force() == ()


def test_whoever_ends_it_brings_the_quiet_hours_back(house: House) -> None:
    house.people(2)
    disaster = declared(house)
    house.gateway.emergencies.end(disaster, "desk")
    with pytest.raises(NotFound):
        house.gateway.emergencies.end(disaster, "desk")
    released(house)
    round_of(house)
    assert not house.alpha.sent
    with house.reading() as work:
        (row,) = work.declarations.list()
    assert not holds(row, house.clock.now()) and row.districts == HERE


def test_its_author_does_not_release_it(house: House) -> None:
    campaign = house.gateway.emergencies.prepare("flood", HERE, "ann")
    with pytest.raises(Conflict, match="Somebody else"):
        house.gateway.broadcasts.approve(campaign, "ann", house.gateway.broadcasts.preview(campaign).content_hash)


def test_other_broadcasts_wait_until_everybody_is_told_and_alerts_never_do(house: House) -> None:
    house.clock.at = MIDNIGHT - timedelta(hours=9)
    house.people(120)
    ordinary = running(house)
    round_of(house)
    arrive(house)
    before = len(house.alpha.sent)
    assert before == 50
    urgent = released(house)
    house.gateway.broadcasts.release_due()
    assert tally(house, ordinary) == {"delivered": 50, "planned": 70}
    house.queue("alert")
    house.deliver()
    assert house.alpha.sent[before].lane == "alerts", "an alert leaves first"
    round_of(house)
    assert tally(house, urgent) == {"accepted": 120}
    round_of(house)
    assert tally(house, ordinary) == {"delivered": 50, "accepted": 70}


def test_failures_stop_even_an_emergency(house: House) -> None:
    house.people(100)
    declared(house)
    campaign = released(house)
    house.gateway.broadcasts.release_due()
    house.deliver("broadcasts")
    for line in house.lines("out", "broadcast")[:11]:
        house.receive(line.id, "failed", key=line.id)
    round_of(house)
    assert state_of(house, campaign) == "paused" and len(house.alpha.sent) == 50


def test_every_prepared_text_can_be_sent_in_lao_and_english(house: House) -> None:
    templates = house.gateway.emergencies.templates()
    assert {"emergency_flood", "emergency_storm", "emergency_offers"} <= set(templates)
    for texts in templates.values():
        assert {"lo", "en"} <= set(texts) and not any(house.gateway.broadcasts.faults(texts).values())


@pytest.mark.parametrize(
    ("name", "districts", "ends", "said"),
    [
        (" ", HERE, WEEK, "a name and at least one district"),
        ("Flood", frozenset(), WEEK, "a name and at least one district"),
        ("Flood", HERE, timedelta(0), "within 90 days"),
        ("Flood", HERE, timedelta(days=91), "within 90 days"),
    ],
)
def test_a_declaration_without_place_or_end_is_refused(
    house: House, name: str, districts: frozenset[str], ends: timedelta, said: str
) -> None:
    with pytest.raises(Conflict, match=said):
        house.gateway.emergencies.declare(name, districts, house.clock.now() + ends, "desk", lifts_quiet=True)
    with pytest.raises(Conflict, match="no such prepared text"):
        house.gateway.emergencies.prepare("fire", HERE, "ann")
