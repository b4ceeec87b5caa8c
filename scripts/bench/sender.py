"""One sending process as shipped, but for the queue server: drains its lane until told to stop.

    python -m scripts.bench.sender LANE [--instant]

``--instant`` puts a provider into the process that takes everything at once: what is left is the engine.
"""

import signal
import sys
import threading
from dataclasses import dataclass, field
from itertools import count
from typing import Any, get_args

from gateway.ports.channel import Capabilities, Channel, Lane, OutboundMessage, SendResult
from workers.running import running_gateway

IDLE_SECONDS = 0.02


@dataclass
class Instant:
    """Takes everything."""

    name: str = "twilio"
    numbers: Any = field(default_factory=count)
    capabilities: Capabilities = Capabilities(False, False, True, True)

    def send(self, message: OutboundMessage) -> SendResult:
        """Take it."""
        return SendResult("accepted", provider_id=f"i{next(self.numbers)}")


def main() -> None:
    """Send until SIGTERM."""
    lane = next(lane for lane in get_args(Lane) if lane == sys.argv[1])
    gateway, stop = running_gateway(), threading.Event()
    signal.signal(signal.SIGTERM, lambda _number, _frame: stop.set())
    if "--instant" in sys.argv:
        channels: dict[str, Channel] = gateway.channels  # type: ignore[assignment]  # the one place that swaps it
        channels["twilio"] = Instant()  # type: ignore[assignment]  # sends, and that is all that is asked of it here
    while not stop.is_set():
        if not gateway.delivery.send_due(lane):
            stop.wait(IDLE_SECONDS)


if __name__ == "__main__":
    main()
