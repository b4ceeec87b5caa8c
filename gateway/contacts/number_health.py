"""Whether a number still takes texts, from what its carriers say of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

FAILURES: Final = 3
"""Refusals in a row after which broadcasts leave a number alone; alerts and replies go on trying."""
APART: Final = timedelta(days=1)
"""Refusals nearer together count as one: a carrier's bad hour must mark nobody."""
WITHIN: Final = timedelta(days=180)
"""A refusal after a longer silence begins anew: what was said that long ago says nothing of today."""


@dataclass(frozen=True, slots=True)
class NumberHealth:
    """Refusals "no such phone" in a row, and since when the number counts as dead; a text that arrives ends both."""

    failures: int
    last_failure_at: datetime
    dead_since: datetime | None = None


def after_refusal(known: NumberHealth | None, now: datetime) -> NumberHealth:
    """Return the health of a number whose carrier has just said that there is no such phone."""
    if known is None or now - known.last_failure_at > WITHIN:
        return NumberHealth(1, now, known.dead_since if known else None)
    if now - known.last_failure_at < APART:
        return known
    failures = known.failures + 1
    dead_since = known.dead_since or (now if failures >= FAILURES else None)
    return NumberHealth(failures, now, dead_since)
