"""Handing a post over: a spoofed word gains nothing, codes are bound and throttled, rights end in one moment."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.cases.case import Actor
from gateway.errors import Conflict
from gateway.ports.accounts import Account, SignIn
from gateway.text.segments import measure
from tests.support.gateway_in_process import (
    DESK,
    DISTRICT,
    DUTY,
    LABOUR,
    PIN,
    PROVINCIAL,
    VILLAGER,
    House,
    beside,
    open_house,
)

BOSS, HEIR, STRANGER = Actor("supervisor", "supervisor"), "+8562055500060", "+8562055500061"
KEY = re.compile(r"HANDOVER (\d{4}) (\d{6})")
CODE = re.compile(r"HANDOVER (\d{6})")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path) as opened:
        for phone in (HEIR, STRANGER):
            opened.introduce(phone)
        yield opened


def says(house: House, phone: str, words: str) -> str:
    """Let a phone text; return what came back to it."""
    before = len(house.told(phone))
    house.hear(words, sender=phone)
    house.deliver("replies")
    return "\n".join(house.told(phone)[before:])


def last(house: House, phone: str, shape: re.Pattern[str]) -> tuple[str, ...]:
    return next(found.groups() for text in reversed(house.told(phone)) if (found := shape.search(text)))


def asked(house: House, phone: str = DUTY) -> str:
    """Let an officer ask; return the code that her supervisor got."""
    says(house, phone, "HANDOVER")
    return last(house, PROVINCIAL if phone != PROVINCIAL else DESK, CODE)[0]


def approved(house: House) -> tuple[str, str]:
    says(house, PROVINCIAL, f"HANDOVER {asked(house)}")
    key, code = last(house, PROVINCIAL, KEY)
    return key, code


def holder(house: House, post_id: str) -> str | None:
    with house.reading() as work:
        seat = work.directory.seat(post_id)
    assert seat is not None
    return seat.post.phones[0] if seat.post.phones else None


def post_of(house: House, phone: str) -> str:
    with house.reading() as work:
        return next(seat.post.id for seat in work.directory.every_seat() if phone in seat.post.phones)


def test_nothing_changes_before_a_quarter_of_an_hour_and_then_everything_does_in_one_moment(house: House) -> None:
    post = post_of(house, DUTY)
    with house.writing() as work:
        now = house.clock.now()
        work.accounts.add(
            Account("a1", "noy", "x", frozenset({"officer"}), frozenset({DISTRICT}), "lo", False, now, post)
        )
        work.accounts.open_session(SignIn("token", "a1", "csrf", now, now))
    code = house.report(what="marriage", danger="not_now", place=DISTRICT, tell=("women_union",))
    house.gateway.duties.catch_up()
    says(house, DUTY, "OK")
    key, hand_over = approved(house)
    house.pass_minutes(5)
    assert "enrolled" in says(house, HEIR, f"HANDOVER {key} {hand_over}")
    house.pass_minutes(9)
    assert holder(house, post) == DUTY and "taken" not in says(house, DUTY, "LIST")
    house.pass_minutes(2)
    assert holder(house, post) == HEIR and house.case(code).acknowledged_by == post
    with house.reading() as work:
        account = work.accounts.get("a1")
        assert account is not None and account.disabled and work.accounts.session("token") is None
        assert {row.action for row in work.audit.rows()} >= {"hand_over.asked", "hand_over.carry_out", "post.seated"}
    (pin,) = last(house, HEIR, re.compile(r"PIN: (\d{4})"))
    assert code in says(house, HEIR, "LIST")
    assert "Check the PIN" in says(house, HEIR, f"CLOSE {code} helped {'0000' if pin != '0000' else '1111'}")
    assert "closes in 15 min" in says(house, HEIR, f"CLOSE {code} helped {pin}")
    assert code not in says(house, DUTY, f"NOTE {code} still me") and code not in says(house, DUTY, "LIST")


def test_a_spoofed_word_is_taken_back_by_the_phone_it_was_said_for(house: House) -> None:
    key, code = approved(house)
    assert "Nothing changes" in says(house, DUTY, "UNDO")
    assert "Not done" in says(house, HEIR, f"HANDOVER {key} {code}")
    assert holder(house, post_of(house, DUTY)) == DUTY


def test_undo_comes_too_late_after_a_quarter_of_an_hour(house: House) -> None:
    approved(house)
    house.clock.forward(minutes=16)
    assert "Nothing changes" not in says(house, DUTY, "UNDO")


@pytest.mark.parametrize("phone", [LABOUR, DUTY, DESK, VILLAGER])
def test_only_who_stands_over_the_post_approves(house: House, phone: str) -> None:
    code = asked(house)
    answer = says(house, phone, f"HANDOVER {code}")
    assert ("Approved" in answer) is (phone == DESK)


def test_a_provincial_officer_is_approved_by_the_desk(house: House) -> None:
    code = asked(house, PROVINCIAL)
    assert "Not done" in says(house, PROVINCIAL, f"HANDOVER {code}")
    assert "Approved" in says(house, DESK, f"HANDOVER {code}")


def test_a_one_time_code_fits_its_own_hand_over_its_day_and_one_person(house: House) -> None:
    key, code = approved(house)
    assert "Not done" in says(house, PROVINCIAL, f"HANDOVER {key} {code}"), "who approved does not take it herself"
    assert "Not done" in says(house, DUTY, f"HANDOVER {key} {code}"), "nor does who leaves"
    wrong = "0000" if key != "0000" else "1111"
    assert "Not done" in says(house, STRANGER, f"HANDOVER {wrong} {code}")
    house.clock.forward(hours=24)
    assert "Not done" in says(house, HEIR, f"HANDOVER {key} {code}"), "a day later it has run out"
    says(house, PROVINCIAL, f"HANDOVER {code}")
    fresh, _ = last(house, PROVINCIAL, KEY)
    assert "The post is yours" in says(house, HEIR, f"HANDOVER {fresh} {code}")
    assert "Not done" in says(house, STRANGER, f"HANDOVER {fresh} {code}"), "it works once"


def test_guesses_are_throttled_by_phone_and_by_hand_over(house: House) -> None:
    key, code = approved(house)
    wrong = ["0000", "1111", "2222", "3333", "4444", "5555"]
    for guess in [guess for guess in wrong if guess != key][:5]:
        assert "Not done" in says(house, STRANGER, f"HANDOVER {guess} {code}")
    sixth = says(house, STRANGER, f"HANDOVER {key} {code}")
    assert sixth and "Not done" not in sixth, (
        "from now on that phone hears what every villager's hears, with its limits"
    )
    assert "Not done" in says(house, HEIR, f"HANDOVER {key} {code}"), "today nobody enrols for it any more"
    assert holder(house, post_of(house, DUTY)) == DUTY


def test_the_one_time_code_is_not_kept_anywhere_readable(house: House) -> None:
    key, code = approved(house)
    says(house, HEIR, f"HANDOVER {key} {code}")
    with house.reading() as work:
        said = work.inbox.said(house.contact(HEIR), house.clock.now() - timedelta(hours=1))
    assert all(key not in text and code not in text for text in said)


def test_a_villager_in_the_middle_of_a_menu_can_take_a_post_up(house: House) -> None:
    house.say_all("HELP", sender=HEIR)
    key, code = approved(house)
    house.clock.forward(minutes=20)
    assert "The post is yours" in says(house, HEIR, f"HANDOVER {key} {code}")
    assert "LIST" in says(house, HEIR, "what now")


def test_an_empty_post_is_filled_at_once_and_for_a_time(house: House) -> None:
    posts, handing_over, now = house.gateway.directory.posts, house.gateway.directory.handing_over, house.clock.now()
    with posts.changing() as work:
        post = posts.create(work, "women_union", "district", DISTRICT, 3, BOSS)
        row = handing_over.begin(work, post.id, BOSS, now, "Thao Camp", now + timedelta(days=30))
        with pytest.raises(Conflict):
            handing_over.begin(work, post.id, BOSS, now)
        _, key = handing_over.approve(work, row, BOSS, now)
    assert "The post is yours" in says(house, HEIR, f"HANDOVER {key} {row.code}")
    with house.reading() as work:
        seat = work.directory.seat(post.id)
    assert seat is not None and (seat.post.state, seat.post.phones) == ("held_temporarily", (HEIR,))


def test_a_post_that_was_emptied_meanwhile_is_not_handed_over(house: House) -> None:
    key, code = approved(house)
    says(house, HEIR, f"HANDOVER {key} {code}")
    post = post_of(house, DUTY)
    with house.gateway.directory.posts.changing() as work:
        house.gateway.directory.posts.vacate(work, post, BOSS)
    house.pass_minutes(16)
    assert holder(house, post) is None and "Nothing changes" in "\n".join(house.told(HEIR))


def test_two_clocks_carry_it_out_once_and_what_nobody_takes_up_lapses(house: House) -> None:
    key, code = approved(house)
    says(house, HEIR, f"HANDOVER {key} {code}")
    house.clock.forward(minutes=15)
    with beside(house) as other:
        assert (
            house.gateway.directory.handing_over.carry_out_due() + other.gateway.directory.handing_over.carry_out_due()
            == 1
        )
    asked(house, LABOUR)
    house.clock.forward(days=7)
    assert house.gateway.directory.handing_over.carry_out_due() == 1
    with house.reading() as work:
        assert work.hand_overs.pending() == ()


def test_every_text_is_one_segment(house: House) -> None:
    key, code = approved(house)
    says(house, HEIR, f"HANDOVER {key} {code}")
    house.pass_minutes(16)
    told = [text for phone in (DUTY, HEIR, PROVINCIAL) for text in house.told(phone)]
    assert len(told) == 6 and all(measure(text).segments == 1 for text in told)


def test_an_open_case_is_not_mistaken_for_the_hand_over(house: House) -> None:
    code = house.report(what="marriage", danger="not_now", place=DISTRICT, tell=("women_union",))
    house.gateway.duties.catch_up()
    assert "asked to approve" in says(house, DUTY, "HANDOVER")
    says(house, DUTY, f"OK {code}")
    assert f"{code}: taken back" in says(house, DUTY, f"UNDO {code}"), "the case by its code"
    assert "Nothing changes" in says(house, DUTY, "UNDO"), "and then the hand-over, the last that is left"


def test_the_pin_of_the_former_holder_closes_nothing(house: House) -> None:
    code = house.report(what="marriage", danger="not_now", place=DISTRICT, tell=("women_union",))
    house.gateway.duties.catch_up()
    says(house, DUTY, "OK")
    key, hand_over = approved(house)
    house.clock.forward(minutes=20)
    says(house, HEIR, f"HANDOVER {key} {hand_over}")
    (pin,) = last(house, HEIR, re.compile(r"PIN: (\d{4})"))
    assert pin == PIN or "Check the PIN" in says(house, HEIR, f"CLOSE {code} helped {PIN}")
