"""The stored directory through turnover: who held what from when to when, and cases that a post owns."""

from dataclasses import replace
from datetime import timedelta
from threading import Event, Thread

import pytest
from sqlalchemy import text

from gateway.directory.post import Level, Post, emptied, seated
from gateway.errors import NotFound
from gateway.ports.caseload import CaseRow
from gateway.store.unit_of_work import SqlUnitOfWork
from tests.integration.conftest import NOON, StoreBench

FIRST, NEXT = "+8562000000050", "+8562000000051"


def add(
    work: SqlUnitOfWork, post_id: str, level: Level = "district", place: str | None = "LA0401", order: int = 1
) -> Post:
    work.directory.add_post(Post(post_id, "labour", level, place, order), FIRST, "Nang Noy", "lo")
    found = work.directory.seat(post_id)
    assert found is not None
    return found.post


def test_a_successor_ends_the_time_of_the_holder_and_begins_her_own(bench: StoreBench) -> None:
    with bench.store.writing() as work:
        post = add(work, "p1")
        work.directory.set_pin("p1", "digest")
        heir, later = work.people.lock(NEXT, NOON).id, bench.clock.move(timedelta(days=90))
        work.directory.seat_holder(seated(post, "hand_over", heir, (NEXT,), later), heir, "Thao Kham", "en")
        seat = work.directory.seat("p1")
        assert seat is not None and (seat.contact_id, seat.language, seat.post.phones) == (heir, "en", (NEXT,))
        assert work.directory.pin_of("p1") is None, "a PIN is a person's, not a post's"
        assert [(one.contact_id, one.since, one.until) for one in work.directory.tenures("p1")] == [
            (heir, later, None),
            (post.holder, NOON, later),
        ]
        assert "Kham" not in str(work.tx.connection.execute(text("SELECT * FROM post_holder")).all())


def test_an_emptied_post_has_nobody_but_remembers(bench: StoreBench) -> None:
    with bench.store.writing() as work:
        work.directory.empty_seat(emptied(add(work, "p1")))
        seat = work.directory.seat("p1")
        assert seat is not None and (seat.contact_id, seat.post.state, seat.post.phones) == (None, "vacant", ())
        (past,) = work.directory.tenures("p1")
        assert past.until == NOON
        assert work.directory.seats("labour", "district", "LA0401") == ()


def test_what_changes_of_a_post_is_kept(bench: StoreBench) -> None:
    with bench.store.writing() as work:
        changed = replace(
            add(work, "p1"), order=3, on_duty=False, misses=2, asked_at=NOON, shifts=frozenset({"mon-day"}),
            courses=frozenset({"child"}),
        )  # fmt: skip
        work.directory.save_post(changed)
        seat = work.directory.seat("p1")
        assert seat is not None and seat.post == changed
    with pytest.raises(NotFound), bench.store.writing() as work:
        work.directory.save_post(Post("p9", "labour", "district", "LA0401"))


def test_a_seat_is_read_anew_once_whoever_was_changing_it_is_done(bench: StoreBench) -> None:
    with bench.store.writing() as work:
        add(work, "p1")
    done, begun = Event(), Event()

    def vacate() -> None:
        with bench.another().writing() as work:
            seat = work.directory.seat("p1", locked=True)
            begun.set()
            assert seat is not None
            work.directory.empty_seat(emptied(seat.post))
            done.set()

    other = Thread(target=vacate)
    other.start()
    assert begun.wait(20)
    with bench.store.writing() as work:
        seat = work.directory.seat("p1", locked=True)
        assert done.is_set() and seat is not None and seat.post.state == "vacant"
    other.join(20)


def test_every_seat_is_listed_by_place_of_one_province_or_of_all(bench: StoreBench) -> None:
    with bench.store.writing() as work:
        add(work, "n1", "national", None)
        add(work, "p1", "province", "LA04")
        add(work, "d2", place="LA0402")
        add(work, "d1", order=2)
        add(work, "x1", place="LA1701")
        assert [seat.post.id for seat in work.directory.every_seat()] == ["d1", "d2", "x1", "n1", "p1"]
        assert [seat.post.id for seat in work.directory.every_seat("LA04")] == ["d1", "d2", "p1"]


def test_the_open_cases_of_a_post_are_those_it_accepted(bench: StoreBench) -> None:
    def case(number: int, owner: str | None, state: str) -> CaseRow:
        row = CaseRow(
            f"c{number}", f"41270{number}", state, "P1", "marriage", "suspicion", "sms", "lo", None, "{}", NOON, NOON
        )
        return replace(row, acknowledged_by=owner)

    with bench.store.writing() as work:
        for one in (
            case(1, "p1", "acknowledged"),
            case(2, "p1", "closed"),
            case(3, "p2", "in_progress"),
            case(4, None, "new"),
        ):
            work.caseload.add(one)
        assert [one.id for one in work.caseload.owned_by("p1")] == ["c1"]
    with bench.store.reading() as work:
        assert [one.id for one in work.caseload.owned_by("p2")] == ["c3"]
