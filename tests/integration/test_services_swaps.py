"""Swaps of turns: asked on a page, accepted there or by text, the rota follows, and every step is written down."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.cases.case import Actor
from gateway.directory.shift import takes
from gateway.directory.swap import Swap
from gateway.directory.turn import Turn, turns_ahead
from gateway.errors import Conflict, NotFound
from gateway.ports.directory_book import Seat
from tests.support.gateway_in_process import DISTRICT, DUTY, SECOND, House, open_house

OFFICE = "labour", "district", DISTRICT


@pytest.fixture
def house(tmp_path: Path, database: str) -> Iterator[House]:
    with open_house(tmp_path, staffed=False, database_url=database) as opened:
        opened.staff((
            ("labour", "district", DISTRICT, 1, DUTY),
            ("labour", "district", DISTRICT, 2, SECOND),
            ("police", "district", DISTRICT, 1, "+8562055000099"),
        ))  # fmt: skip
        yield opened


def office(house: House) -> tuple[Seat, ...]:
    """Return the seats of the office as they would be asked now."""
    with house.reading() as work:
        return work.directory.seats(*OFFICE)


def asked(house: House, gives: Turn | None = None, gets: Turn | None = None) -> Swap:
    """Let the duty post ask the second one."""
    first, second = office(house)
    now = house.clock.now()
    with house.gateway.directory.posts.changing() as work:
        return house.gateway.directory.swaps.ask(
            work, first.post.id, second.post.id, gives or turns_ahead(now, 1)[0], gets,
            Actor(first.post.id, "officer"), now,
        )  # fmt: skip


def settled(house: House, step: str, swap: Swap, post: str | None = None) -> None:
    """Take a step for the colleague, or for another post."""
    known = swap.code, (post or swap.colleague,), Actor(post or swap.colleague, "officer"), house.clock.now()
    with house.gateway.directory.posts.changing() as work:
        getattr(house.gateway.directory.swaps, step)(work, *known)


def told(house: House, number: str) -> list[str]:
    house.deliver("replies")
    return house.told(number)


def test_a_colleague_accepts_by_text_and_is_asked_first_in_that_turn(house: House) -> None:
    first, second = office(house)
    swap = asked(house)
    assert f"Yes: DUTY {swap.code}" in told(house, SECOND)[-1]
    house.hear(f"DUTY {swap.code}", SECOND)
    assert told(house, SECOND)[-1] == "That turn is yours now. Thank you."
    assert "a colleague takes your turn" in told(house, DUTY)[-1]
    assert [seat.post.id for seat in office(house)] == [first.post.id, second.post.id], "until it begins"
    house.clock.at = swap.gives.begins
    assert [seat.post.id for seat in office(house)] == [second.post.id, first.post.id], "nobody is left out"
    house.clock.forward(hours=12)
    assert [seat.post.id for seat in office(house)] == [first.post.id, second.post.id]
    with house.reading() as work:
        rows = [(row.action, row.actor) for row in work.audit.rows() if row.action.startswith("swap.")]
        assert list(work.audit.verify()) == []
    assert rows == [("swap.accepted", second.post.id), ("swap.asked", first.post.id)]


def test_an_exchange_says_both_turns_and_moves_both(house: House) -> None:
    night, day = turns_ahead(house.clock.now(), 1)[:2]
    swap = asked(house, night, day)
    text = told(house, SECOND)[-1]
    assert f"{night.begins:%d/%m/%Y} at {night.begins:%H:%M}" in text and f"{day.begins:%d/%m %H:%M}" in text
    settled(house, "accept", swap)
    posts = {seat.post.id: seat.post for seat in office(house)}
    asker, colleague = posts[swap.asker], posts[swap.colleague]
    assert (takes(asker, night), takes(asker, day)) == (False, True)
    assert (takes(colleague, night), takes(colleague, day)) == (True, False)


def test_nobody_else_answers_and_nobody_answers_twice(house: House) -> None:
    swap = asked(house)
    house.hear(f"DUTY {swap.code}", DUTY)
    house.hear(f"DUTY {swap.code}", "+8562055000099")
    house.hear("DUTY 412706", SECOND)
    for number in (DUTY, "+8562055000099", SECOND):
        assert "That code was not found" in told(house, number)[-1]
    for step, post in (("accept", swap.asker), ("refuse", swap.asker), ("withdraw", swap.colleague)):
        with pytest.raises(NotFound):
            settled(house, step, swap, post)
    settled(house, "refuse", swap)
    assert "cannot take your turn" in told(house, DUTY)[-1]
    for step in ("accept", "refuse"):
        with pytest.raises(Conflict, match="settled"):
            settled(house, step, swap)
    assert not any(seat.post.given_away or seat.post.taken_over for seat in office(house))


def test_a_turn_is_asked_for_once_and_withdrawn_it_is_free_again(house: House) -> None:
    swap = asked(house)
    with pytest.raises(Conflict, match="being swapped"):
        asked(house)
    settled(house, "withdraw", swap, swap.asker)
    settled(house, "accept", asked(house))
    with pytest.raises(Conflict, match="not hers"):
        asked(house)


def test_what_has_begun_is_settled_by_itself(house: House) -> None:
    swap = asked(house)
    house.clock.at = swap.gives.begins
    with pytest.raises(Conflict, match="settled"):
        settled(house, "accept", swap)
    with house.reading() as work:
        assert house.gateway.directory.swaps.waiting_for(work, swap.asker, house.clock.now()) == ()


def test_a_colleague_who_went_off_duty_meanwhile_cannot_accept(house: House) -> None:
    swap = asked(house)
    house.hear("DUTY OFF", SECOND)
    house.hear(f"DUTY {swap.code}", SECOND)
    assert "That code was not found" in told(house, SECOND)[-1]
    with house.reading() as work:
        waiting = house.gateway.directory.swaps.waiting_for(work, swap.colleague, house.clock.now())
    assert waiting == (swap,), "refused as a whole: it still waits"
    house.hear("DUTY ON", SECOND)
    house.hear(f"DUTY {swap.code}", SECOND)
    assert told(house, SECOND)[-1] == "That turn is yours now. Thank you."


def test_turns_stay_with_the_post_when_its_shifts_are_set_anew(house: House) -> None:
    swap = asked(house)
    settled(house, "accept", swap)
    with house.gateway.directory.posts.changing() as work:
        changed = house.gateway.directory.posts.set_shifts(
            work, swap.colleague, frozenset({"tue-day"}), Actor("supervisor", "supervisor")
        )
    assert takes(changed, swap.gives)
    assert not takes(replace(changed, taken_over=frozenset()), Turn(swap.gives.day + timedelta(days=2), "night"))
