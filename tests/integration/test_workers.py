"""Workers on a real queue server: one lane, one job, out on SIGTERM, back when the server is back; and the clock."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from redis import Redis
from rq.registry import FailedJobRegistry, StartedJobRegistry

from gateway.queueing.connection import connect
from gateway.queueing.wakeup import JOBS, LANES, RedisWakeup, acknowledge_wakeup, open_queue
from tests.doubles.meters import CountingMeter
from tests.doubles.servers import running_valkey
from workers.clock import serve_clock
from workers.lane_worker import open_worker, serve_lane


@pytest.fixture
def connection(valkey: str) -> Iterator[Redis]:
    with closing(connect(valkey, timeout=None)) as opened:
        yield opened


@pytest.fixture(autouse=True)
def signals() -> Iterator[None]:
    """Put the signal handlers back that a worker or a clock replaced."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def leave() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


def test_a_wakeup_drains_the_lane_and_leaves_nothing_behind(connection: Redis) -> None:
    drained: list[str] = []
    RedisWakeup(connection, CountingMeter()).wake("alerts")
    open_worker("alerts", connection, lambda: drained.append("alerts")).work(burst=True)
    assert drained == ["alerts"]
    assert not [key for key in connection.scan_iter("rq:job:*")]


def test_a_row_that_comes_while_the_lane_drains_brings_a_second_job(connection: Redis) -> None:
    wakeup, drained = RedisWakeup(connection, CountingMeter()), []

    def drain() -> None:
        acknowledge_wakeup(connection, "alerts")
        drained.append(1)
        if len(drained) == 1:
            wakeup.wake("alerts")

    wakeup.wake("alerts")
    open_worker("alerts", connection, drain).work(burst=True)
    assert len(drained) == 2


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("os.abort", []),
        ("workers.replies.drain", []),
        (JOBS["alerts"], ["; rm -rf"]),
        ("antigravity.geohash", [1, 2, 3]),
    ],
)
def test_whoever_writes_to_redis_cannot_run_anything_else(
    connection: Redis, name: str, arguments: list[object]
) -> None:
    drained: list[int] = []
    queue = open_queue("alerts", connection)
    job = queue.enqueue_call(name, args=arguments)
    connection.hset(job.key, "failure_callback_name", "os.abort")
    connection.hset(job.key, "webhooks", '[{"url": "http://127.0.0.1:1/", "events": ["failed"]}]')
    open_worker("alerts", connection, lambda: drained.append(1)).work(burst=True)
    assert drained == [] and job.id in FailedJobRegistry(queue=queue)


def test_sigterm_lets_the_job_in_hand_finish(connection: Redis) -> None:
    told: list[str] = []

    def drain() -> None:
        leave()
        told.append("finished")

    RedisWakeup(connection, CountingMeter()).wake("replies")
    serve_lane("replies", connection, drain, ready=lambda: told.append("ready"))
    assert told == ["ready", "finished"]
    assert StartedJobRegistry(queue=open_queue("replies", connection)).count == 0


def test_an_idle_worker_says_that_it_lives_and_leaves_at_once(connection: Redis) -> None:
    beats: list[int] = []

    def beat() -> None:
        beats.append(1)
        threading.Timer(0.2, leave).start()

    serve_lane("chores", connection, lambda: None, beat)
    assert beats == [1]


@pytest.mark.slow
@pytest.mark.needs("valkey")
def test_a_worker_comes_back_when_the_server_is_back(tmp_path: Path) -> None:
    """The server dies under an idle worker; a new one on the same port wakes it again."""
    drained: list[int] = []
    with running_valkey(tmp_path) as (url, process):
        port = int(url.rpartition(":")[2].removesuffix("/0"))
        connection = connect(url, timeout=None)
        finished = threading.Event()

        def replace_server() -> None:
            process.kill()
            process.wait()
            with running_valkey(tmp_path / "again", port), closing(connect(url)) as other:
                RedisWakeup(other, CountingMeter()).wake("alerts")
                finished.wait(30)

        replacing = threading.Timer(0.5, replace_server)

        def drain() -> None:
            drained.append(1)
            leave()

        serve_lane("alerts", connection, drain, ready=replacing.start)
        finished.set()
        replacing.join()
        connection.close()
    assert drained == [1]


def test_the_clock_survives_a_failing_tick_and_records_it() -> None:
    meter, ticks = CountingMeter(), []

    def tick() -> None:
        ticks.append(1)
        if len(ticks) == 3:
            leave()
        raise LookupError("a fault in one duty")

    serve_clock(tick, lambda: None, meter, seconds=0.0)
    assert len(ticks) == 3 and meter.counts == {"ticks:failed": 3} and meter.events == ["tick_failed"] * 3


def test_every_job_name_resolves_to_the_drain_that_runs() -> None:
    from workers.__main__ import DRAINS  # noqa: PLC0415  it needs the whole gateway; the tests above do not

    assert tuple(DRAINS) == LANES
    assert {f"{drain.__module__}.{drain.__qualname__}" for drain in DRAINS.values()} == set(JOBS.values())
