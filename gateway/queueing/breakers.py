"""The circuits of this process: what its own threads have seen of each channel."""

import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from gateway.delivery.breaker import CLOSED, Circuit, asked, told
from gateway.ports.channel import SendResult


@dataclass(slots=True)
class ProcessBreakers:
    """One circuit a channel, shared by the threads of this process (gateway.ports.breakers)."""

    _circuits: dict[str, Circuit] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def ask(self, channel: str, now: datetime) -> timedelta:
        """Return zero when a text may be tried now, else how long to wait."""
        with self._lock:
            self._circuits[channel], wait = asked(self._circuits.get(channel, CLOSED), now)
            return wait

    def tell(self, channel: str, result: SendResult, now: datetime) -> bool:
        """Note what an attempt came to; True when the channel is left alone from now on."""
        with self._lock:
            before = self._circuits.get(channel, CLOSED)
            after = told(before, result.outcome, now, throttled=result.throttled)
            self._circuits[channel] = after
            return before.open_until is None and after.open_until is not None
