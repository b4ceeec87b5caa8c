"""What needs more than one word of one officer: referring, closing, going off duty."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.conversation.session import from_json
from gateway.ports.scope import EVERYWHERE
from gateway.services.inbound import MAX_TEXT
from tests.support.gateway_in_process import (
    DESK,
    DISTRICT,
    DUTY,
    LABOUR,
    PIN,
    POLICE,
    PROVINCIAL,
    SECOND,
    VILLAGER,
    House,
    open_house,
)

TOLD: dict[str, Any] = {"what": "marriage", "danger": "not_now", "place": DISTRICT, "tell": ("women_union",)}


@pytest.fixture(params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    url = request.getfixturevalue("migrated_postgres")() if request.param == "postgresql" else None
    with open_house(tmp_path, database_url=url) as opened:
        yield opened


def accepted(house: House, **answers: Any) -> str:  # noqa: ANN401 - answers of a report
    """Open a report whose duty post has accepted it."""
    code = house.report(**{**TOLD, **answers})
    house.gateway.duties.catch_up()
    text(house, DUTY, "OK")
    return code


def text(house: House, sender: str, words: str) -> str:
    """Let an officer text and return what came back."""
    before = len(house.alpha.to(sender))
    house.hear(words, sender=sender)
    house.deliver("alerts", "replies")
    return "\n".join(house.alpha.to(sender)[before:])


def events(house: House, code: str) -> list[str]:
    with house.reading() as work:
        return [event.kind for event in work.caseload.events(house.case(code).id)]


def grounds(house: House, code: str) -> list[tuple[str, str, str]]:
    with house.reading() as work:
        return [(row.agency, row.ground, row.state) for row in work.decisions.referrals(house.case(code).id)]


def test_a_referral_needs_the_persons_word_or_the_officers(house: House) -> None:
    code = accepted(house)
    assert "consent is not recorded" in text(house, DUTY, f"REFER {code} police")
    assert not grounds(house, code) and house.alerts_to(POLICE) == 0
    assert "referred" in text(house, DUTY, f"REFER {code} police YES")
    assert grounds(house, code) == [("police", "asked", "in_progress")]
    assert house.alerts_to(POLICE) == 1 and house.case(code).acted_at is not None, "acting stops the ladder"


def test_consent_danger_and_a_child_are_grounds_of_their_own(house: House) -> None:
    agreed = accepted(house, tell=("women_union", "police"), what="wages")
    text(house, POLICE, f"OK {agreed}")
    text(house, POLICE, f"REFER {agreed} women")
    danger = house.report("+8562055501002", **{**TOLD, "danger": "now"})
    house.gateway.duties.catch_up()
    text(house, DESK, f"OK {danger}")
    text(house, DESK, f"REFER {danger} labour")
    assert grounds(house, danger) == [("labour", "danger", "in_progress")]
    assert ("women_union", "consent", "in_progress") in grounds(house, agreed)


def test_the_office_that_is_asked_accepts_or_gives_back_and_the_sender_hears(house: House) -> None:
    code = accepted(house)
    text(house, DUTY, f"REFER {code} labour YES")
    text(house, LABOUR, f"OK {code}")
    assert grounds(house, code) == [("labour", "asked", "accepted")]
    assert "has taken it" in house.alpha.to(DUTY)[-1]
    assert house.case(code).acknowledged_by != "", "and the case stays with whoever accepted it first"
    text(house, DUTY, f"REFER {code} police YES")
    text(house, POLICE, f"PASS {code}")
    assert grounds(house, code)[-1] == ("police", "asked", "rejected")
    assert "cannot take it" in house.alpha.to(DUTY)[-1]


def test_a_referral_that_nobody_answers_is_told_to_the_province(house: House) -> None:
    code = accepted(house)
    text(house, DUTY, f"REFER {code} labour YES")
    house.pass_minutes(239, step=60)
    house.deliver("alerts")
    assert house.alerts_to(PROVINCIAL) == 0
    house.pass_minutes(61, step=60)
    house.deliver("alerts")
    assert house.alerts_to(PROVINCIAL) == 1


def test_local_offices_that_must_not_hear_are_not_referred_to(house: House) -> None:
    code = house.report(**{**TOLD, "tell": ("nobody_local",)})
    house.gateway.duties.catch_up()
    text(house, DESK, f"OK {code}")
    assert "nobody is on duty" in text(house, DESK, f"REFER {code} police YES")
    assert house.alerts_to(POLICE) == 0


def test_words_that_name_no_office_are_asked_back(house: House) -> None:
    code = accepted(house)
    assert "Refer to whom?" in text(house, DUTY, f"REFER {code} the mayor")
    assert "Refer to whom?" in text(house, DUTY, f"REFER {code}")


def test_a_case_closes_after_the_time_to_take_it_back(house: House) -> None:
    code = accepted(house)
    assert "closes in 15 min" in text(house, DUTY, f"CLOSE {code} helped {PIN}")
    assert house.case(code).state == "in_progress"
    house.pass_minutes(16)
    house.deliver("replies")
    assert (house.case(code).state, house.case(code).outcome) == ("closed", "helped")
    assert not house.steps(code) and "closed. Thank you" in house.alpha.to(DUTY)[-1]


def test_undo_keeps_it_open(house: House) -> None:
    code = accepted(house)
    text(house, DUTY, f"CLOSE {code} 1 {PIN}")
    assert "taken back" in text(house, DUTY, f"UNDO {code}")
    house.pass_minutes(20)
    assert house.case(code).state == "in_progress" and "closing_undone" in events(house, code)


def test_no_pin_a_wrong_one_and_too_many_read_alike_and_close_nothing(house: House) -> None:
    code = accepted(house)
    for words in (f"CLOSE {code} helped", *(f"CLOSE {code} helped 000{n}" for n in range(5)), f"CLOSE {code} 1 {PIN}"):
        assert "not closed. Check the PIN" in text(house, DUTY, words)
    house.pass_minutes(16)
    assert house.case(code).state != "closed"


def test_the_pin_is_in_no_stored_text(house: House) -> None:
    code = accepted(house)
    text(house, DUTY, f"CLOSE {code} ໑ ໔໗໑໑")
    with house.reading() as work:
        seat = work.directory.seats("women_union", "district", DISTRICT)[0]
        said = work.inbox.said(seat.contact_id or "", house.clock.at.replace(hour=0))
    assert said[-1] == f"CLOSE {code} ໑ ****" and len(said[-1]) < MAX_TEXT


def test_unfounded_is_nobodys_word_alone(house: House) -> None:
    code = house.report(**{**TOLD, "danger": "now", "tell": ("women_union",)})
    house.gateway.duties.catch_up()
    text(house, DUTY, f"OK {code}")
    assert "another office must confirm" in text(house, DUTY, f"CLOSE {code} unfounded {PIN}")
    assert "another office must confirm" in text(house, PROVINCIAL, f"CLOSE {code} unfounded {PIN}"), "one agency"
    house.pass_minutes(20)
    assert house.case(code).state != "closed"
    assert "close as unfounded?" in "\n".join(house.alpha.to(DESK))
    assert "closes in 15 min" in text(house, DESK, f"CLOSE {code} 3 {PIN}")
    house.pass_minutes(16)
    assert (house.case(code).state, house.case(code).outcome) == ("closed", "unfounded")


def test_a_duplicate_names_the_case_that_is_kept(house: House) -> None:
    code, other = accepted(house), house.report("+8562055501003", **TOLD)
    assert "duplicate of which code" in text(house, DUTY, f"CLOSE {code} duplicate {PIN}")
    assert "duplicate of which code" in text(house, DUTY, f"CLOSE {code} duplicate {code} {PIN}")
    assert "closes in 15 min" in text(house, DUTY, f"CLOSE {code} duplicate {other} {PIN}")
    house.pass_minutes(16)
    assert house.case(code).outcome == "duplicate"


def test_an_outcome_that_is_none_is_asked_back(house: House) -> None:
    code = accepted(house)
    assert "1 helped" in text(house, DUTY, f"CLOSE {code} whatever {PIN}")


def test_off_duty_the_next_is_asked_and_a_gap_is_said(house: House) -> None:
    assert "off duty" in text(house, DUTY, "DUTY OFF")
    house.report(**TOLD)
    house.gateway.duties.catch_up()
    house.deliver("alerts")
    assert house.alerts_to(DUTY) == 0 and house.alerts_to(SECOND) == 1
    assert "Nobody else is on duty" in text(house, SECOND, "duty off")
    assert "on duty. Thank you" in text(house, DUTY, "DUTY ON")
    assert "DUTY ON or DUTY OFF?" in text(house, DUTY, "DUTY maybe")


def test_new_facts_open_a_closed_case_again_and_its_owner_hears(house: House) -> None:
    code = accepted(house)
    text(house, DUTY, f"CLOSE {code} helped {PIN}")
    house.pass_minutes(16)
    assert house.case(code).state == "closed"
    with house.writing() as work:
        house.intake.tell_story(work, code, "she called again from the same place", frozenset(), house.clock.now())
    house.deliver("replies")
    assert (house.case(code).state, house.case(code).outcome) == ("in_progress", None)
    assert "more was told" in house.alpha.to(DUTY)[-1] and "outcome" in house.steps(code)


def statuses(house: House) -> list[str]:
    """Return how the villager's conversations stand."""
    with house.reading() as work:
        return [from_json(row.document).status for row in work.sessions.of_contact(house.contact())]


