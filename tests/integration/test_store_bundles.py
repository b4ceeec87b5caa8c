"""Bundles that never change, editions that two people stand for, the journal of what was live; on both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from gateway.errors import Conflict, GatewayError
from gateway.ports.bundle_book import Edition, Inside, Move
from gateway.ports.people import SessionRow
from tests.integration.conftest import NOON, StoreBench

FIRST = Edition("a" * 64, {"report": "b1"}, "author", "shorter", NOON, 0, report={"green": True}, cost={"report": {}})


def keep(bench: StoreBench, *hashes: str) -> None:
    with bench.store.writing() as work:
        for hash_ in hashes:
            work.bundles.keep(hash_, "report", f"document of {hash_}", NOON)


def test_a_bundle_is_stored_once_and_found_by_its_hash(bench: StoreBench) -> None:
    keep(bench, "b1", "b2", "b1")
    with bench.store.reading() as work:
        assert work.bundles.knows("b1") and not work.bundles.knows("b3")
        assert work.bundles.documents(["b1", "b3"]) == {"b1": "document of b1"}
        assert work.bundles.documents([]) == {}


def test_nobody_changes_a_bundle(bench: StoreBench) -> None:
    keep(bench, "b1")
    with pytest.raises(GatewayError), bench.store.writing() as work:
        work.tx.connection.execute(text("UPDATE bundle SET document = 'other'"))
    with bench.store.writing() as work:
        work.bundles.keep("b1", "report", "other", NOON)
        assert work.bundles.documents(["b1"]) == {"b1": "document of b1"}


def test_an_edition_is_found_by_its_hash_or_its_beginning(bench: StoreBench) -> None:
    other = replace(FIRST, hash="a" * 63 + "b", created_at=NOON + timedelta(minutes=1))
    with bench.store.writing() as work:
        work.bundles.propose(FIRST)
        assert work.bundles.edition("a" * 12) == work.bundles.edition("a" * 64) == FIRST
        work.bundles.propose(other)
        assert work.bundles.edition("a" * 12) is None, "two begin so"
        assert work.bundles.edition("a") is None and work.bundles.edition("%" * 12) is None
        assert work.bundles.editions() == (other, FIRST) and work.bundles.editions(1) == (other,)


def test_a_second_proposal_of_the_same_keeps_author_and_approver(bench: StoreBench) -> None:
    with bench.store.writing() as work:
        work.bundles.propose(FIRST)
        work.bundles.approve(FIRST.hash, "approver", NOON)
        work.bundles.propose(replace(FIRST, author="somebody", note="again", base=3))
        assert work.bundles.edition(FIRST.hash) == replace(
            FIRST, note="again", base=3, approver="approver", approved_at=NOON
        )
        with pytest.raises(Conflict):
            work.bundles.approve(FIRST.hash, "another", NOON)


def test_the_journal_numbers_its_moves(bench: StoreBench) -> None:
    keep(bench, "b1", "b2")
    move = Move("report", "b1", FIRST.hash, "published", "approver", NOON)
    with bench.store.writing() as work:
        assert work.bundles.version() == 0 and work.bundles.moves() == ()
        work.bundles.propose(FIRST)
        work.bundles.move([move, replace(move, name="stop", bundle=None)])
        work.bundles.move([])
        work.bundles.move([replace(move, bundle="b2", why="rolled_back", people="map", steps={"a.b": "a.c"})])
        assert work.bundles.version() == 3
    with bench.store.reading() as work:
        first, second, third = work.bundles.moves()
    assert (first.number, second.bundle, third.steps, third.at) == (1, None, {"a.b": "a.c"}, NOON)


def test_what_was_never_stored_cannot_go_live(bench: StoreBench) -> None:
    with pytest.raises(GatewayError), bench.store.writing() as work:
        work.bundles.propose(FIRST)
        work.bundles.move([Move("report", "b9", FIRST.hash, "published", "approver", NOON)])


def test_people_are_counted_by_bundle_and_step(bench: StoreBench) -> None:
    with bench.store.writing() as work:
        for number, step in enumerate(("where", "who", "who")):
            contact = work.people.lock(f"+85620000000{number:02}", NOON).id
            until = NOON + timedelta(days=1)
            work.sessions.save(SessionRow(f"s{number}", contact, "a:sms", "report", "b1", step, "{}", True, 0, until))
        assert work.bundles.inside() == (Inside("b1", "report", "where", 1), Inside("b1", "report", "who", 2))
