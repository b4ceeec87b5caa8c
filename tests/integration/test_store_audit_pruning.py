"""The audit loses rows only from its beginning, in order, behind a sealed checkpoint; anything else is found."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from gateway.errors import Damaged, GatewayError
from gateway.store.audit_checkpoints import SqlCheckpoints, checkpoint_faults
from gateway.store.unit_of_work import SqlUnitOfWork
from tests.integration.conftest import NOON, StoreBench

DAY = timedelta(days=1)
MANY = 1_000


def told(bench: StoreBench, count: int, first: int = 0) -> None:
    """Write one row a day."""
    for number in range(first, first + count):
        with bench.store.writing() as work:
            work.audit.append(NOON + number * DAY, "noy", "desk", "case.read", f"c{number}")


def prune(bench: StoreBench, days: float, *kept: str, most: int = MANY) -> int:
    """Prune what is older than so many days of the story."""
    with bench.store.writing() as work:
        return work.audit.prune(NOON + days * DAY, frozenset(kept), most)


def faults(bench: StoreBench) -> list[str]:
    with bench.store.reading() as work:
        return list(work.audit.verify())


def left(bench: StoreBench) -> list[int]:
    with bench.store.reading() as work:
        return sorted(row.seq for row in work.audit.rows(MANY))


@contextmanager
def unguarded(bench: StoreBench) -> Iterator[SqlUnitOfWork]:
    """Write as somebody does who has dropped every trigger."""
    with bench.store.writing() as work:
        for table, names in {"audit": "update delete", "audit_checkpoint": "update delete"}.items():
            for name in names.split():
                work.tx.connection.execute(text(f"DROP TRIGGER {table}_no_{name}"))
        yield work


def test_old_rows_go_and_the_chain_holds_before_and_after(bench: StoreBench) -> None:
    told(bench, 6)
    assert prune(bench, 2.5) == 3 and left(bench) == [4, 5, 6] and faults(bench) == []
    told(bench, 2, first=6)
    assert prune(bench, 4.5) == 2 and left(bench) == [6, 7, 8] and faults(bench) == []
    with bench.store.reading() as work:
        assert work.audit.beginning().pruned == 5
    assert prune(bench, 4.5) == 0, "a second time finds nothing"


def test_all_of_it_may_go_and_the_next_row_follows_the_last(bench: StoreBench) -> None:
    told(bench, 3)
    assert prune(bench, 99) == 3 and left(bench) == [] and faults(bench) == []
    told(bench, 1, first=3)
    assert left(bench) == [4] and faults(bench) == []


def test_it_stops_at_whatever_is_kept_or_newer_or_too_much_at_once(bench: StoreBench) -> None:
    told(bench, 6)
    assert prune(bench, 99, "c2") == 2 and left(bench)[0] == 3
    assert prune(bench, 99, most=2) == 2 and left(bench) == [5, 6]
    with bench.store.writing() as work:
        work.audit.append(NOON + 99 * DAY, "noy", "desk", "case.read", "newer")
        work.audit.append(NOON, "noy", "desk", "case.read", "an older hour behind it")
    assert prune(bench, 50) == 2 and left(bench) == [7, 8]
    assert faults(bench) == []


@pytest.mark.parametrize("statement", ["DELETE FROM audit", "DELETE FROM audit WHERE seq = 4"])
def test_sql_deletes_nothing_in_front_of_the_checkpoint(bench: StoreBench, statement: str) -> None:
    told(bench, 5)
    prune(bench, 1.5)
    with pytest.raises(GatewayError), bench.store.writing() as work:
        work.tx.connection.execute(text(statement))
    assert left(bench) == [3, 4, 5]


@pytest.mark.parametrize("statement", ["DELETE FROM audit_checkpoint", "UPDATE audit_checkpoint SET seq = 4"])
def test_sql_moves_no_checkpoint(bench: StoreBench, statement: str) -> None:
    told(bench, 5)
    prune(bench, 1.5)
    with pytest.raises(GatewayError), bench.store.writing() as work:
        work.tx.connection.execute(text(statement))
    assert faults(bench) == []


def test_a_beginning_that_was_cut_off_is_no_pruned_one(sqlite_bench: StoreBench) -> None:
    told(sqlite_bench, 5)
    with unguarded(sqlite_bench) as work:
        work.tx.connection.execute(text("DELETE FROM audit WHERE seq < 3"))
    assert faults(sqlite_bench) == ["row 1 is missing: row 3 follows row 0"]


def test_more_than_was_pruned_cannot_be_cut_off(sqlite_bench: StoreBench) -> None:
    told(sqlite_bench, 6)
    prune(sqlite_bench, 1.5)
    with unguarded(sqlite_bench) as work:
        work.tx.connection.execute(text("DELETE FROM audit WHERE seq < 5"))
    assert faults(sqlite_bench) == ["row 3 is missing: row 5 follows row 2"]


def test_a_forged_checkpoint_is_found(sqlite_bench: StoreBench) -> None:
    told(sqlite_bench, 6)
    prune(sqlite_bench, 1.5)
    with unguarded(sqlite_bench) as work:
        work.tx.connection.execute(
            text("UPDATE audit_checkpoint SET seq = 4, mac = (SELECT mac FROM audit WHERE seq = 4)")
        )
        work.tx.connection.execute(text("DELETE FROM audit WHERE seq < 5"))
    assert faults(sqlite_bench) == ["the checkpoint at row 4 was changed, or one before it is missing"]


def test_a_missing_checkpoint_is_found(sqlite_bench: StoreBench) -> None:
    told(sqlite_bench, 6)
    for days in (1.5, 3.5):
        prune(sqlite_bench, days)
    with sqlite_bench.store.reading() as work:
        one, other = SqlCheckpoints(work.tx).all()
    assert list(checkpoint_faults([one, other], sqlite_bench.keyring)) == []
    assert list(checkpoint_faults([other], sqlite_bench.keyring)) and list(
        checkpoint_faults([one, one], sqlite_bench.keyring)
    )
    assert list(checkpoint_faults([one, replace(other, rows=9)], sqlite_bench.keyring))


def test_a_chain_that_does_not_hold_is_not_pruned(sqlite_bench: StoreBench) -> None:
    told(sqlite_bench, 5)
    with unguarded(sqlite_bench) as work:
        work.tx.connection.execute(text("UPDATE audit SET object = 'c9' WHERE seq = 2"))
    with pytest.raises(Damaged):
        prune(sqlite_bench, 99)
    assert left(sqlite_bench) == [1, 2, 3, 4, 5], "whoever looks into it finds everything"


def test_a_noted_head_shows_a_tail_that_was_cut_off(sqlite_bench: StoreBench) -> None:
    told(sqlite_bench, 5)
    with sqlite_bench.store.reading() as work:
        noted = work.audit.head()
    assert noted is not None
    with unguarded(sqlite_bench) as work:
        work.tx.connection.execute(text("DELETE FROM audit WHERE seq > 3"))
    assert faults(sqlite_bench) == [], "the rest is a chain of its own"
    with sqlite_bench.store.reading() as work:
        assert work.audit.mac_of(noted.seq) is None and work.audit.mac_of(3) is not None
