"""Wake-ups by RQ: one coalesced job a lane, named by its dotted name; losing one costs seconds, never a message."""

import time
from collections.abc import Callable

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from rq.job import Job
from rq.serializers import JSONSerializer

from gateway.errors import Defect
from gateway.ports.meter import Meter

LANES = ("alerts", "replies", "broadcasts", "chores")
JOBS = {lane: f"workers.{lane}.drain" for lane in LANES}
"""The only jobs a worker will run, by lane; the names are resolved by a test, never by what stands in a queue."""

JOB_TIMEOUT = 120
TIMEOUTS = {"chores": 600}
"""Seconds after which a job is given up, by lane: a long list is passed up to where it stopped before it goes on."""
FAILURE_TTL = 24 * 60 * 60
_COALESCE_SECONDS = 2
_PAUSE_SECONDS = 1.0
_ENOUGH_WAITING = 3


def open_queue(lane: str, connection: Redis, job_class: type[Job] = Job) -> Queue:
    """Return the queue of ``lane``; JSON, since the default serializer would run whatever Redis holds."""
    return Queue(
        lane,
        connection=connection,
        default_timeout=JOB_TIMEOUT,
        job_class=job_class,
        serializer=JSONSerializer,
    )


class RedisWakeup:
    """Wakes the worker of a lane; ``monotonic`` gives seconds."""

    def __init__(self, connection: Redis, meter: Meter, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._connection, self._meter, self._monotonic = connection, meter, monotonic
        self._quiet_until = float("-inf")

    def wake(self, lane: str) -> None:
        """Ask the worker of ``lane`` to look for due rows; errors are counted and swallowed, for the clock finds them.

        After an error the next second's calls return at once, so that a hanging server costs one request 300 ms.
        """
        if lane not in JOBS:
            raise Defect(f"no worker serves the lane {lane!r}")
        if self._monotonic() < self._quiet_until:
            self._meter.count("wakeups", lane=lane, outcome="paused")
            return
        try:
            outcome = self._enqueue(lane)
        except (RedisError, OSError):
            self._quiet_until = self._monotonic() + _PAUSE_SECONDS
            outcome = "lost"
        self._meter.count("wakeups", lane=lane, outcome=outcome)

    def _enqueue(self, lane: str) -> str:
        queue = open_queue(lane, self._connection)
        with self._connection.pipeline(transaction=False) as pipe:
            pipe.set(_key(lane), 1, nx=True, ex=_COALESCE_SECONDS)
            pipe.llen(queue.key)
            first, waiting = pipe.execute()
        if not first:
            return "joined"
        # A worker that is away would otherwise find one job for every two seconds of its absence.
        if waiting >= _ENOUGH_WAITING:
            return "joined"
        queue.enqueue_call(JOBS[lane], timeout=TIMEOUTS.get(lane, JOB_TIMEOUT), result_ttl=0, failure_ttl=FAILURE_TTL)
        return "sent"


def acknowledge_wakeup(connection: Redis, lane: str) -> None:
    """Drop the lane's key; called before draining, so that a row committed meanwhile wakes a new job."""
    try:
        connection.delete(_key(lane))
    except (RedisError, OSError):
        return  # it expires by itself in two seconds


class NoWakeup:
    """Stands in where there is no queue server: the clock process finds what is due."""

    def wake(self, lane: str) -> None:
        """Do nothing."""


def _key(lane: str) -> str:
    return f"saiduan:wake:{lane}"
