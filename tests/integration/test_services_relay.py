"""An officer and the person of a case write to each other through the gateway."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from gateway.contacts.contactability import within_hours
from tests.support.gateway_in_process import DISTRICT, DUTY, PROVINCIAL, VILLAGER, House, open_house

TOLD: dict[str, Any] = {"what": "marriage", "danger": "not_now", "place": DISTRICT, "tell": ("women_union",)}
HERS: dict[str, Any] = {"safety": "safe", "contact_ok": "sms", "hours": (8, 17)}
WORDS = "Somebody can meet you at the market."
VIENTIANE = ZoneInfo("Asia/Vientiane")


@pytest.fixture(params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    url = request.getfixturevalue("migrated_postgres")() if request.param == "postgresql" else None
    with open_house(tmp_path, database_url=url) as opened:
        yield opened


def accepted(house: House, **facts: Any) -> str:  # noqa: ANN401 - facts of the contact
    """Let a person of these facts open a report whose duty post has accepted it."""
    house.introduce(**facts)
    code = house.report(**TOLD)
    house.gateway.duties.catch_up()
    text(house, DUTY, f"OK {code}")
    house.gateway.duties.catch_up()
    return code


def text(house: House, sender: str, words: str) -> str:
    """Let a phone text and return what came back."""
    before = len(house.told(sender))
    house.hear(words, sender=sender)
    house.deliver("alerts", "replies")
    return "\n".join(house.told(sender)[before:])


def heard(house: House) -> list[str]:
    """Return every text that reached the person's phone by itself or as an answer."""
    house.deliver("replies")
    return house.told(VILLAGER)


def until_hour(house: House, hour: int) -> None:
    """Let time go by until this hour in Vientiane."""
    for _ in range(24):
        if house.clock.now().astimezone(VIENTIANE).hour == hour:
            return
        house.pass_minutes(60, step=30)


def test_words_reach_a_phone_of_her_own_in_her_hours(house: House) -> None:
    until_hour(house, 9)
    code = accepted(house, **HERS)
    assert "sent" in text(house, DUTY, f"ANSWER {code} {WORDS}")
    assert WORDS in heard(house)


def test_neither_ever_sees_the_number_of_the_other(house: House) -> None:
    until_hour(house, 9)
    code = accepted(house, **HERS)
    text(house, DUTY, f"ANSWER {code} {WORDS}")
    house.hear("I am at my aunt's house, please be quick")
    house.deliver("alerts", "replies")
    assert not any(DUTY[-7:] in said for said in house.told(VILLAGER))
    assert not any(VILLAGER[-7:] in said or "aunt" in said for said in house.told(DUTY))


def test_what_she_answers_goes_to_the_case_and_its_owner_hears_that_there_is_more(house: House) -> None:
    until_hour(house, 9)
    code = accepted(house, **HERS)
    text(house, DUTY, f"ANSWER {code} {WORDS}")
    house.hear("yes")
    house.deliver("alerts", "replies")
    with house.reading() as work:
        kinds = [kind for _, kind, _, _, _ in work.caseload.entries(house.case(code).id)]
    assert kinds == ["answer", "story"]
    assert any("more was told" in said for said in house.told(DUTY))


def test_outside_her_hours_words_wait_and_are_never_heard_at_another(house: House) -> None:
    until_hour(house, 20)
    code = accepted(house, **HERS)
    before = len(heard(house))
    assert "kept" in text(house, DUTY, f"ANSWER {code} {WORDS}")
    for _ in range(48):
        house.pass_minutes(30, step=30)
        inside = within_hours((8, 17), house.clock.now(), VIENTIANE)
        assert inside or WORDS not in house.told(VILLAGER)[before:]
        if WORDS in house.told(VILLAGER):
            break
    assert WORDS in house.told(VILLAGER)


def test_a_text_that_could_not_leave_in_her_hours_is_given_up(house: House) -> None:
    until_hour(house, 16)
    house.pass_minutes(50, step=50)
    code = accepted(house, **HERS)
    text(house, DUTY, "LIST")
    house.hear(f"ANSWER {code} {WORDS}", sender=DUTY)
    rows = [line for line in house.lines("out", "news") if line.case == code]
    row = house.row(rows[-1].id)
    assert row.message.not_after.astimezone(VIENTIANE).hour == 17


def test_on_a_phone_of_unknown_safety_words_wait_for_code_and_pin(house: House) -> None:
    code = accepted(house)
    with house.writing() as work:
        house.intake.give_pin(work, code, "4821")
    assert "kept" in text(house, DUTY, f"ANSWER {code} {WORDS}")
    house.pass_minutes(24 * 60, step=240)
    assert WORDS not in heard(house)
    friend = "+8562055598765"
    house.introduce(friend)
    assert WORDS in text(house, friend, f"{code} 4821")
    assert WORDS not in text(house, friend, f"{code} 4821")


def test_words_are_told_once_and_then_forgotten(house: House) -> None:
    until_hour(house, 9)
    code = accepted(house, **HERS)
    text(house, DUTY, f"ANSWER {code} {WORDS}")
    house.pass_minutes(120, step=10)
    assert heard(house).count(WORDS) == 1
    with house.reading() as work:
        assert [(row.state, row.body) for row in work.relay.of_case(house.case(code).id)] == [("given", "")]


def test_after_withdrawal_nothing_more_is_told_not_even_what_waited(house: House) -> None:
    until_hour(house, 20)
    code = accepted(house, **HERS)
    text(house, DUTY, f"ANSWER {code} {WORDS}")
    with house.writing() as work:
        house.intake.withdraw(work, code, house.clock.now())
    house.pass_minutes(24 * 60, step=60)
    assert WORDS not in heard(house)
    assert "Nobody may write" in text(house, DUTY, f"ANSWER {code} {WORDS}")


def test_after_a_duress_word_nobody_may_write(house: House) -> None:
    until_hour(house, 9)
    code = accepted(house, **HERS)
    house.answers(code, duress="yes")
    assert "not found" in text(house, DUTY, f"ANSWER {code} {WORDS}")


def test_who_has_not_accepted_the_case_may_not_write(house: House) -> None:
    until_hour(house, 9)
    code = accepted(house, **HERS)
    house.pass_minutes(1)
    assert WORDS not in text(house, PROVINCIAL, f"ANSWER {code} {WORDS}")
    assert WORDS not in heard(house)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("They call it trafficking", "One word may harm"),
        ("Call 020 5512 3456", "no phone number"),
        ("Call ໐໒໐ ໕໕໑໒ ໓໔໕໖", "no phone number"),
        ("long " * 80, "too long"),
    ],
)
def test_what_could_harm_is_refused_with_the_cure(house: House, words: str, why: str) -> None:
    until_hour(house, 9)
    code = accepted(house, **HERS)
    assert why in text(house, DUTY, f"ANSWER {code} {words}")
    assert words not in heard(house)


def test_two_clocks_tell_a_waiting_text_once(house: House) -> None:
    until_hour(house, 20)
    code = accepted(house, **HERS)
    text(house, DUTY, f"ANSWER {code} {WORDS}")
    house.clock.at += timedelta(hours=13)
    house.gateway.relay.give_due()
    house.gateway.relay.give_due()
    assert heard(house).count(WORDS) == 1
