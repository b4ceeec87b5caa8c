"""Transactions: all or nothing, one writer at a time, and an honest word when nothing could be stored."""

import sqlite3
import threading
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from gateway.errors import Conflict, Damaged, Defect, Unavailable
from gateway.store.unit_of_work import SqlUnitOfWork
from tests.integration.conftest import StoreBench


def mark(bench: StoreBench, name: str) -> str | None:
    with bench.store.reading() as work:
        return work.duties.mark(name)


def test_a_block_that_ends_well_is_stored(bench: StoreBench) -> None:
    with bench.store.writing() as work:
        work.duties.set_mark("mode", "demo")
    assert mark(bench, "mode") == "demo"
    assert bench.visited == ["before-commit", "after-commit"]


def test_a_block_that_raises_leaves_nothing(bench: StoreBench) -> None:
    with pytest.raises(ZeroDivisionError), bench.store.writing() as work:
        work.duties.set_mark("mode", "demo")
        work.audit.append(bench.clock.now(), "a", "b", "c", "d")
        raise ZeroDivisionError
    assert mark(bench, "mode") is None
    with bench.store.reading() as work:
        assert work.audit.head() is None
    assert bench.visited == []


def test_a_savepoint_undoes_its_own_block_only(bench: StoreBench) -> None:
    with bench.store.writing() as work:
        work.duties.set_mark("kept", "yes")
        work.audit.append(bench.clock.now(), "a", "b", "kept", "d")
        with pytest.raises(ZeroDivisionError), work.savepoint():
            work.duties.set_mark("lost", "yes")
            work.audit.append(bench.clock.now(), "a", "b", "lost", "d")
            raise ZeroDivisionError
        with work.savepoint():
            work.duties.set_mark("kept too", "yes")
    assert [mark(bench, name) for name in ("kept", "lost", "kept too")] == ["yes", None, "yes"]
    with bench.store.reading() as work:
        assert [row.action for row in work.audit.rows()] == ["kept"]


def test_after_a_refused_row_the_transaction_goes_on_from_its_savepoint(bench: StoreBench) -> None:
    now = bench.clock.now()
    with bench.store.writing() as work:
        with pytest.raises(Conflict), work.savepoint():
            _account(work, "1", now)
            _account(work, "2", now)
        work.duties.set_mark("after", "yes")
    assert mark(bench, "after") == "yes"


def _account(work: SqlUnitOfWork, account_id: str, now: datetime) -> None:
    statement = text("INSERT INTO account VALUES (:id, 'noy', '', '[]', '[]', 'lo', false, :now, NULL)")
    work.tx.connection.execute(statement, {"id": account_id, "now": now.replace(tzinfo=None).isoformat()})


def test_a_reading_transaction_cannot_write(bench: StoreBench) -> None:
    with pytest.raises((Defect, Unavailable)), bench.store.reading() as work:
        work.duties.set_mark("mode", "demo")
    with pytest.raises(Defect), bench.store.reading() as work:
        work.audit.append(bench.clock.now(), "a", "b", "c", "d")
    assert mark(bench, "mode") is None


def test_a_reading_transaction_sees_one_moment(bench: StoreBench) -> None:
    with bench.store.reading() as work:
        assert work.duties.mark("mode") is None
        with bench.store.writing() as other:
            other.duties.set_mark("mode", "demo")
        assert work.duties.mark("mode") is None
    assert mark(bench, "mode") == "demo"


def test_instants_without_a_zone_are_a_defect(bench: StoreBench) -> None:
    with pytest.raises(Exception, match="without a time zone"), bench.store.writing() as work:
        work.people.lock("+8562000000001", datetime(2026, 11, 24))


