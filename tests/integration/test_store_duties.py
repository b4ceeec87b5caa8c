"""Heartbeats, duties of several clocks, facts of the installation, and the demo's movable time."""

from dataclasses import replace
from datetime import timedelta

from gateway.ports.duties import Heartbeat
from tests.integration.conftest import NOON, StoreBench

EVERY = timedelta(seconds=30)


def test_the_last_sign_of_life_counts(bench: StoreBench) -> None:
    first = Heartbeat("h:b:1:1", "clock", "h", 1, NOON)
    with bench.store.writing() as work:
        work.duties.beat(first)
        work.duties.beat(Heartbeat("h:b:2:1", "alerts", "h", 2, NOON))
        work.duties.beat(replace(first, beat_at=NOON + EVERY))
        assert [beat.beat_at for beat in work.duties.heartbeats()] == [NOON + EVERY, NOON]


def test_a_duty_is_taken_by_one_clock_a_round(bench: StoreBench) -> None:
    with bench.store.writing() as work:
        assert work.duties.take("retention", NOON, EVERY)
    with bench.another().writing() as work:
        assert not work.duties.take("retention", NOON, EVERY)
        assert not work.duties.take("retention", NOON + EVERY / 2, EVERY)
        assert work.duties.take("orphans", NOON, EVERY)
        assert work.duties.take("retention", NOON + EVERY, EVERY)


def test_a_fact_is_stored_and_replaced(bench: StoreBench) -> None:
    with bench.store.writing() as work:
        assert work.duties.mark("mode") is None
        work.duties.set_mark("mode", "demo")
        work.duties.set_mark("mode", "production")
        assert work.duties.mark("mode") == "production"


def test_the_demos_clock_only_moves_forward(bench: StoreBench) -> None:
    with bench.store.writing() as work:
        assert work.duties.clock_offset() == timedelta(0)
        work.duties.advance_clock(timedelta(minutes=10))
        work.duties.advance_clock(timedelta(minutes=-5))
        work.duties.advance_clock(timedelta(milliseconds=1))
    with bench.store.reading() as work:
        assert work.duties.clock_offset() == timedelta(minutes=10, milliseconds=1)
