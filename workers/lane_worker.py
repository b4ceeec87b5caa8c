"""An RQ worker on exactly one queue that runs only the job of its lane and outlives the queue server."""

import signal
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

from redis import Redis
from redis.exceptions import RedisError
from rq import SimpleWorker
from rq.exceptions import StopRequested
from rq.job import Job
from rq.serializers import JSONSerializer

from gateway.errors import Defect
from gateway.queueing.wakeup import JOBS, open_queue

BEAT_SECONDS = 5
_RETRY_SECONDS = 1.0


def job_class_of(lane: str, drain: Callable[[], object]) -> type[Job]:
    """Return the class of the lane's jobs: whoever can write to Redis can make ``drain`` run, and no more."""

    class LaneJob(Job):
        def restore(self, raw_data: Any) -> None:  # noqa: ANN401  the library's own signature
            super().restore(raw_data)
            # Names the library would import, and addresses it would call.
            self._success_callback_name = self._failure_callback_name = self._stopped_callback_name = None
            self.webhooks = []

        def _execute(self) -> object:
            if self.func_name != JOBS[lane] or self.args or self.kwargs or self.instance:
                raise Defect(f"the lane {lane!r} runs no such job")
            return drain()

    return LaneJob


class LaneWorker(SimpleWorker):
    """Ends on the first SIGTERM: at once when idle, after the job in hand otherwise."""

    max_connection_wait_time = 2.0  # the library would stay away for a minute
    told_to_stop = False
    beat: Callable[[], object] = staticmethod(lambda: None)
    _beat_at = float("-inf")

    @property
    def dequeue_timeout(self) -> int:
        """Seconds of idling between two heartbeats."""
        return BEAT_SECONDS

    def heartbeat(self, timeout: int | None = None, pipeline: Any = None) -> None:  # noqa: ANN401  the library's own
        """Say in both places that this worker lives; the database hears it only while the queue server does.

        So the clock sends by itself whenever no wake-up could arrive here.
        """
        super().heartbeat(timeout, pipeline)
        now = time.monotonic()
        if pipeline is None and now - self._beat_at >= BEAT_SECONDS:
            self.beat()
            self._beat_at = now

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        """Remember that the end was asked for, then stop as the library does."""
        self.told_to_stop = True
        super().request_stop(signum, frame)  # type: ignore[no-untyped-call]  # the library annotates half of itself


def open_worker(
    lane: str, connection: Redis, drain: Callable[[], object], beat: Callable[[], object] = lambda: None
) -> LaneWorker:
    """Return a worker of ``lane`` that calls ``beat`` every few seconds; raises RedisError without a queue server."""
    job_class = job_class_of(lane, drain)
    worker = LaneWorker(
        [open_queue(lane, connection, job_class)],
        connection=connection,
        job_class=job_class,
        serializer=JSONSerializer,
        worker_ttl=30,
        maintenance_interval=10,
        job_monitoring_interval=10,
        default_result_ttl=0,
        log_job_description=False,
    )
    worker.beat = beat
    return worker


def serve_lane(
    lane: str,
    connection: Redis,
    drain: Callable[[], object],
    beat: Callable[[], object] = lambda: None,
    ready: Callable[[], None] = lambda: None,
) -> None:
    """Work on ``lane`` until SIGTERM or SIGINT; ``ready`` is called once, when the first worker stands."""
    stop, told = threading.Event(), False
    while not stop.is_set():
        _heed(stop)
        try:
            worker = open_worker(lane, connection, drain, beat)
            if not told:
                ready()
                told = True
            worker.work(logging_level="WARNING")
            if worker.told_to_stop:
                return
        except RedisError:
            connection.close()
        except StopRequested:
            return
        _heed(stop)
        stop.wait(_RETRY_SECONDS)


def _heed(stop: threading.Event) -> None:
    """Take the signals back from the library, whose own handlers raise wherever they find the process."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
