"""Local offices kept out by a supervisor: nothing more reaches them, a local owner loses the case, others go on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.gateway_in_process import DESK, DISTRICT, DUTY, PROVINCIAL, SECOND, House, open_house


@pytest.fixture
def house(tmp_path: Path, database: str) -> Iterator[House]:
    with open_house(tmp_path, database_url=database) as opened:
        yield opened


def marriage(house: House) -> str:
    """Report a marriage in the district, of which the women's union hears."""
    return house.report(
        danger="not_now", what="marriage", who="me", under_18="no", country="LA", place=DISTRICT, tell=("women_union",)
    )


def excluded(house: House, code: str) -> str:
    with house.writing() as work:
        case = work.caseload.by_code(code)
        assert case is not None
        return house.gateway.case_acts.excluding.exclude(work, case, "supervisor", "supervisor", house.clock.now())


def test_what_is_on_its_way_stops_and_the_ladder_goes_on_above(house: House) -> None:
    code = marriage(house)
    assert excluded(house, code) == excluded(house, code) == "excluded"
    house.pass_minutes(61, step=5)
    assert house.alerts_to(DUTY) == house.alerts_to(SECOND) == 0
    assert house.alerts_to(PROVINCIAL) >= 1 and house.alerts_to(DESK) >= 1
    assert any(name.split("/")[0].isdecimal() for name in house.steps(code)), "it never falls silent"
    with house.reading() as work:
        written = [row.actor for row in work.audit.rows() if row.action == "case.excluded"]
    assert written == ["supervisor"]


def test_a_local_owner_loses_the_case_and_its_words_reach_it_no_more(house: House) -> None:
    code = marriage(house)
    house.deliver("alerts")
    house.hear(f"OK {code}", DUTY)
    assert house.case(code).acknowledged_by is not None
    excluded(house, code)
    house.deliver("alerts", "replies")
    case = house.case(code)
    assert case.acknowledged_by is None and case.state == "new"
    assert house.alerts_to(PROVINCIAL) == 1 and house.alerts_to(DESK) == 1
    before = len(house.told(DUTY))
    house.hear("LIST", DUTY)
    house.deliver("replies")
    assert "Nothing is open" in house.told(DUTY)[before]
    house.hear(f"NOTE {code} seen", DUTY)
    house.deliver("replies")
    assert "That code was not found" in house.told(DUTY)[-1]


def test_an_owner_above_keeps_it(house: House) -> None:
    code = marriage(house)
    house.pass_minutes(31, step=5)
    house.hear(f"OK {code}", PROVINCIAL)
    owner = house.case(code).acknowledged_by
    excluded(house, code)
    assert owner is not None and house.case(code).acknowledged_by == owner


@pytest.mark.parametrize("later", [{"tell": ("nobody_local",)}, {"names_official": "yes"}, {"duress": "yes"}])
def test_words_of_a_local_post_do_nothing_once_the_person_has_said_that_it_must_not_hear(
    house: House, later: dict[str, str | tuple[str, ...]]
) -> None:
    code = marriage(house)
    house.deliver("alerts")
    house.hear("LIST", DUTY)
    house.answers(code, **later)
    house.hear("LIST", DUTY)
    house.hear(f"OK {code}", DUTY)
    house.hear(f"CLOSE {code} 1 4711", DUTY)
    house.deliver("replies")
    said = [text for text in house.told(DUTY) if "contact nobody" not in text]
    assert code in said[-4] and "Nothing is open" in said[-3], said
    assert said[-2] == said[-1] == "Thank you. That code was not found. See yours: LIST"
    assert house.case(code).acknowledged_by is None and house.case(code).state == "new"
