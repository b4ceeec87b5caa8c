"""The queue server as a carrier of hints: wake-ups that coalesce, jobs by fixed names only, rates that hold."""

import socket
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from redis import Redis
from rq import Queue, SimpleWorker
from rq.job import Job
from rq.serializers import JSONSerializer

from gateway.errors import Defect
from gateway.queueing import embedded
from gateway.queueing.connection import connect
from gateway.queueing.throttle import LocalThrottle, RedisThrottle
from gateway.queueing.wakeup import JOBS, LANES, NoWakeup, RedisWakeup, acknowledge_wakeup, open_queue
from tests.doubles.meters import CountingMeter
from tests.doubles.servers import running_valkey


@pytest.fixture
def connection(valkey: str) -> Iterator[Redis]:
    with closing(connect(valkey)) as opened:
        yield opened


class Seconds:
    """Monotonic seconds that a test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_hundred_wakeups_make_one_job(connection: Redis) -> None:
    meter = CountingMeter()
    wakeup = RedisWakeup(connection, meter)
    for _ in range(100):
        wakeup.wake("alerts")
    queue = open_queue("alerts", connection)
    assert queue.count == 1 and meter.counts == {"wakeups:alerts:sent": 1, "wakeups:alerts:joined": 99}
    job = queue.jobs[0]
    assert (job.func_name, job.args, job.kwargs) == ("workers.alerts.drain", [], {})
    assert (job.timeout, job.result_ttl, job.failure_ttl) == (120, 0, 86_400)


def test_once_the_job_has_answered_the_next_row_wakes_again(connection: Redis) -> None:
    wakeup = RedisWakeup(connection, CountingMeter())
    wakeup.wake("replies")
    acknowledge_wakeup(connection, "replies")
    wakeup.wake("replies")
    assert open_queue("replies", connection).count == 2


def test_a_worker_that_is_away_does_not_find_a_heap(connection: Redis) -> None:
    wakeup = RedisWakeup(connection, CountingMeter())
    for _ in range(20):
        acknowledge_wakeup(connection, "chores")
        wakeup.wake("chores")
    assert open_queue("chores", connection).count == 3


def test_an_absent_server_costs_a_count_and_then_a_pause() -> None:
    clock, meter = Seconds(), CountingMeter()
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))  # bound, not listening: refused
        wakeup = RedisWakeup(connect(f"redis://127.0.0.1:{taken.getsockname()[1]}/0"), meter, clock)
        wakeup.wake("alerts")
        wakeup.wake("alerts")
        clock.now += 1.5
        wakeup.wake("alerts")
    assert meter.counts == {"wakeups:alerts:lost": 2, "wakeups:alerts:paused": 1}


def test_a_hanging_server_is_given_up() -> None:
    meter = CountingMeter()
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        RedisWakeup(connect(f"redis://127.0.0.1:{silent.getsockname()[1]}/0"), meter).wake("alerts")
    assert meter.counts == {"wakeups:alerts:lost": 1}


def test_an_unknown_lane_is_a_defect(connection: Redis) -> None:
    with pytest.raises(Defect):
        RedisWakeup(connection, CountingMeter()).wake("gossip")


def test_without_a_server_a_wakeup_does_nothing() -> None:
    for lane in LANES:
        NoWakeup().wake(lane)


def test_every_job_name_is_the_drain_of_its_lane() -> None:
    assert {lane: f"workers.{lane}.drain" for lane in LANES} == JOBS


def test_the_queue_is_json_so_that_redis_cannot_run_code(connection: Redis) -> None:
    RedisWakeup(connection, CountingMeter()).wake("alerts")
    queue = open_queue("alerts", connection)
    assert queue.serializer is JSONSerializer
    worker = SimpleWorker([queue], connection=connection, serializer=JSONSerializer)
    assert worker.serializer is JSONSerializer and isinstance(queue.jobs[0], Job)
    assert Queue.redis_queue_namespace_prefix in queue.key


# --- rates --------------------------------------------------------------------------------------------------------


def drained(throttle: LocalThrottle | RedisThrottle, lane: str, most: int = 500) -> int:
    """Take single segments until the lane must wait; return how many were given."""
    for given in range(most):
        if throttle.take("twilio", lane, 1):
            return given
    return most


def test_a_broadcast_leaves_room_for_an_alert() -> None:
    clock = Seconds()
    throttle = LocalThrottle({"twilio": 100.0}, senders=1, monotonic=clock)
    assert drained(throttle, "broadcasts") == 70
    assert drained(throttle, "replies") == 20  # 90 a second of its own, but it leaves a tenth of the channel's
    assert drained(throttle, "alerts") == 10
    assert throttle.take("twilio", "alerts", 1) == timedelta(seconds=0.01)
    clock.now += 0.1
    assert drained(throttle, "alerts") == 10


def test_the_pace_is_exact_over_ten_seconds() -> None:
    clock = Seconds()
    throttle = LocalThrottle({"twilio": 100.0}, senders=1, monotonic=clock)
    drained(throttle, "broadcasts")
    end, sent = clock.now + 10, 0
    while clock.now < end:
        wait = throttle.take("twilio", "broadcasts", 1)
        sent += not wait
        clock.now += wait.total_seconds()
    assert 693 <= sent <= 707


def test_a_text_larger_than_a_second_waits_for_a_full_bucket_and_is_paid_back() -> None:
    clock = Seconds()
    throttle = LocalThrottle({"twilio": 2.0}, senders=1, monotonic=clock)
    assert not throttle.take("twilio", "alerts", 6)
    assert throttle.take("twilio", "alerts", 1) == timedelta(seconds=2.5)


def test_each_of_four_processes_takes_its_part() -> None:
    assert drained(LocalThrottle({"twilio": 100.0}, senders=4, monotonic=Seconds()), "alerts") == 25


def test_a_throttling_answer_halves_the_rate_at_once_and_it_comes_back_by_steps() -> None:
    clock = Seconds()
    throttle = LocalThrottle({"twilio": 100.0}, senders=1, monotonic=clock)
    began, tenths = clock.now, []
    for seconds in (0, 9, 10, 25, 49, 50, 60):
        throttle.slow_down("twilio")  # said again and again, it counts once in 60 s
        clock.now = began + seconds
        drained(throttle, "alerts")
        clock.now += 0.1
        tenths.append(drained(throttle, "alerts"))
    assert tenths == [5, 5, 6, 7, 9, 10, 10]
    throttle.slow_down("twilio")
    drained(throttle, "alerts")
    clock.now += 0.1
    assert drained(throttle, "alerts") == 5


def part(connection: Redis) -> float:
    """Return the part of its rate that the channel was cut down to."""
    return float(connection.hget("saiduan:rate:{twilio}:cut", "part") or 1)


def test_buckets_in_redis_are_shared_by_senders(connection: Redis) -> None:
    # A slow channel, so that what refills while the test runs is less than one segment.
    rates = {"twilio": 0.02}
    senders = [RedisThrottle(connection, LocalThrottle(rates), CountingMeter()) for _ in range(2)]
    waits = [sender.take("twilio", "alerts", 1) for sender in senders]
    assert all(timedelta(seconds=20) < wait <= timedelta(seconds=25) for wait in waits)  # half full: half of 50 s
    connection.hset("saiduan:rate:{twilio}:all", "level", "1")
    connection.hset("saiduan:rate:{twilio}:alerts", "level", "1")
    assert senders[0].take("twilio", "alerts", 1) == timedelta(0)
    assert senders[1].take("twilio", "alerts", 1) > timedelta(seconds=40)


def test_in_redis_too_a_broadcast_leaves_room_for_an_alert(connection: Redis) -> None:
    throttle = RedisThrottle(connection, LocalThrottle({"twilio": 100.0}), CountingMeter())
    drained(throttle, "broadcasts")
    assert throttle.take("twilio", "broadcasts", 70) > timedelta(0)
    assert throttle.take("twilio", "alerts", 1) == timedelta(0)


def test_in_redis_too_a_throttling_answer_halves_the_rate(connection: Redis) -> None:
    throttle = RedisThrottle(connection, LocalThrottle({"twilio": 100.0}), CountingMeter())
    for _ in range(3):
        throttle.slow_down("twilio")
    assert part(connection) == 0.5
    at = float(connection.hget("saiduan:rate:{twilio}:cut", "at") or 0)
    connection.hset("saiduan:rate:{twilio}:cut", "at", f"{at - 65:.6f}")  # a minute later
    throttle.slow_down("twilio")
    assert part(connection) == 0.5, "it had come back to the whole rate"
    connection.hset("saiduan:rate:{twilio}:cut", mapping={"at": f"{at - 65:.6f}", "part": "0.01"})
    throttle.slow_down("twilio")
    assert part(connection) == 0.305


def test_after_redis_lost_its_memory_a_channel_begins_at_half_its_rate(connection: Redis) -> None:
    throttle = RedisThrottle(connection, LocalThrottle({"twilio": 100.0}), CountingMeter())
    given = drained(throttle, "alerts")
    assert 25 <= given <= 60 and part(connection) == 0.5
    connection.flushall()
    assert drained(throttle, "alerts") >= 25 and part(connection) == 0.5


def test_without_redis_each_process_keeps_to_its_share() -> None:
    clock, meter = Seconds(), CountingMeter()
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        away = connect(f"redis://127.0.0.1:{taken.getsockname()[1]}/0")
        throttle = RedisThrottle(away, LocalThrottle({"twilio": 100.0}, monotonic=clock), meter)
        assert drained(throttle, "alerts") == 25
        throttle.slow_down("twilio")
    assert meter.counts == {"throttle_without_redis:alerts": 1, "throttle_without_redis:all": 1}


# --- the bundled server -------------------------------------------------------------------------------------------


@pytest.mark.needs("valkey")
def test_what_was_queued_survives_a_killed_server(tmp_path: Path) -> None:
    with running_valkey(tmp_path) as (url, process), closing(connect(url, timeout=5)) as connection:
        assert connection.config_get("appendonly") == {"appendonly": "yes"}
        assert connection.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
        RedisWakeup(connection, CountingMeter()).wake("alerts")
        connection.execute_command("WAITAOF", 1, 0, 5000)  # type: ignore[no-untyped-call]
        process.kill()
        process.wait()
    with running_valkey(tmp_path) as (url, _), closing(connect(url, timeout=5)) as connection:
        assert open_queue("alerts", connection).count == 1


@pytest.mark.needs("valkey")
def test_an_orphan_that_holds_the_folder_is_ended(tmp_path: Path) -> None:
    with running_valkey(tmp_path) as (url, process):
        embedded.publish_url(tmp_path, url)
        assert embedded.running_url(tmp_path) == url and embedded.answers(url)
        embedded.end_orphan(tmp_path)
        assert process.wait(timeout=10) == 0
    assert embedded.running_url(tmp_path) == "" and not embedded.answers(url)


@pytest.mark.needs("valkey")
def test_a_server_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    with running_valkey(tmp_path / "theirs") as (url, _):
        embedded.publish_url(tmp_path / "ours", url)
        embedded.end_orphan(tmp_path / "ours")
        assert embedded.answers(url)


def test_a_taken_port_is_passed_over() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        assert embedded.free_port(port, tries=1) is None
        assert embedded.free_port(port, tries=50) in range(port + 1, port + 50)