def test_threads_of_one_process_take_turns(bench: StoreBench) -> None:
    """Twenty threads add one each to the same figure; none is lost and none is refused."""
    with bench.store.writing() as work:
        work.people.lock("+8562000000001", bench.clock.now())

    def add_one() -> None:
        with bench.store.writing() as work:
            work.people.lock("+8562000000001", bench.clock.now())
            work.duties.set_mark("sum", str(int(work.duties.mark("sum") or 0) + 1))

    threads = [threading.Thread(target=add_one) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert mark(bench, "sum") == "20"


def test_a_second_writer_gives_up_when_the_first_does_not_end(sqlite_bench: StoreBench) -> None:
    bench = sqlite_bench
    other = bench.another(wait=0)
    with bench.store.writing() as work:
        work.duties.set_mark("mode", "demo")
        with pytest.raises(Unavailable), other.writing():
            pytest.fail("two writers at once")
    with other.writing() as work:
        assert work.duties.mark("mode") == "demo"


def test_a_second_thread_gives_up_when_the_first_does_not_end(sqlite_bench: StoreBench) -> None:
    bench = sqlite_bench
    store = bench.another(wait=0)
    seen: list[type[Exception]] = []

    def write() -> None:
        try:
            with store.writing():
                pass
        except Unavailable as error:
            seen.append(type(error))

    with store.writing():
        thread = threading.Thread(target=write)
        thread.start()
        thread.join()
    assert seen == [Unavailable]


def test_a_full_disk_stores_nothing_and_says_so(sqlite_bench: StoreBench) -> None:
    bench = sqlite_bench
    _limit_pages(bench, spare=20)
    with pytest.raises(Unavailable), bench.store.writing() as work:
        work.duties.set_mark("before", "yes")
        for number in range(1_000):
            work.duties.set_mark(f"mark {number}", "x" * 4_000)
    assert mark(bench, "before") is None


def test_nothing_slips_in_after_the_database_gave_up_within_a_savepoint(sqlite_bench: StoreBench) -> None:
    """A conversation fails for want of room; the fallback reply must not be stored without its message."""
    bench = sqlite_bench
    _limit_pages(bench, spare=20)
    with pytest.raises(Unavailable), bench.store.writing() as work:
        work.duties.set_mark("message", "yes")
        with pytest.raises(Unavailable), work.savepoint():
            for number in range(1_000):
                work.duties.set_mark(f"mark {number}", "x" * 4_000)
        work.duties.set_mark("fallback", "yes")
    assert [mark(bench, name) for name in ("message", "fallback")] == [None, None]
    with bench.store.writing() as work:
        work.duties.set_mark("later", "yes")
    assert mark(bench, "later") == "yes"


def _limit_pages(bench: StoreBench, spare: int) -> None:
    """Give the one writing connection of the pool no room to grow."""
    with bench.store.writing() as work:
        pages = work.tx.connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        work.tx.connection.exec_driver_sql(f"PRAGMA max_page_count={pages + spare}")


def test_a_database_that_is_none_is_damaged(sqlite_bench: StoreBench) -> None:
    bench = sqlite_bench
    bench.store.dispose()
    path = bench.url.removeprefix("sqlite:///")
    with open(path, "r+b") as file:
        file.write(b"no database at all, but long enough" * 10)
    with pytest.raises(Damaged), bench.another().writing():
        pytest.fail("a transaction in a file of nonsense")


def test_a_database_that_cannot_be_reached_is_unavailable(bench: StoreBench) -> None:
    bench.url = bench.url.replace("gateway.db", "missing/gateway.db").replace("/copy", "/missing")
    with pytest.raises(Unavailable), bench.another().writing():
        pytest.fail("a transaction in no database")


def test_errors_of_the_database_repeat_no_values(bench: StoreBench) -> None:
    with pytest.raises(Defect) as caught, bench.store.writing() as work:
        statement = text("INSERT INTO mark (name, value) VALUES (:name, :nothing)")
        work.tx.connection.execute(statement, {"name": "+8562055512345", "nothing": None})
    seen: BaseException | None = caught.value
    while seen is not None:
        assert "55512345" not in str(seen) or not bench.sqlite
        seen = seen.__cause__
    assert "55512345" not in str(caught.value)


def test_the_settings_that_durability_rests_on_are_set(bench: StoreBench) -> None:
    with bench.store.writing() as work:
        read = work.tx.connection.exec_driver_sql
        if bench.sqlite:
            names = ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "trusted_schema", "busy_timeout")
            found = [read(f"PRAGMA {name}").scalar_one() for name in names]
            assert found == ["wal", 2, 1, 1, 0, 5000]
        else:
            assert read("SHOW synchronous_commit").scalar_one() == "on"
            assert read("SHOW timezone").scalar_one() == "UTC"


def test_the_file_of_a_new_database_is_for_its_owner_alone(sqlite_bench: StoreBench, tmp_path: Path) -> None:
    bench, path = sqlite_bench, tmp_path / "new.db"
    bench.url = f"sqlite:///{path}"
    with pytest.raises(Defect), bench.another().writing() as work:
        work.duties.mark("no table yet")
    assert path.stat().st_mode & 0o777 == 0o600
    assert sqlite3.connect(path).execute("PRAGMA journal_mode").fetchone() == ("wal",)
