"""Disaster mode: two people switch it on, it ends by itself, and what is reported there is one level more urgent."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.errors import Conflict, NotFound
from gateway.services.disaster_mode import DisasterMode
from tests.support.gateway_in_process import DISTRICT, PROVINCE, House, open_house

PASSPHRASE = "correct horse battery"
ELSEWHERE = "LA0103"


@pytest.fixture(params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    copy = request.param == "postgresql"
    url = request.getfixturevalue("migrated_postgres")() if copy else None
    with open_house(tmp_path, database_url=url) as opened:
        access = opened.gateway.access
        access.add_account("desk", PASSPHRASE, frozenset({"desk"}))
        access.add_account("second", PASSPHRASE, frozenset({"supervisor"}), frozenset({PROVINCE}))
        access.add_account("manager", PASSPHRASE, frozenset({"manager"}))
        yield opened


def mode(house: House) -> DisasterMode:
    return house.gateway.disaster_mode


def on(house: House, place: str = DISTRICT, days: int = 10, name: str = "desk") -> None:
    mode(house).declare(place, house.clock.now() + timedelta(days=days), name)


def standing(house: House) -> list[str]:
    return [disaster.place for disaster in mode(house).list()]


def test_it_is_on_at_once_and_lapses_after_an_hour_without_a_second_person(house: House) -> None:
    on(house)
    assert standing(house) == [DISTRICT]
    house.clock.at += timedelta(minutes=59)
    assert standing(house) == [DISTRICT]
    house.clock.at += timedelta(minutes=1)
    assert standing(house) == []
    with pytest.raises(NotFound):
        mode(house).confirm(DISTRICT, "second")
    on(house)
    assert standing(house) == [DISTRICT], "it can be declared anew"


def test_a_confirmed_one_ends_by_itself_or_when_it_is_switched_off(house: House) -> None:
    on(house)
    on(house, "LA01", days=20)
    with pytest.raises(Conflict, match="second person"):
        mode(house).confirm(DISTRICT, "desk")
    mode(house).confirm(DISTRICT, "second")
    with pytest.raises(Conflict, match="confirmed already"):
        mode(house).confirm(DISTRICT, "second")
    house.clock.at += timedelta(days=10) - timedelta(seconds=1)
    assert standing(house) == [DISTRICT]
    house.clock.at += timedelta(seconds=1)
    assert standing(house) == []
    on(house)
    mode(house).end(DISTRICT, "second")
    assert standing(house) == []
    with pytest.raises(NotFound):
        mode(house).end(DISTRICT, "desk")


def test_only_the_desk_and_supervisors_of_the_place_declare_it_and_all_is_written_down(house: House) -> None:
    with pytest.raises(Conflict, match="needs the role"):
        on(house, name="manager")
    with pytest.raises(Conflict, match="not among the places"):
        on(house, ELSEWHERE, name="second")
    for days in (0, 91):
        with pytest.raises(Conflict, match="within 90 days"):
            on(house, days=days)
    on(house, name="second")
    with pytest.raises(Conflict, match="on in LA1704 already"):
        on(house)
    mode(house).confirm(DISTRICT, "desk")
    mode(house).end(DISTRICT, "desk")
    with house.reading() as work:
        told = [(row.action, row.actor) for row in work.audit.rows() if row.action.startswith("disaster.")]
        assert list(work.audit.verify()) == []
    assert told == [("disaster.ended", "desk"), ("disaster.confirmed", "desk"), ("disaster.declared", "second")]


REPORT = ("hello", "2", "1", "2", "1", "2", "3", "1")
"""Tell us a problem, can text, not in danger, about me, an adult, an offer, in Laos."""


def reported(house: House, *more: str) -> tuple[str, str]:
    """Let the villager report an offer; return the level and whether disaster mode was on there."""
    house.say_all(*REPORT, *more)
    (code,) = house.case_codes()
    case = house.case(code)
    return case.level, "yes" if '"disaster": "yes"' in case.answers else "no"


@pytest.mark.parametrize(("declared", "expected"), [(DISTRICT, "P1"), (PROVINCE, "P1"), (ELSEWHERE, "P2"), ("", "P2")])
def test_a_report_from_there_is_one_level_more_urgent(house: House, declared: str, expected: str) -> None:
    if declared:
        on(house, declared)
    house.introduce()
    assert reported(house, DISTRICT) == (expected, "yes" if expected == "P1" else "no")


def test_a_report_stays_as_urgent_as_it_was_when_the_disaster_is_over(house: House) -> None:
    on(house)
    house.introduce()
    assert reported(house, DISTRICT) == ("P1", "yes")
    mode(house).end(DISTRICT, "desk")
    house.say_all("1", "1", "2", "7", "7", "3")
    assert house.case(house.case_codes()[0]).level == "P1"
