"""An RQ worker on exactly one queue that runs only the job of its lane and outlives the queue server."""

import signal
import threading
from collections.abc import Callable, Mapping
from types import FrameType
from typing import Any

from redis import Redis
from redis.exceptions import RedisError
from rq import SimpleWorker
from rq.job import Job
from rq.serializers import JSONSerializer

from gateway.errors import Defect
from gateway.queueing.wakeup import JOBS, open_queue
from workers import alerts, broadcasts, chores, replies

DRAINS: Mapping[str, Callable[[], object]] = {
    "workers.alerts.drain": alerts.drain,
    "workers.replies.drain": replies.drain,
    "workers.broadcasts.drain": broadcasts.drain,
    "workers.chores.drain": chores.drain,
}
_RETRY_SECONDS = 1.0


class LaneJob(Job):
    """A job that imports nothing: whoever can write to Redis can wake a lane, and no more."""

    def restore(self, raw_data: Any) -> None:  # noqa: ANN401  the library's own signature
        """Read a job, leaving out every name the library would import or call later."""
        super().restore(raw_data)
        self._success_callback_name = self._failure_callback_name = self._stopped_callback_name = None
        self.webhooks = []

    def _execute(self) -> object:
        if self.func_name != JOBS.get(self.origin) or self.args or self.kwargs or self.instance:
            raise Defect(f"the lane {self.origin!r} runs no such job")
        return DRAINS[JOBS[self.origin]]()


class LaneWorker(SimpleWorker):
    """Ends on the first SIGTERM: at once when idle, after the job in hand otherwise."""

    max_connection_wait_time = 2.0  # the library would stay away for a minute
    told_to_stop = False

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        """Remember that the end was asked for, then stop as the library does."""
        self.told_to_stop = True
        super().request_stop(signum, frame)  # type: ignore[no-untyped-call]  # the library annotates half of itself


def open_worker(lane: str, connection: Redis) -> LaneWorker:
    """Return a worker of ``lane``; raises RedisError while the queue server is away."""
    return LaneWorker(
        [open_queue(lane, connection, LaneJob)],
        connection=connection,
        job_class=LaneJob,
        serializer=JSONSerializer,
        worker_ttl=30,
        maintenance_interval=10,
        job_monitoring_interval=10,
        default_result_ttl=0,
        log_job_description=False,
    )


def serve_lane(lane: str, connection: Redis, ready: Callable[[], None]) -> None:
    """Work on ``lane`` until SIGTERM or SIGINT; ``ready`` is called once, when the first worker stands."""
    stop = threading.Event()
    told = False
    while not stop.is_set():
        # The library puts its own handlers in place only while it works.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda _number, _frame: stop.set())
        try:
            worker = open_worker(lane, connection)
            if not told:
                ready()
                told = True
            worker.work(logging_level="WARNING")
            if worker.told_to_stop:
                return
        except RedisError:
            connection.close()
        stop.wait(_RETRY_SECONDS)
