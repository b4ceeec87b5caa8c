"""A legal hold: whatever stands in a held case outlives its time, here and in every table, until two people lift it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.cases.hold import WAITS
from gateway.errors import Conflict, NotFound
from gateway.ports.accounts import Account
from gateway.services.access import Visitor
from tests.support.gateway_in_process import DISTRICT, House, open_house

DAY = timedelta(days=1)
WHY = "the court of Attapeu asked"
CASE_PARTS = ("texts", "links", "cases")


@pytest.fixture
def house(tmp_path: Path, addresses: str | None) -> Iterator[House]:
    with open_house(tmp_path, database_url=addresses) as opened:
        yield opened


def somebody(house: House, name: str, role: str = "desk", *places: str) -> Visitor:
    account = Account(name, name, "", frozenset({role}), frozenset(places), "en", False, house.clock.now(), None)
    return Visitor(account, "", "")


def closed_case(house: House) -> str:
    code = house.report(contact="sms", what="marriage", danger="not_now", place=DISTRICT, tell=("women_union",))
    with house.writing() as work:
        house.intake.tell_story(work, code, "They took her to the river", frozenset(), house.clock.now())
    case = house.case(code)
    with house.writing() as work:
        work.caseload.save(replace(case, state="closed", outcome="helped", closed_at=house.clock.now()))
        work.caseload.cancel_steps(case.id)
    return code


def forgotten(house: House) -> dict[str, int]:
    done = house.gateway.retention.run()
    return {name: done[name] for name in CASE_PARTS}


def actions(house: House) -> list[str]:
    with house.reading() as work:
        return [row.action for row in reversed(work.audit.rows()) if row.action.startswith("hold.")]


def test_a_held_case_outlives_every_period_and_goes_once_two_people_have_lifted_the_hold(house: House) -> None:
    code, holding = closed_case(house), house.gateway.holding
    noy, kham = somebody(house, "noy"), somebody(house, "kham", "supervisor", "LA17")
    holding.ask(noy, code, WHY)
    holding.step(kham, code, "agree")
    house.clock.at += 1_000 * DAY
    assert set(forgotten(house).values()) == {0} and house.case(code).contact_id is not None
    assert house.case_keys.recipients(house.case(code).id)
    holding.step(kham, code, "ask_lift", "the court has closed its file")
    assert set(forgotten(house).values()) == {0}, "until a second person agrees"
    holding.step(noy, code, "lift")
    assert forgotten(house) == {"texts": 1, "links": 1, "cases": 1}
    assert actions(house) == ["hold.ask", "hold.agree", "hold.ask_lift", "hold.lift"]


def test_who_asked_does_not_agree_and_does_not_lift(house: House) -> None:
    code, holding, noy = closed_case(house), house.gateway.holding, somebody(house, "noy")
    holding.ask(noy, code, WHY)
    with pytest.raises(Conflict):
        holding.step(noy, code, "agree")
    holding.step(somebody(house, "kham"), code, "agree")
    holding.step(noy, code, "ask_lift", "not needed any more")
    with pytest.raises(Conflict):
        holding.step(noy, code, "lift")
    holding.step(noy, code, "keep")
    assert actions(house) == ["hold.ask", "hold.agree", "hold.ask_lift", "hold.keep"], "a refused step is none"


def test_a_hold_that_nobody_agreed_to_keeps_for_two_weeks(house: House) -> None:
    code = closed_case(house)
    house.clock.at += 29 * DAY
    house.gateway.holding.ask(somebody(house, "noy"), code, WHY)
    house.clock.at += WAITS - timedelta(seconds=1)
    assert set(forgotten(house).values()) == {0}, "it keeps from the moment it is asked for"
    house.clock.at += timedelta(seconds=1)
    assert forgotten(house)["texts"] == 1
    with pytest.raises(Conflict):
        house.gateway.holding.step(somebody(house, "kham"), code, "agree")


def test_a_hold_that_is_dropped_keeps_nothing_and_another_can_be_asked_for(house: House) -> None:
    code, holding = closed_case(house), house.gateway.holding
    noy, kham = somebody(house, "noy"), somebody(house, "kham")
    holding.ask(noy, code, WHY)
    with pytest.raises(Conflict):
        holding.ask(kham, code, WHY)
    holding.step(kham, code, "drop")
    holding.ask(kham, code, WHY)
    holding.step(noy, code, "agree")
    house.clock.at += 40 * DAY
    assert set(forgotten(house).values()) == {0}


@pytest.mark.parametrize("reason", ["", "    ", "why"])
def test_a_hold_needs_a_reason_and_so_does_its_end(house: House, reason: str) -> None:
    code, holding, noy = closed_case(house), house.gateway.holding, somebody(house, "noy")
    with pytest.raises(Conflict):
        holding.ask(noy, code, reason)
    holding.ask(noy, code, WHY)
    holding.step(somebody(house, "kham"), code, "agree")
    with pytest.raises(Conflict):
        holding.step(noy, code, "ask_lift", reason)


def test_a_case_of_another_province_is_as_absent(house: House) -> None:
    code, stranger = closed_case(house), somebody(house, "mone", "supervisor", "LA01")
    with pytest.raises(NotFound):
        house.gateway.holding.ask(stranger, code, WHY)
    with pytest.raises(NotFound):
        house.gateway.holding.step(stranger, code, "agree")
    with house.reading() as work:
        denied = [row for row in work.audit.rows() if row.result == "denied"]
    assert [row.actor for row in denied] == ["mone", "mone"]


def test_the_reason_is_sealed_in_the_database(house: House) -> None:
    code = closed_case(house)
    house.gateway.holding.ask(somebody(house, "noy"), code, WHY)
    with house.reading() as work:
        kept = work.holds.newest(house.case(code).id)
    assert kept is not None and kept.reason == WHY
    if house.gateway.settings.sqlite:
        files = b"".join(path.read_bytes() for path in house.folder.glob("gateway.db*"))
        assert b"court of Attapeu" not in files


def test_only_the_held_case_is_kept(house: House) -> None:
    held = closed_case(house)
    house.gateway.holding.ask(somebody(house, "noy"), held, WHY)
    house.clock.at += DAY
    code = house.report("+8562055501009", what="wages", danger="not_now", place=DISTRICT)
    other = house.case(code)
    with house.writing() as work:
        work.caseload.save(replace(other, state="closed", outcome="helped", closed_at=house.clock.now()))
    house.gateway.holding.step(somebody(house, "kham"), held, "agree")
    house.clock.at += 400 * DAY
    assert forgotten(house)["cases"] == 1 and house.case(held).code == held
