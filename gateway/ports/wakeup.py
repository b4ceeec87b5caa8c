"""Wake-ups tell a worker that rows may be due; losing one costs seconds, never a message."""

from typing import Protocol


class Wakeup(Protocol):
    """Best effort: at most 300 ms, errors swallowed and counted."""

    def wake(self, lane: str) -> None:
        """Ask the worker of ``lane`` (alerts, replies, broadcasts, chores) to look for due rows."""
        ...