def test_a_closed_case_gives_the_conversation_back_that_a_person_took_over(house: House) -> None:
    house.say_all("hello", "8")
    house.gateway.duties.catch_up()
    with house.reading() as work:
        code = next(iter(work.caseload.lines(EVERYWHERE))).code
    assert statuses(house) == ["handoff"]
    text(house, DESK, f"OK {code}")
    text(house, DESK, f"CLOSE {code} 1 {PIN}")
    house.pass_minutes(14)
    assert statuses(house) == ["handoff"], "she may take it back until then"
    before = len(house.told(VILLAGER))
    house.pass_minutes(2)
    assert house.case(code).state == "closed" and statuses(house) == ["waiting"]
    assert len(house.told(VILLAGER)) == before, "the phone may be in other hands: nothing is said unasked"
    house.hear("hello")
    house.deliver("replies")
    assert "1 " in house.told(VILLAGER)[-1], "the menu answers again"


def test_a_closed_case_leaves_a_conversation_alone_that_nobody_took_over(house: House) -> None:
    code = accepted(house)
    house.hear("hello")
    with house.reading() as work:
        before = work.sessions.of_contact(house.contact())
    text(house, DUTY, f"CLOSE {code} helped {PIN}")
    house.pass_minutes(16)
    with house.reading() as work:
        assert house.case(code).state == "closed" and work.sessions.of_contact(house.contact()) == before


@pytest.mark.parametrize("later", [{"tell": ("nobody_local",)}, {"duress": "yes"}])
def test_a_local_owner_hears_nothing_more_once_local_offices_must_not(house: House, later: dict[str, Any]) -> None:
    code = accepted(house)
    house.answers(code, **later)
    house.deliver("replies")
    with house.writing() as work:
        house.intake.tell_story(work, code, "he is a friend of the office", frozenset(), house.clock.now())
    house.deliver("replies")
    assert not any("more was told" in told for told in house.alpha.to(DUTY))
