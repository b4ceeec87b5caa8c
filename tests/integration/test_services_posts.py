"""People come and go, posts stay: every change is by the table, written down, and no open case is left behind."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.cases.case import Actor
from gateway.errors import Conflict, NotFound
from gateway.ports.accounts import Account
from tests.support.gateway_in_process import (
    DISTRICT,
    DUTY,
    LABOUR,
    PROVINCIAL,
    SECOND,
    House,
    open_house,
)

BOSS = Actor("supervisor", "supervisor")
HEIR = "+8562055500060"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path) as opened:
        yield opened


def post_of(house: House, phone: str) -> str:
    with house.reading() as work:
        return next(seat.post.id for seat in work.directory.every_seat() if phone in seat.post.phones)


def accepted(house: House, by: str = DUTY) -> str:
    """Open a report that an officer accepted and works on; return its code."""
    code = house.report(what="marriage", danger="not_now", place=DISTRICT, tell=("women_union",))
    house.gateway.duties.catch_up()
    house.hear("OK", sender=by)
    house.hear(f"NOTE {code} called her", sender=by)
    return code


def actions(house: House) -> list[str]:
    with house.reading() as work:
        return [row.action for row in work.audit.rows()]


def test_a_post_is_made_vacant_taken_left_and_every_step_is_written_down(house: House) -> None:
    posts = house.gateway.directory.posts
    with posts.changing() as work:
        post = posts.create(work, "women_union", "district", DISTRICT, 3, BOSS)
        posts.seat(work, post.id, HEIR, "Nang Heir", "en", BOSS, heard=True)
        posts.go_on_leave(work, post.id, BOSS)
        posts.come_back(work, post.id, BOSS)
        posts.vacate(work, post.id, BOSS)
        assert [tenure.until for tenure in work.directory.tenures(post.id)] == [house.clock.now()]
    assert actions(house)[:5] == ["post.vacated", "post.back", "post.on_leave", "post.seated", "post.created"]


@pytest.mark.parametrize(
    ("agency", "level", "place", "order"),
    [
        ("army", "district", DISTRICT, 3),
        ("labour", "planet", DISTRICT, 3),
        ("labour", "district", "LA17", 3),
        ("labour", "province", DISTRICT, 3),
        ("labour", "national", "LA17", 3),
        ("labour", "district", "LA9999", 3),
        ("women_union", "district", DISTRICT, 2),
        ("women_union", "district", DISTRICT, 0),
    ],
)
def test_a_post_that_cannot_be_is_not_made(house: House, agency: str, level: str, place: str, order: int) -> None:
    with pytest.raises(Conflict), house.gateway.directory.posts.changing() as work:
        house.gateway.directory.posts.create(work, agency, level, place, order, BOSS)


def test_a_vacant_post_gives_its_cases_to_the_deputy_who_hears_it_and_may_not_sleep_on_them(house: House) -> None:
    code = accepted(house)
    with house.gateway.directory.posts.changing() as work:
        house.gateway.directory.posts.vacate(work, post_of(house, DUTY), BOSS)
    assert house.case(code).acknowledged_by == post_of(house, SECOND)
    house.deliver("replies")
    assert any("yours now" in text for text in house.told(SECOND))
    before = house.alerts_to(PROVINCIAL)
    house.pass_minutes(61)
    house.pass_minutes(60 * 24, step=30)
    assert house.alerts_to(PROVINCIAL) > before, "unless the deputy acts, the ladder comes back"


def test_without_a_deputy_the_ladder_alerts_the_next_at_once(house: House) -> None:
    code = accepted(house)
    with house.gateway.directory.posts.changing() as work:
        house.gateway.directory.posts.go_on_leave(work, post_of(house, SECOND), BOSS)
        house.gateway.directory.posts.vacate(work, post_of(house, DUTY), BOSS)
    house.deliver("alerts")
    assert house.case(code).acknowledged_by is None
    assert house.alerts_to(PROVINCIAL) == 1 and house.steps(code)


def test_whoever_leaves_loses_page_phone_and_texts_on_the_way_at_that_moment(house: House) -> None:
    gone = post_of(house, DUTY)
    account = Account(
        "a1", "noy", "x", frozenset({"officer"}), frozenset({DISTRICT}), "lo", False, house.clock.now(), gone
    )
    with house.writing() as work:
        work.accounts.add(account)
    house.report(what="marriage", danger="not_now", place=DISTRICT, tell=("women_union",))
    with house.gateway.directory.posts.changing() as work:
        house.gateway.directory.posts.vacate(work, gone, BOSS)
        disabled = work.accounts.get("a1")
        assert disabled is not None and disabled.disabled
    house.deliver("alerts")
    assert house.alerts_to(DUTY) == 0
    assert "Nothing is open" not in house.told(DUTY), "her phone is a villager's phone again"


def test_a_successor_has_the_cases_of_the_post_and_the_former_holder_has_none(house: House) -> None:
    code, post = accepted(house), post_of(house, DUTY)
    with house.gateway.directory.posts.changing() as work:
        house.gateway.directory.posts.seat(work, post, HEIR, "Nang Heir", "en", BOSS, heard=True)
    assert house.case(code).acknowledged_by == post
    house.hear("LIST", sender=HEIR)
    house.hear(f"NOTE {code} mine no more", sender=DUTY)
    house.deliver("replies")
    assert any(code in text for text in house.told(HEIR))
    with house.reading() as work:
        assert [kind for _, kind, _, _, _ in work.caseload.entries(house.case(code).id)].count("note") == 1


def test_a_temporary_holder_needs_an_end_that_lies_ahead(house: House) -> None:
    now, posts = house.clock.now(), house.gateway.directory.posts
    with posts.changing() as work:
        post = posts.create(work, "women_union", "district", DISTRICT, 3, BOSS)
        with pytest.raises(Conflict):
            posts.seat(work, post.id, HEIR, "Nang Heir", "en", BOSS, until=now)
        taken = posts.seat(work, post.id, HEIR, "Nang Heir", "en", BOSS, until=now + timedelta(days=9))
        assert taken.state == "held_temporarily" and taken.answered_at is None
        with pytest.raises(Conflict):
            posts.seat(work, post.id, HEIR, "Nang Heir", "en", BOSS)


def test_the_order_changes_places_and_shifts_must_exist(house: House) -> None:
    posts, first, second = house.gateway.directory.posts, post_of(house, DUTY), post_of(house, SECOND)
    with posts.changing() as work:
        posts.reorder(work, second, 1, BOSS)
        assert [seat.post.id for seat in work.directory.seats("women_union", "district", DISTRICT)] == [second, first]
        posts.set_shifts(work, first, frozenset({"mon-day"}), BOSS)
        with pytest.raises(Conflict):
            posts.set_shifts(work, first, frozenset({"mon-noon"}), BOSS)
        with pytest.raises(NotFound):
            posts.set_duty(work, "nobody", on=True, by=BOSS)


def test_open_cases_move_in_bulk_to_a_post_that_answers_and_may_hear_of_them(house: House) -> None:
    code, source, target = accepted(house), post_of(house, DUTY), post_of(house, LABOUR)
    moves = house.gateway.directory.posts.moves
    with house.gateway.directory.posts.changing() as work:
        assert moves.reassign(work, source, target, BOSS, house.clock.now()) == 1
        assert moves.reassign(work, source, target, BOSS, house.clock.now()) == 0
    assert house.case(code).acknowledged_by == target
    with house.writing() as work:
        work.caseload.save(replace(house.case(code), local_excluded=True))
    with pytest.raises(Conflict), house.gateway.directory.posts.changing() as work:
        moves.reassign(work, target, source, BOSS, house.clock.now())
    assert house.case(code).acknowledged_by == target
