"""The machine's clock, the only reader of the time; the demo's may be moved forward."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

OFFSET_IS_FRESH = 0.25  # seconds: how soon every process sees that the demo's clock was moved


class SystemClock:
    """The real time in UTC."""

    def now(self) -> datetime:
        """Return the present instant."""
        return datetime.now(UTC)


class MovableClock:
    """The real time plus an offset that all processes of a demo share."""

    def __init__(self) -> None:
        self._read_offset: Callable[[], timedelta] = lambda: timedelta(0)
        self._offset = timedelta(0)
        self._read_at = -OFFSET_IS_FRESH

    def follow(self, read_offset: Callable[[], timedelta]) -> None:
        """Take the offset from here: the store, which itself needs a clock to be opened."""
        self._read_offset = read_offset

    def now(self) -> datetime:
        """Return the present instant, moved forward."""
        elapsed = time.monotonic()
        if elapsed - self._read_at >= OFFSET_IS_FRESH:
            self._offset, self._read_at = self._read_offset(), elapsed
        return datetime.now(UTC) + self._offset

    def forget(self) -> None:
        """Read the offset anew at the next look."""
        self._read_at = -OFFSET_IS_FRESH
