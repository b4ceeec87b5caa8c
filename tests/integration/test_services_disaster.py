"""Disasters: two people declare one, it ends by itself, and what is reported there is one level more urgent."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.errors import Conflict, NotFound
from tests.support.gateway_in_process import DISTRICT, PROVINCE, House, open_house

PASSPHRASE = "correct horse battery"
ELSEWHERE = "LA0103"
HERE = frozenset({DISTRICT})
TEN_DAYS = timedelta(days=10)


@pytest.fixture
def house(tmp_path: Path, database: str) -> Iterator[House]:
    with open_house(tmp_path, database_url=database) as opened:
        access = opened.gateway.access
        access.add_account("desk", PASSPHRASE, frozenset({"desk"}))
        access.add_account("second", PASSPHRASE, frozenset({"supervisor"}), frozenset({PROVINCE}))
        access.add_account("manager", PASSPHRASE, frozenset({"manager"}))
        yield opened


def declared(
    house: House, *places: str, lasts: timedelta = TEN_DAYS, by: str = "desk", lifts_quiet: bool = False
) -> str:
    """Declare a flood, in the usual district unless places are given; return its id."""
    there = frozenset(places) or HERE
    until = house.clock.now() + lasts
    return house.gateway.disasters.declare("Flood", there, until, by, lifts_quiet=lifts_quiet).id


def standing(house: House) -> set[str]:
    return {place for disaster in house.gateway.disasters.in_force() for place in disaster.places}


def test_it_holds_at_once_and_lapses_after_an_hour_without_a_second_person(house: House) -> None:
    lapsing = declared(house)
    assert standing(house) == HERE
    house.clock.forward(minutes=59)
    assert standing(house) == HERE
    house.clock.forward(minutes=1)
    assert standing(house) == set()
    with pytest.raises(Conflict, match="does not wait"):
        house.gateway.disasters.confirm(lapsing, "second")
    with pytest.raises(NotFound):
        house.gateway.disasters.end(lapsing, "second")
    declared(house)
    assert standing(house) == HERE, "it can be declared anew"


def test_a_confirmed_one_ends_by_its_date_or_when_it_is_ended(house: House) -> None:
    disasters = house.gateway.disasters
    confirmed, other = declared(house), declared(house, "LA01", lasts=timedelta(days=20))
    with pytest.raises(Conflict, match="Somebody else"):
        disasters.confirm(confirmed, "desk")
    disasters.confirm(confirmed, "second")
    with pytest.raises(Conflict, match="does not wait"):
        disasters.confirm(confirmed, "second")
    with pytest.raises(NotFound):
        disasters.confirm("nothing", "second")
    house.clock.forward(days=10, seconds=-1)
    assert standing(house) == HERE, f"{other} had lapsed"
    house.clock.forward(seconds=1)
    assert standing(house) == set()
    again = declared(house)
    disasters.end(again, "second")
    assert standing(house) == set()
    with pytest.raises(NotFound):
        disasters.end(again, "desk")


def test_a_place_is_declared_once_and_its_province_beside_it(house: House) -> None:
    declared(house, DISTRICT, ELSEWHERE)
    with pytest.raises(Conflict, match="declared there already"):
        declared(house, DISTRICT)
    declared(house, PROVINCE, lifts_quiet=True)
    assert standing(house) == {DISTRICT, ELSEWHERE, PROVINCE}


def test_only_the_desk_and_supervisors_of_the_place_take_a_step_and_all_is_written_down(house: House) -> None:
    disasters = house.gateway.disasters
    with pytest.raises(Conflict, match="needs the role"):
        declared(house, by="manager")
    with pytest.raises(Conflict, match="not yours"):
        declared(house, DISTRICT, ELSEWHERE, by="second")
    wider = declared(house, DISTRICT, ELSEWHERE)
    for step in (disasters.confirm, disasters.end):
        with pytest.raises(Conflict, match="not yours"):
            step(wider, "second")
        with pytest.raises(Conflict, match="needs the role"):
            step(wider, "manager")
    disasters.end(wider, "desk")
    own = declared(house, by="second")
    disasters.confirm(own, "desk")
    disasters.end(own, "desk")
    with house.reading() as work:
        told = [(row.action, row.actor) for row in work.audit.rows() if row.action.startswith("disaster.")]
        kept = work.disasters.get(own)
        assert list(work.audit.verify()) == []
    assert kept is not None and (kept.confirmed_by, kept.ended_by) == ("desk", "desk")
    assert told == [
        ("disaster.ended", "desk"),
        ("disaster.confirmed", "desk"),
        ("disaster.declared", "second"),
        ("disaster.ended", "desk"),
        ("disaster.declared", "desk"),
    ]


@pytest.mark.parametrize(
    ("name", "places", "lasts", "said"),
    [
        (" ", HERE, TEN_DAYS, "a name and at least one district"),
        ("Flood", frozenset(), TEN_DAYS, "a name and at least one district"),
        ("Flood", HERE, timedelta(0), "within 90 days"),
        ("Flood", HERE, timedelta(days=91), "within 90 days"),
    ],
)
def test_a_declaration_without_name_place_or_end_is_refused(
    house: House, name: str, places: frozenset[str], lasts: timedelta, said: str
) -> None:
    with pytest.raises(Conflict, match=said):
        house.gateway.disasters.declare(name, places, house.clock.now() + lasts, "desk")


REPORT = ("hello", "2", "1", "2", "1", "2", "3", "1")
"""Tell us a problem, can text, not in danger, about me, an adult, an offer, in Laos."""


def reported(house: House, *more: str) -> tuple[str, str]:
    """Let the villager report an offer; return the level and whether disaster mode was on there."""
    house.say_all(*REPORT, *more)
    (code,) = house.case_codes()
    case = house.case(code)
    return case.level, "yes" if '"disaster": "yes"' in case.answers else "no"


@pytest.mark.parametrize(("where", "expected"), [(DISTRICT, "P1"), (PROVINCE, "P1"), (ELSEWHERE, "P2"), ("", "P2")])
def test_a_report_from_there_is_one_level_more_urgent(house: House, where: str, expected: str) -> None:
    if where:
        declared(house, where)
    house.introduce()
    assert reported(house, DISTRICT) == (expected, "yes" if expected == "P1" else "no")


def test_a_report_stays_as_urgent_as_it_was_when_the_disaster_is_over(house: House) -> None:
    flood = declared(house)
    house.introduce()
    assert reported(house, DISTRICT) == ("P1", "yes")
    house.gateway.disasters.end(flood, "desk")
    house.say_all("1", "1", "2", "7", "7", "3")
    assert house.case(house.case_codes()[0]).level == "P1"
