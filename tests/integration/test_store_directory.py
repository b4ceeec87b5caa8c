"""The stored directory: who sits where, who is on duty, which hotlines are known."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from gateway.directory.hotline import Hotline
from gateway.directory.hotline_file import shipped_candidates
from gateway.directory.post import Level, Post
from gateway.errors import Conflict, NotFound
from gateway.store.unit_of_work import SqlUnitOfWork
from tests.integration.conftest import NOON, StoreBench

OFFICER = "+8562000000050"


def seat(
    work: SqlUnitOfWork,
    post_id: str,
    number: str | None = OFFICER,
    *,
    agency: str = "women_union",
    level: Level = "district",
    place: str | None = "LA0401",
    order: int = 1,
) -> None:
    work.directory.add_post(Post(post_id, agency, level, place, order), number, "Nang Noy", "lo")


def found(work: SqlUnitOfWork, agency: str | None, level: str, place: str) -> list[str]:
    return [one.post.id for one in work.directory.seats(agency, level, place)]


def test_a_post_with_a_holder_is_live_and_can_be_written_to(bench: StoreBench) -> None:
    with bench.store.writing() as work:
        seat(work, "p1")
        (one,) = work.directory.seats("women_union", "district", "LA0401")
        assert one.contact_id is not None and one.language == "lo" and one.on_duty
        assert (one.post.state, one.post.phones, one.post.answered_at) == ("held", (OFFICER,), NOON)
        contact = work.people.get(one.contact_id)
        assert contact is not None and contact.msisdn == OFFICER
        assert work.directory.seats_of_contact(one.contact_id) == (one,)
        assert work.directory.seat("p1") == one


def test_a_vacant_post_is_known_but_nobody_is_asked(bench: StoreBench) -> None:
    with bench.store.writing() as work:
        seat(work, "p1", None)
        assert found(work, None, "district", "LA0401") == []
        vacant = work.directory.seat("p1")
        assert vacant is not None and vacant.contact_id is None and vacant.post.phones == ()
        assert work.directory.seat("p9") is None


def test_seats_of_an_office_come_in_duty_order(bench: StoreBench) -> None:
    with bench.store.writing() as work:
        seat(work, "p2", "+8562000000051", order=2)
        seat(work, "p1", order=1)
        seat(work, "p3", "+8562000000052", agency="labour")
        seat(work, "p4", "+8562000000053", place="LA0402")
        seat(work, "p5", "+8562000000054", level="province", place="LA04")
        assert found(work, "women_union", "district", "LA0401") == ["p1", "p2"]
        assert found(work, None, "district", "LA0401") == ["p1", "p3", "p2"]
        assert found(work, "women_union", "province", "LA04") == ["p5"]


def test_leaving_duty_empties_an_office_but_never_the_national_desk(bench: StoreBench) -> None:
    with bench.store.writing() as work:
        seat(work, "p1")
        seat(work, "n1", "+8562000000053", agency="national_desk", level="national", place=None)
        seat(work, "n2", "+8562000000054", agency="national_desk", level="national", place=None, order=2)
        work.directory.set_on_duty("p1", False)
        work.directory.set_on_duty("n1", False)
        assert found(work, "women_union", "district", "LA0401") == []
        assert found(work, "national_desk", "national", "LA") == ["n2", "n1"]
        work.directory.set_on_duty("p1", True)
        assert found(work, "women_union", "district", "LA0401") == ["p1"]
    with pytest.raises(NotFound), bench.store.writing() as work:
        work.directory.set_on_duty("p9", True)


def test_a_temporary_holder_ends_with_the_clock(bench: StoreBench) -> None:
    with bench.store.writing() as work:
        post = Post("p1", "labour", "district", "LA0401", state="held_temporarily", until=NOON + timedelta(days=1))
        work.directory.add_post(post, OFFICER, "Nang Noy", "lo")
        assert found(work, "labour", "district", "LA0401") == ["p1"]
        bench.clock.move(timedelta(days=1))
        assert found(work, "labour", "district", "LA0401") == []


def test_one_phone_may_answer_for_several_posts(bench: StoreBench) -> None:
    with bench.store.writing() as work:
        seat(work, "p1")
        seat(work, "p2", agency="labour")
        one = work.directory.seat("p1")
        assert one is not None and one.contact_id is not None
        assert [each.post.id for each in work.directory.seats_of_contact(one.contact_id)] == ["p1", "p2"]


def test_a_post_is_added_once(bench: StoreBench) -> None:
    with pytest.raises(Conflict), bench.store.writing() as work:
        seat(work, "p1")
        seat(work, "p1")


def test_names_and_numbers_of_officers_are_sealed(bench: StoreBench) -> None:
    with bench.store.writing() as work:
        seat(work, "p1")
        for table in ("post", "post_holder", "contact"):
            stored = str(work.tx.connection.execute(text(f"SELECT * FROM {table}")).all())
            assert "Nang Noy" not in stored and "0000050" not in stored


def test_hotlines_are_stored_replaced_and_read_by_id(bench: StoreBench) -> None:
    entry = Hotline(
        "th-1300",
        "TH",
        "1300",
        "Ministry",
        ("trafficking", "women"),
        languages=("th", "lo"),
        recorded=True,
        verified_by="Kham",
        verified_on=date(2026, 11, 1),
        expires=date(2027, 4, 1),
        note="a b",
    )
    with bench.store.writing() as work:
        for one in (*shipped_candidates(), entry):
            work.directory.add_hotline(one)
        work.directory.add_hotline(replace(entry, owner="Other"))
        stored = {one.id: one for one in work.directory.hotlines()}
    assert stored["th-1300"] == replace(entry, owner="Other")
    assert {one.id: one for one in shipped_candidates()}.items() <= stored.items()
