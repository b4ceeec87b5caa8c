"""How urgent a case is, by the judgement of who works on it: up at once, down only when two agencies agree."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.errors import Conflict
from tests.support.gateway_in_process import DESK, DISTRICT, DUTY, LABOUR, POLICE, SECOND, House, open_house

TOLD: dict[str, Any] = {"what": "marriage", "danger": "not_now", "place": DISTRICT, "tell": ("women_union", "office")}


@pytest.fixture(params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    url = request.getfixturevalue("migrated_postgres")() if request.param == "postgresql" else None
    with open_house(tmp_path, database_url=url) as opened:
        yield opened


def post_of(house: House, phone: str) -> str:
    with house.reading() as work:
        return next(seat.post.id for seat in work.directory.every_seat() if phone in seat.post.phones)


def judge(house: House, code: str, level: str, phone: str) -> str:
    with house.writing() as work:
        levelling = house.gateway.case_acts.levelling
        return levelling.judge(work, code, level, post_of(house, phone), "officer", house.clock.now())


def take_back(house: House, code: str, phone: str) -> bool:
    with house.writing() as work:
        levelling = house.gateway.case_acts.levelling
        return levelling.take_back(work, code, post_of(house, phone), "officer", house.clock.now())


def happened(house: House, code: str) -> list[str]:
    with house.reading() as work:
        return [event.kind for event in work.caseload.events(house.case(code).id)]


def test_one_officer_makes_a_case_more_urgent_and_it_rings_again(house: House) -> None:
    code = house.report(**TOLD)
    house.gateway.duties.catch_up()
    house.hear(f"OK {code}", sender=DUTY)
    before = house.alerts_to(DESK)
    assert judge(house, code, "P0", DUTY) == "raised"
    house.gateway.duties.catch_up()
    case = house.case(code)
    assert (case.level, case.rule, case.danger_at, case.acted_at) == ("P0", "judged", house.clock.now(), None)
    assert house.alerts_to(DESK) == before + 1
    assert house.steps(code), "its ladder goes on"


def test_a_case_that_somebody_works_on_rings_again_too(house: House) -> None:
    code = house.report(**TOLD)
    house.gateway.duties.catch_up()
    house.hear(f"NOTE {code} seen", sender=DUTY)
    assert judge(house, code, "P0", DUTY) == "raised"
    assert house.case(code).acted_at is None and house.steps(code)


def test_nobody_lowers_a_case_alone_and_the_ladder_climbs_meanwhile(house: House) -> None:
    code = house.report(**TOLD)
    house.gateway.duties.catch_up()
    due = house.steps(code)
    for phone in (DUTY, DUTY, SECOND):
        assert judge(house, code, "P2", phone) == "lower_asked"
    assert house.case(code).level == "P1"
    assert house.steps(code) == due
    assert happened(house, code).count("lowering_asked") == 1


def test_another_agency_agrees_and_both_are_on_record(house: House) -> None:
    code = house.report(**TOLD)
    house.pass_minutes(60, step=5)
    assert house.alerts_to(DESK), "nobody answered, so the national desk knows the case"
    assert judge(house, code, "P2", DUTY) == "lower_asked"
    house.deliver()
    assert "less urgent" in "\n".join(house.told(DESK)), "whoever of another agency knows the case is asked"
    assert "less urgent" not in "\n".join(house.told(SECOND) + house.told(POLICE))
    assert judge(house, code, "P2", DESK) == "lowered"
    assert (house.case(code).level, house.case(code).rule) == ("P2", "judged")
    assert happened(house, code)[-2:] == ["lowering_asked", "lowered"]
    assert judge(house, code, "P2", DESK) == "level", "it is there already"


def test_only_the_same_level_is_agreement(house: House) -> None:
    code = house.report(danger="now", **{name: value for name, value in TOLD.items() if name != "danger"})
    house.gateway.duties.catch_up()
    assert judge(house, code, "P1", DUTY) == "lower_asked"
    assert judge(house, code, "P2", LABOUR) == "lower_asked", "a wish of its own, in the place of the first"
    assert judge(house, code, "P1", DUTY) == "lower_asked"
    assert house.case(code).level == "P0"
    assert judge(house, code, "P1", LABOUR) == "lowered"


def test_a_wish_is_taken_back_by_its_own_and_void_once_the_case_is_worse(house: House) -> None:
    code = house.report(**TOLD)
    house.gateway.duties.catch_up()
    judge(house, code, "P2", DUTY)
    assert not take_back(house, code, LABOUR) and take_back(house, code, DUTY) and not take_back(house, code, DUTY)
    assert judge(house, code, "P2", LABOUR) == "lower_asked", "nothing was left to agree to"
    assert judge(house, code, "P0", DUTY) == "raised"
    assert judge(house, code, "P2", DUTY) == "lower_asked"
    assert house.case(code).level == "P0"


def test_further_words_leave_a_lowered_case_but_an_answer_judges_it_anew(house: House) -> None:
    code = house.report(**TOLD)
    house.gateway.duties.catch_up()
    judge(house, code, "P2", DUTY)
    judge(house, code, "P2", LABOUR)
    with house.writing() as work:
        house.intake.tell_story(work, code, "they were kind today", frozenset(), house.clock.now())
    assert house.case(code).level == "P2"
    house.answers(code, danger="now")
    assert house.case(code).level == "P0"


@pytest.mark.parametrize("level", ["P9", "", "P1"])
def test_a_level_that_is_none_or_the_same_changes_nothing(house: House, level: str) -> None:
    code = house.report(**TOLD)
    house.gateway.duties.catch_up()
    version = house.case(code).version
    assert judge(house, code, level, DUTY) == "level"
    assert house.case(code).version == version


def test_a_closed_case_has_no_level_to_change(house: House) -> None:
    code = house.report(**TOLD)
    house.gateway.duties.catch_up()
    house.hear(f"CLOSE {code} 1 4711", sender=DUTY)
    house.pass_minutes(16)
    with pytest.raises(Conflict):
        judge(house, code, "P0", DUTY)


def test_while_the_person_still_answers_nothing_is_lowered(house: House) -> None:
    code = house.report(danger="now", what="forced", who="family", under_18="no", country="LA", place=DISTRICT)
    assert judge(house, code, "P1", DESK) == "level_early"
    house.pass_minutes(31)
    assert judge(house, code, "P1", DESK) == "lower_asked"


def test_the_calmer_ladder_begins_anew_and_danger_said_again_rings_again(house: House) -> None:
    code = house.report(danger="now", **{name: value for name, value in TOLD.items() if name != "danger"})
    house.gateway.duties.catch_up()
    judge(house, code, "P2", DUTY)
    house.pass_minutes(1)
    assert judge(house, code, "P2", DESK) == "lowered"
    assert any(name.split("/")[0].isdecimal() for name in house.steps(code)), (
        "open and unacknowledged: a step stands due"
    )
    before = house.alerts_to(DESK)
    house.pass_minutes(90, step=15)
    assert house.alerts_to(DESK) == before, "the desk's twenty minutes are over"
    house.answers(code, danger="now")
    house.deliver("alerts")
    assert house.case(code).level == "P0" and house.alerts_to(DESK) == before + 1
