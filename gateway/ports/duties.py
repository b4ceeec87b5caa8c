"""Who is alive, and which periodic duty is whose."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """One process: role (web, alerts, ..., clock), host, pid, when it last said it lives."""

    worker: str
    role: str
    host: str
    pid: int
    beat_at: datetime


class Duties(Protocol):
    """Heartbeats and duties claimed by conditional update, so that two clocks share them."""

    def beat(self, heartbeat: Heartbeat) -> None:
        """Say that a process lives."""
        ...

    def heartbeats(self) -> tuple[Heartbeat, ...]:
        """Return the last sign of life of every process."""
        ...

    def take(self, name: str, now: datetime, every: timedelta) -> bool:
        """Take a duty if nobody took it within ``every``; False when another was faster."""
        ...

    def clock_offset(self) -> timedelta:
        """How far the demo's clock was moved forward; zero in production."""
        ...

    def advance_clock(self, by: timedelta) -> None:
        """Move the demo's clock forward."""
        ...

    def mark(self, name: str) -> str | None:
        """Return a stored fact of the installation (mode, content hash), or None."""
        ...

    def set_mark(self, name: str, value: str) -> None:
        """Store a fact of the installation."""
        ...
