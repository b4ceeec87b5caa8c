"""The stored audit: one unbroken chain, written with what it tells of, that SQL cannot rewrite."""

import threading

import pytest
from sqlalchemy import text

from gateway.errors import GatewayError
from tests.integration.conftest import NOON, StoreBench


def told(bench: StoreBench, count: int = 3) -> None:
    for number in range(count):
        with bench.store.writing() as work:
            work.audit.append(NOON, "noy", "desk", "case.read", f"c{number}")


def faults(bench: StoreBench) -> list[str]:
    with bench.store.reading() as work:
        return list(work.audit.verify())


def test_rows_form_a_chain(bench: StoreBench) -> None:
    told(bench)
    with bench.store.writing() as work:
        work.audit.append(NOON, "noy", "desk", "signin", "console", "refused")
        work.audit.append(NOON, "kham", "admin", "account.added", "ໜ້ອຍ")
        head = work.audit.head()
    assert head is not None and (head.seq, head.actor, head.object) == (5, "kham", "ໜ້ອຍ")
    with bench.store.reading() as work:
        rows = work.audit.rows(2)
        assert [row.seq for row in rows] == [5, 4] and rows[0] == head and head.previous == rows[1].mac
    assert faults(bench) == []


def test_an_empty_audit_holds(bench: StoreBench) -> None:
    with bench.store.reading() as work:
        assert work.audit.head() is None and work.audit.rows() == ()
    assert faults(bench) == []


@pytest.mark.parametrize("tampering", ["UPDATE audit SET actor = 'nobody'", "DELETE FROM audit"])
def test_sql_cannot_rewrite_it(bench: StoreBench, tampering: str) -> None:
    told(bench)
    with pytest.raises(GatewayError), bench.store.writing() as work:
        work.tx.connection.execute(text(tampering))
    assert faults(bench) == []


def test_whoever_drops_the_guard_is_found_by_the_chain(sqlite_bench: StoreBench) -> None:
    told(sqlite_bench)
    with sqlite_bench.store.writing() as work:
        work.tx.connection.execute(text("DROP TRIGGER audit_no_update"))
        work.tx.connection.execute(text("UPDATE audit SET object = 'c9' WHERE seq = 2"))
    assert faults(sqlite_bench) == ["row 2 was changed"]


def test_writers_at_once_make_one_chain(bench: StoreBench) -> None:
    def tell() -> None:
        for _ in range(5):
            with bench.store.writing() as work:
                work.audit.append(NOON, "noy", "desk", "case.read", "c1")

    threads = [threading.Thread(target=tell) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults(bench) == []
    with bench.store.reading() as work:
        head = work.audit.head()
    assert head is not None and head.seq == 30
