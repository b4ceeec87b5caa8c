"""Menus on real networks: every screen fits, a dropped session goes on without its subject, nothing follows by SMS."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.text import segments
from tests.support.gateway_in_process import VILLAGER, House, open_house

DANGER = ("2", "1", "1", "1", "1", "1", "1", "1", "9", "0", "7")
"""Tell us a problem, can text, danger now, and on through the places and their pages."""


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path) as opened:
        opened.alpha.inline = True
        yield opened


def dial(house: House, session: str = "s1") -> str:
    return hop(house, "", session, "begin")


def hop(house: House, typed: str, session: str = "s1", event: str = "resume") -> str:
    """Type on; return the one screen that comes back."""
    answer = house.hear(typed, kind="ussd", session_id=session, session_event=event)
    assert len(answer.texts) == 1, "one screen for each hop"
    return answer.texts[0].text


@pytest.mark.parametrize("language", ["lo", "en", "hmn"])
def test_every_screen_fits_the_smallest_network(house: House, language: str) -> None:
    house.introduce(language=language)
    screens = [dial(house), *(hop(house, typed) for typed in DANGER)]
    for screen in screens:
        encoding = segments.encoding_of(screen)
        assert segments.units(screen, encoding) <= {"gsm7": 160, "ucs2": 70}[encoding], screen
        options = [line for line in screen.splitlines() if line[:1].isdecimal()]
        assert encoding == "gsm7" or len([o for o in options if o[0] not in "7890"]) <= 4


def test_each_answer_is_kept_as_it_is_given(house: House) -> None:
    house.introduce()
    dial(house)
    for number, typed in enumerate(DANGER[:3], start=2):
        hop(house, typed)
        assert len(house.lines("in", "ussd")) == number
    (code,) = house.case_codes()
    assert house.case(code).level == "P0", "danger now is told at once, not at the end of the menu"


def test_whoever_dials_again_after_a_drop_goes_on_and_bystanders_learn_nothing(house: House) -> None:
    house.introduce()
    dial(house)
    shown = [hop(house, typed) for typed in DANGER[:4]]
    house.clock.forward(minutes=5)
    offer = dial(house, "s2")
    assert not any(word in offer.lower() for word in ("report", "danger", "problem", "traffick", "case"))
    assert hop(house, "1", "s2").splitlines()[0] in shown[-1], "the question that was cut off"
    (code,) = house.case_codes()
    assert house.case(code).level == "P0"


def test_after_ten_minutes_the_phone_is_a_stranger_again(house: House) -> None:
    house.introduce()
    first = dial(house)
    hop(house, "2")
    house.clock.forward(minutes=11)
    assert dial(house, "s2") == first


def test_nothing_of_a_menu_follows_by_sms_to_a_phone_that_is_not_known_to_be_safe(house: House) -> None:
    house.introduce()
    dial(house)
    for typed in DANGER:
        hop(house, typed)
    house.pass_minutes(15)
    assert house.told(VILLAGER) == []
    replies = [line for line in house.lines("out") if line.kind in ("reply", "news")]
    assert replies and {line.state for line in replies} == {"answered"}
