"""What officers text and what becomes of it: OK, UNDO, PASS, NOTE, and what everybody else hears."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.gateway_in_process import (
    DESK,
    DISTRICT,
    DUTY,
    PROVINCIAL,
    SECOND,
    VILLAGER,
    House,
    open_house,
)

TOLD: dict[str, Any] = {"place": DISTRICT, "tell": ("women_union",)}
TAKEN = "taken. Thank you."


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path) as opened:
        yield opened


def second_level(house: House, sender: str = VILLAGER) -> str:
    """Open a report of the second level whose duty post has just been alerted."""
    code = house.report(sender, what="marriage", danger="not_now", **TOLD)
    house.gateway.duties.catch_up()
    return code


def text(house: House, sender: str, words: str) -> str:
    """Let an officer text and return what came back."""
    before = len(house.alpha.to(sender))
    house.hear(words, sender=sender)
    house.deliver("replies")
    return "\n".join(house.alpha.to(sender)[before:])


def test_ok_pauses_the_ladder_for_an_hour_and_then_it_goes_on_where_it_stood(house: House) -> None:
    code = second_level(house)
    assert code in text(house, DUTY, "OK")
    assert house.case(code).state == "acknowledged"
    house.pass_minutes(59)
    assert house.alerts_to(SECOND) == 0
    house.pass_minutes(1)
    assert house.alerts_to(SECOND) == 1, "step 2 comes after the pause, counted from the OK"


def test_ok_pauses_danger_for_half_an_hour(house: House) -> None:
    house.report(danger="now", **TOLD)
    house.gateway.duties.catch_up()
    text(house, PROVINCIAL, "OK")
    before = house.alerts_to(SECOND) + house.alerts_to(DESK)
    house.pass_minutes(29)
    assert house.alerts_to(SECOND) + house.alerts_to(DESK) == before
    house.pass_minutes(1)
    assert house.alerts_to(SECOND) + house.alerts_to(DESK) > before


def test_undo_within_a_quarter_of_an_hour_alerts_the_next_at_once(house: House) -> None:
    code = second_level(house)
    text(house, DUTY, "OK")
    house.clock.forward(minutes=15)
    assert "taken back" in text(house, DUTY, f"UNDO {code}")
    house.deliver("alerts")
    assert house.alerts_to(SECOND) == 1 and house.case(code).acknowledged_by is None


def test_undo_comes_too_late_after_a_quarter_of_an_hour(house: House) -> None:
    code = second_level(house)
    text(house, DUTY, "OK")
    house.clock.forward(minutes=15, seconds=1)
    text(house, DUTY, f"UNDO {code}")
    assert house.case(code).state == "acknowledged" and house.alerts_to(SECOND) == 0


def test_pass_alerts_the_next_at_once_and_the_next_after_it_in_its_turn(house: House) -> None:
    code = second_level(house)
    text(house, DUTY, "PASS")
    house.deliver("alerts")
    assert house.alerts_to(SECOND) == 1
    text(house, SECOND, f"PASS {code}")
    house.deliver("alerts")
    assert house.alerts_to(PROVINCIAL) == 1 and house.steps(code)


def test_a_note_stops_the_ladder_and_is_sealed(house: House) -> None:
    code = second_level(house)
    text(house, DUTY, "OK")
    text(house, DUTY, f"NOTE {code} I am on my way to her")
    house.pass_minutes(180, step=15)
    assert house.alerts_to(SECOND) == house.alerts_to(DESK) == 0
    with house.reading() as work:
        (entry_id, kind, sealed, _, _), *more = work.caseload.entries(house.case(code).id)
    assert kind == "note" and not more and "way" not in sealed
    assert house.case_keys.open(sealed, house.case(code).id, entry_id) == "I am on my way to her"


def test_without_action_in_a_day_the_province_hears_and_without_outcome_in_three_the_desk(house: House) -> None:
    code = second_level(house)
    text(house, DUTY, "OK")
    assert {"action": 24 * 60, "outcome": 72 * 60}.items() <= house.steps(code).items()
    text(house, DUTY, f"NOTE {code} seen")
    assert house.steps(code) == {"outcome": 72 * 60}
    house.clock.forward(hours=48)
    text(house, DUTY, f"NOTE {code} again")
    assert house.steps(code) == {"outcome": 24 * 60}, "another note puts nothing off"
    before = house.alerts_to(DESK)
    house.clock.forward(hours=24)
    house.gateway.duties.catch_up()
    assert house.alerts_to(DESK) == before + 1


def test_a_second_ok_after_the_pause_is_heard_and_puts_off_nothing_that_is_owed(house: House) -> None:
    code = second_level(house)
    text(house, DUTY, "OK")
    house.pass_minutes(61)
    assert house.alerts_to(SECOND) == 1
    text(house, DUTY, f"OK {code}")
    owed = house.steps(code)
    assert owed["action"] == 24 * 60 - 61
    house.pass_minutes(58)
    assert house.alerts_to(PROVINCIAL) == 0, "the ladder waits again"


def test_everybody_else_who_was_alerted_hears_once_that_it_is_taken(house: House) -> None:
    house.report(danger="now", **TOLD)
    house.gateway.duties.catch_up()
    text(house, DUTY, "OK")
    house.deliver("replies")
    heard = [sum(TAKEN in words for words in house.told(phone)) for phone in (DESK, PROVINCIAL, DUTY, SECOND)]
    assert heard == [1, 1, 0, 0]


def test_an_ok_takes_back_alerts_that_still_wait(house: House) -> None:
    house.report(danger="now", **TOLD)
    house.deliver("replies")
    with house.writing() as work:
        desk = work.directory.seats("national_desk", "national", "LA")[0].post.id
        house.gateway.officers.acknowledge(work, house.case_codes()[0], desk, "desk", house.clock.now())
    house.deliver("alerts")
    assert not any(house.alerts_to(phone) for phone in (DESK, PROVINCIAL, DUTY))


def test_pass_by_somebody_who_does_not_have_the_case_changes_nothing_and_is_no_fault(house: House) -> None:
    code = house.report(danger="now", **TOLD)
    house.gateway.duties.catch_up()
    text(house, DUTY, "OK")
    assert text(house, PROVINCIAL, f"PASS {code}")
    assert house.case(code).acknowledged_by is not None
    assert {line.state for line in house.lines("in")} == {"done"}


def test_words_of_a_phone_that_was_not_told_have_no_effect(house: House) -> None:
    code = second_level(house)
    assert "was not found" in text(house, PROVINCIAL, f"OK {code}")
    house.introduce("+8562055501009")
    house.hear(f"OK {code}", sender="+8562055501009")
    assert house.case(code).state == "new"


def test_ok_alone_asks_which_when_two_are_open(house: House) -> None:
    first, second = second_level(house), second_level(house, "+8562055501002")
    assert "Several" in text(house, DUTY, "OK")
    text(house, DUTY, f"OK {first}")
    assert (house.case(first).state, house.case(second).state) == ("acknowledged", "new")


def test_what_becomes_worse_rings_again_even_while_somebody_works_on_it(house: House) -> None:
    code = second_level(house)
    text(house, DUTY, f"NOTE {code} seen")
    house.answers(code, danger="now")
    house.gateway.duties.catch_up()
    assert house.alerts_to(DESK) == 1 and house.alerts_to(PROVINCIAL) == 1 and house.alerts_to(DUTY) == 2
    text(house, DUTY, f"OK {code}")
    assert min(house.steps(code).values()) == 30


@pytest.mark.parametrize(
    ("facts", "heard"),
    [
        ({"contact_ok": "sms", "safety": "safe", "hours": (0, 24)}, 1),
        ({"contact_ok": "sms", "safety": "shared", "hours": (0, 24)}, 0),
        ({"contact_ok": "sms", "safety": "unsafe", "hours": (0, 24)}, 0),
        ({"contact_ok": "sms", "safety": "safe", "hours": (17, 21)}, 0),
        ({"contact_ok": "sms", "safety": "safe"}, 0),
        ({"contact_ok": "call", "safety": "safe", "hours": (0, 24)}, 0),
        ({"contact_ok": "none", "safety": "safe", "hours": (0, 24)}, 0),
        ({}, 0),
    ],
)
def test_the_person_hears_of_it_only_when_that_is_safe(house: House, facts: dict[str, Any], heard: int) -> None:
    house.introduce(**facts)
    second_level(house)
    text(house, DUTY, "OK")
    house.deliver("replies")
    assert len(house.told(VILLAGER)) == heard
    assert all("trafficking" not in words.lower() for words in house.told(VILLAGER))


def test_after_a_duress_word_the_person_hears_nothing(house: House) -> None:
    house.introduce(contact_ok="sms", safety="safe", hours=(0, 24))
    code = house.report(what="other", danger="not_now", place=DISTRICT)
    house.answers(code, duress="yes")
    house.gateway.duties.catch_up()
    text(house, DESK, f"OK {code}")
    house.pass_minutes(60, step=10)
    assert not house.told(VILLAGER)


def test_whoever_passes_at_the_last_step_does_not_get_it_back_at_once(house: House) -> None:
    code = house.report(danger="now")
    house.gateway.duties.catch_up()
    assert house.alerts_to(DESK) == 1
    text(house, DESK, "PASS")
    house.deliver("alerts")
    assert house.alerts_to(DESK) == 1 and house.steps(code), "the case stays on its ladder"
    house.pass_minutes(20)
    house.deliver("alerts")
    assert house.alerts_to(DESK) == 2, "and comes round again by its clock"


def test_after_a_second_word_whoever_was_alerted_below_the_desk_is_told_to_wait(house: House) -> None:
    code = second_level(house)
    house.deliver("alerts")
    assert house.alerts_to(DUTY) == 1
    house.answers(code, duress="yes")
    house.deliver("replies", "alerts")
    assert f"{code} P0 contact nobody" in house.alpha.to(DUTY)[-1]
    assert not any("contact nobody" in told for told in house.alpha.to(DESK))
