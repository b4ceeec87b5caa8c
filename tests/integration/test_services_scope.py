"""Whose cases somebody sees: a post's own, a province's, the country's; and what is hidden from local offices later."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.errors import NotFound
from gateway.ports.accounts import Account
from gateway.ports.caseload import Wanted
from gateway.services.access import Visitor
from tests.support.gateway_in_process import DISTRICT, House, open_house

TOLD: dict[str, Any] = {"place": DISTRICT, "tell": ("women_union",)}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path) as opened:
        yield opened


def second_level(house: House) -> str:
    """Open a report of the second level whose duty post has just been alerted."""
    code = house.report(what="marriage", danger="not_now", **TOLD)
    house.gateway.duties.catch_up()
    return code


def visitor(house: House, role: str, *places: str, post: str | None = None) -> Visitor:
    account = Account("a", role, "", frozenset({role}), frozenset(places), "en", False, house.clock.now(), post)
    return Visitor(account, "", "")


def post_of(house: House, agency: str, level: str, place: str) -> str:
    with house.reading() as work:
        return work.directory.seats(agency, level, place)[0].post.id


def codes(house: House, asked: Visitor) -> list[str]:
    return [line.code for line in house.gateway.case_desk.page(asked, Wanted("any"), 25, 1).lines]


def test_a_supervisor_sees_the_cases_of_her_province_and_no_other(house: House) -> None:
    code = second_level(house)
    for role, places, seen in (("supervisor", ("LA17",), True), ("desk", (), True), ("supervisor", ("LA01",), False)):
        asked = visitor(house, role, *places)
        assert codes(house, asked) == [code] * seen
        if not seen:
            with pytest.raises(NotFound):
                house.gateway.case_desk.show(asked, code)


def test_an_officer_sees_what_her_own_post_was_told_of(house: House) -> None:
    code = second_level(house)
    told = visitor(house, "officer", DISTRICT, post=post_of(house, "women_union", "district", DISTRICT))
    next_door = visitor(house, "officer", DISTRICT, post=post_of(house, "police", "district", DISTRICT))
    assert codes(house, told) == [code] and codes(house, next_door) == []
    with pytest.raises(NotFound):
        house.gateway.case_desk.show(next_door, code)


@pytest.mark.parametrize("later", [{"names_official": "yes"}, {"duress": "yes"}])
def test_what_local_offices_may_not_hear_they_see_no_more(house: House, later: dict[str, str]) -> None:
    code = second_level(house)
    local = visitor(house, "officer", DISTRICT, post=post_of(house, "women_union", "district", DISTRICT))
    provincial = visitor(house, "supervisor", "LA17")
    assert codes(house, local) == [code]
    house.answers(code, **later)
    assert codes(house, local) == [] and codes(house, provincial) == [code]


@pytest.mark.parametrize("role", ["manager", "approver", "auditor", "admin"])
def test_whoever_may_not_read_cases_finds_none_at_all(house: House, role: str) -> None:
    code = second_level(house)
    assert codes(house, visitor(house, role)) == []
    with pytest.raises(NotFound):
        house.gateway.case_desk.show(visitor(house, role), code)
    with pytest.raises(NotFound):
        house.gateway.case_acts.accept(visitor(house, role), code)
    with house.reading() as work:
        assert [row.result for row in work.audit.rows() if row.action == "case.opened_page"] == ["denied", "denied"]
        assert not list(work.audit.verify())


def test_a_page_that_was_looked_at_stands_in_the_audit(house: House) -> None:
    code = second_level(house)
    told = visitor(house, "officer", post=post_of(house, "women_union", "district", DISTRICT))
    house.gateway.case_desk.show(told, code)
    house.clock.forward(seconds=1)
    house.gateway.case_acts.accept(told, code)
    assert house.case(code).acknowledged_at == house.clock.now()
    assert min(house.steps(code).values()) == 60
