"""The audit's own period: pruned by the retention round, kept for held cases, provable from outside at any time."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.ports.hold_book import HoldRow
from tests.doubles.meters import CountingMeter
from tests.support.command_line import CommandLine
from tests.support.gateway_in_process import DISTRICT, House, open_house

DAY = timedelta(days=1)
FIVE_YEARS = 1_826 * DAY


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path) as opened:
        yield opened


def audited(house: House, *objects: str) -> None:
    with house.writing() as work:
        for named in objects:
            work.audit.append(house.clock.now(), "noy", "desk", "case.opened_page", named)


def objects(house: House) -> list[str]:
    with house.reading() as work:
        return [row.object for row in reversed(work.audit.rows()) if row.action == "case.opened_page"]


def test_rows_go_after_their_period_and_the_chain_says_so_itself(house: House) -> None:
    audited(house, "one", "two")
    house.clock.at += FIVE_YEARS - DAY
    assert house.gateway.retention.run()["audit"] == 0 and objects(house) == ["one", "two"]
    audited(house, "three")
    house.clock.at += 2 * DAY
    expected = house.gateway.retention.run(dry=True)
    assert objects(house) == ["one", "two", "three"], "a dry run takes nothing away"
    assert house.gateway.retention.run() == expected and expected["audit"] >= 2
    assert objects(house) == ["three"]
    with house.reading() as work:
        told = [row for row in work.audit.rows() if row.action == "retention.audit"]
    assert [row.object for row in told] == [str(expected["audit"])]
    gateway = CommandLine(house.folder)
    assert "of which the first" in gateway("audit", "verify").out


def test_rows_of_a_held_case_stay_with_it(house: House) -> None:
    audited(house, "before")
    held = house.case(house.report(what="wages", danger="not_now", place=DISTRICT)).id
    audited(house, held, "behind")
    with house.writing() as work:
        work.holds.add(
            HoldRow(house.gateway.outside.chance.new_id(), held, "held", "a court", "noy", house.clock.now())
        )
    house.clock.at += FIVE_YEARS + DAY
    house.gateway.retention.run()
    assert objects(house) == [held, "behind"]


def test_an_audit_that_does_not_hold_is_left_for_whoever_looks_into_it(house: House) -> None:
    audited(house, "one", "two")
    with closing(sqlite3.connect(house.folder / "gateway.db")) as database:
        database.execute("DROP TRIGGER audit_no_update")
        database.execute("UPDATE audit SET object = 'other' WHERE object = 'two'")
        database.commit()
    house.clock.at += FIVE_YEARS + DAY
    assert house.gateway.retention.run()["audit"] == 0 and objects(house) == ["one", "other"]


def test_the_log_hears_once_a_day_how_the_chain_ends(house: House) -> None:
    meter = CountingMeter()
    retention = replace(house.gateway.retention, outside=replace(house.gateway.outside, meter=meter))
    retention.duty()
    assert meter.events.count("audit_head") == 0, "it has not begun"
    audited(house, "one")
    for hours, heard in ((1, 1), (12, 1), (12, 2)):
        house.clock.at += timedelta(hours=hours)
        retention.duty()
        assert meter.events.count("audit_head") == heard


def test_a_head_that_was_noted_elsewhere_proves_that_no_tail_is_missing(house: House) -> None:
    audited(house, "one", "two", "three")
    gateway = CommandLine(house.folder)
    [noted] = gateway("audit", "head", "--json").objects()
    seq, seal = str(noted["seq"]), noted["mac"]
    audited(house, "four")
    assert gateway("audit", "verify", "--head", seq, seal[:16]).status == 0
    assert "is not the noted one" in gateway("audit", "verify", "--head", seq, "0" * 16).out
    assert gateway("audit", "verify", "--head", seq, seal[:4]).status == 1, "four letters prove nothing"
    with closing(sqlite3.connect(house.folder / "gateway.db")) as database:
        database.execute("DROP TRIGGER audit_no_delete")
        database.execute("DELETE FROM audit WHERE seq >= ?", (noted["seq"],))
        database.commit()
    assert gateway("audit", "verify").status == 0, "what is left is a chain of its own"
    done = gateway("audit", "verify", "--head", seq, seal)
    assert done.status == 1 and "the chain ends before row" in done.out
