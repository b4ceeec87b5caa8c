"""Rates: how many segments a channel may send now, by lane."""

from datetime import timedelta
from typing import Protocol


class Throttle(Protocol):
    """A token bucket per channel with a nested bucket per lane; state may be lost at any time."""

    def take(self, channel: str, lane: str, segments: int) -> timedelta:
        """Take ``segments`` from the channel's rate; return zero, or how long to wait before asking again."""
        ...

    def slow_down(self, channel: str) -> None:
        """Halve the channel's rate after a throttling answer, at most once in 60 s."""
        ...
