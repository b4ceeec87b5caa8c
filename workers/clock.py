"""The clock: a loop of ticks that finds whatever is due, needs no queue server and may run any number of times."""

import signal
import threading
from collections.abc import Callable

from gateway.ports.meter import Meter

TICK_SECONDS = 5.0


def serve_clock(
    tick: Callable[[], object], ready: Callable[[], None], meter: Meter, seconds: float = TICK_SECONDS
) -> None:
    """Call ``tick`` every ``seconds`` until SIGTERM or SIGINT; a failing tick is recorded and the next one tries again.

    Each duty is claimed in the database, so two clocks share the work.
    """
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    ready()
    while not stop.is_set():
        try:
            tick()
        except Exception as error:  # noqa: BLE001  the outermost door: escalation must survive any fault, and it records
            meter.event("tick_failed", error=type(error).__name__)
            meter.count("ticks", outcome="failed")
        stop.wait(seconds)
