"""What time does to posts: checks, doubt, temporary holders who end, and places where too few answer."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.cases.case import Actor
from gateway.directory.post import Post
from gateway.ports.audit import AuditRow
from gateway.services.post_upkeep import places_in_want
from gateway.text.segments import measure
from tests.support.gateway_in_process import (
    CHILD,
    DESK,
    DISTRICT,
    DUTY,
    LABOUR,
    POLICE,
    PROVINCIAL,
    ROTA,
    SECOND,
    House,
    open_house,
)
from tests.support.scripted import TUESDAY_NOON

BOSS, HEIR = Actor("supervisor", "supervisor"), "+8562055500060"
CHECK, DAY = "still on duty", 60 * 24


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path) as opened:
        yield opened


def post(house: House, phone: str) -> Post:
    with house.reading() as work:
        return next(seat.post for seat in work.directory.every_seat() if phone in seat.post.phones)


def days(house: House, number: int) -> None:
    """Let days go by at once: what is due then is done once, as after a clock that stood still."""
    house.clock.forward(days=number)
    house.gateway.duties.catch_up()


def checks(house: House, phone: str) -> int:
    return sum(CHECK in text for text in house.told(phone))


def answer(house: House, *phones: str, words: str = "1") -> None:
    for phone in phones:
        house.hear(words, sender=phone)


def test_everybody_is_asked_once_a_month_and_two_misses_come_last_and_are_told_above(house: House) -> None:
    days(house, 31)
    assert [checks(house, phone) for phone in (DUTY, SECOND, PROVINCIAL, DESK)] == [1, 1, 1, 1]
    answer(house, SECOND, PROVINCIAL, DESK, LABOUR, CHILD, POLICE)
    days(house, 8)
    assert post(house, DUTY).misses == 1 and checks(house, DUTY) == 2
    days(house, 8)
    assert post(house, DUTY).misses == 2 and checks(house, SECOND) == 1
    with house.reading() as work:
        seats = work.directory.seats("women_union", "district", DISTRICT)
    assert [seat.post.id for seat in seats] == [post(house, SECOND).id, post(house, DUTY).id]
    told = [text for text in house.told(PROVINCIAL) if "missed two checks" in text]
    assert len(told) == 1 and measure(told[0]).segments == 1
    assert not [text for text in house.told(DESK) if "missed" in text]


@pytest.mark.parametrize("words", ["1", "໑", "OK", "LIST", "DUTY ON", "PASS"])
def test_any_word_of_an_officer_is_a_sign_of_life(house: House, words: str) -> None:
    days(house, 31)
    answer(house, DUTY, words=words)
    assert (post(house, DUTY).answered_at, post(house, DUTY).misses) == (house.clock.now(), 0)
    assert [row.action for row in audit(house)].count("post.answered") == 1


@pytest.mark.parametrize("words", ["wrong number, who are you", "7"])
def test_what_is_no_word_of_an_officer_is_no_sign(house: House, words: str) -> None:
    days(house, 31)
    answer(house, DUTY, words=words)
    assert post(house, DUTY).answered_at == TUESDAY_NOON


def audit(house: House) -> list[AuditRow]:
    with house.reading() as work:
        return list(work.audit.rows())


def test_nobody_is_asked_at_night_and_one_who_holds_two_posts_is_asked_once(house: House) -> None:
    with house.gateway.directory.posts.changing() as work:
        spare = house.gateway.directory.posts.create(work, "health", "district", DISTRICT, 1, BOSS)
        house.gateway.directory.posts.seat(work, spare.id, DUTY, "Nang Noy", "en", BOSS)
    house.clock.forward(hours=8)  # twenty o'clock
    house.gateway.duties.catch_up()
    assert checks(house, DUTY) == 0
    house.clock.forward(hours=12)
    house.gateway.duties.catch_up()
    house.clock.forward(hours=1)
    house.gateway.duties.catch_up()
    assert checks(house, DUTY) == 1
    answer(house, DUTY)
    with house.reading() as work:
        seat = work.directory.seat(spare.id)
    assert seat is not None and seat.post.answered_at == house.clock.now()


def test_a_temporary_holder_ends_by_the_clock_and_her_cases_go_on(house: House) -> None:
    posts = house.gateway.directory.posts
    with posts.changing() as work:
        post_id = posts.create(work, "women_union", "district", DISTRICT, 3, BOSS).id
        until = house.clock.now() + timedelta(days=2)
        posts.seat(work, post_id, HEIR, "Nang Heir", "en", BOSS, until=until, heard=True)
        posts.reorder(work, post_id, 1, BOSS)
    code = house.report(what="marriage", danger="not_now", place=DISTRICT, tell=("women_union",))
    house.gateway.duties.catch_up()
    answer(house, HEIR, words="OK")
    answer(house, HEIR, words=f"NOTE {code} seen")
    assert house.case(code).acknowledged_by == post_id
    days(house, 3)
    with house.reading() as work:
        seat = work.directory.seat(post_id)
    assert seat is not None and (seat.post.state, seat.contact_id) == ("vacant", None)
    assert house.case(code).acknowledged_by != post_id and house.steps(code)


def test_a_place_with_fewer_than_two_who_answer_is_told_above_once_a_day(house: House) -> None:
    assert gap_texts(house, PROVINCIAL) == []
    with house.gateway.directory.posts.changing() as work:
        for phone in (DUTY, SECOND, LABOUR, CHILD):
            house.gateway.directory.posts.vacate(work, post(house, phone).id, BOSS)
        assert places_in_want(work, house.clock.now()) == (DISTRICT,)
    house.gateway.duties.catch_up()
    house.pass_minutes(2 * DAY, step=12 * 60)
    texts = gap_texts(house, PROVINCIAL)
    assert len(texts) == 3 and all(measure(text).segments == 1 for text in texts)
    assert gap_texts(house, DESK) == [] and house.case_codes() == []
    with house.gateway.directory.posts.changing() as work:
        house.gateway.directory.posts.vacate(work, post(house, PROVINCIAL).id, BOSS)
    house.pass_minutes(DAY, step=12 * 60)
    assert len(gap_texts(house, DESK)) == 1, "with nobody in the province the desk hears it"


def gap_texts(house: House, phone: str) -> list[str]:
    return [text for text in house.told(phone) if "fewer than 2" in text]


def test_a_fresh_directory_on_paper_is_asked_and_told_of_at_once(tmp_path: Path) -> None:
    with open_house(tmp_path, staffed=False) as house:
        house.staff(ROTA[-1:])
        posts = house.gateway.directory.posts
        with posts.changing() as work:
            for order, phone in enumerate((DUTY, SECOND), 1):
                made = posts.create(work, "women_union", "district", DISTRICT, order, BOSS)
                posts.seat(work, made.id, phone, "Nang Noy", "en", BOSS)
        house.gateway.duties.catch_up()
        assert checks(house, DUTY) == checks(house, SECOND) == 1 and len(gap_texts(house, DESK)) == 1
        answer(house, DUTY, SECOND)
        with house.reading() as work:
            assert places_in_want(work, house.clock.now()) == ()
