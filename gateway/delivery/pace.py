"""How fast a channel may send: what each lane may use of its rate, and how it gives way and comes back."""

from collections.abc import Mapping
from datetime import timedelta

SHARES: Mapping[str, float] = {"alerts": 1.0, "replies": 0.9, "broadcasts": 0.7}
"""The part of a channel's rate that each lane may use; what is left of it a lane leaves for those above it."""

GIVES_WAY_ONCE_IN = timedelta(seconds=60)
STEP_EVERY = timedelta(seconds=10)
STEP = 0.1
SLOWEST = 0.1
"""Segments a second: slower than one in ten seconds nothing gets."""


def part_at(part: float, since: timedelta) -> float:
    """Return the part of its rate that a channel may use ``since`` it was cut down to ``part``: a tenth every 10 s."""
    return min(1.0, part + STEP * (since // STEP_EVERY))


def halved(part: float, rate: float) -> float:
    """Return the part that is left once the provider says "too fast"; ``rate`` in segments a second."""
    return min(1.0, max(part / 2, SLOWEST / rate))
