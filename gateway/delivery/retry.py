"""When a text is tried again, on which channel, and until when (channels.md section 9, safety.md section 6)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from gateway.errors import Defect

_FULL = 2**64


@dataclass(frozen=True, slots=True)
class RetrySettings:
    """Waits after the first, second ... failed attempt, the last one for ever; ``jitter`` is a share of the wait.

    ``lease_*``: how long a claim is held; ``life_*``: not_after of a text counted from its making.
    """

    waits: tuple[timedelta, ...] = tuple(timedelta(seconds=seconds) for seconds in (5, 30, 120, 600))
    jitter: float = 0.2
    lease: timedelta = timedelta(seconds=60)
    lease_broadcasts: timedelta = timedelta(seconds=120)
    life_alert: timedelta = timedelta(hours=24)
    life_reply: timedelta = timedelta(minutes=30)
    fallback_after: timedelta = timedelta(minutes=3)
    silence: timedelta = timedelta(hours=72)


def wait(row_id: str, attempt: int, settings: RetrySettings, retry_after: timedelta | None = None) -> timedelta:
    """Return the wait after failed attempt number ``attempt`` (from 1); a longer ``retry_after`` of the provider wins.

    The jitter comes from row and attempt alone, so every worker computes the same time.
    """
    if attempt < 1:
        raise Defect("attempts are counted from 1")
    plain = settings.waits[min(attempt, len(settings.waits)) - 1]
    draw = int.from_bytes(sha256(f"{row_id}:{attempt}".encode()).digest()[:8], "big") / _FULL
    jittered = plain * (1 + settings.jitter * (2 * draw - 1))
    return max(jittered, retry_after or jittered)


def next_attempt(
    row_id: str,
    attempt: int,
    now: datetime,
    not_after: datetime,
    settings: RetrySettings,
    retry_after: timedelta | None = None,
) -> datetime | None:
    """Return when to try again after failed attempt ``attempt``, or None when that is past ``not_after``."""
    due = now + wait(row_id, attempt, settings, retry_after)
    return due if due <= not_after else None


def not_after(lane: str, made_at: datetime, settings: RetrySettings, window_end: datetime | None = None) -> datetime:
    """Return the instant after which a text is worthless; a broadcast's is the end of its sending window."""
    if lane == "alerts":
        return made_at + settings.life_alert
    if lane == "replies":
        return made_at + settings.life_reply
    if window_end is None:
        raise Defect("a broadcast needs the end of its window")
    return window_end


def lease(lane: str, settings: RetrySettings) -> timedelta:
    """Return how long a claim of this lane is held."""
    return settings.lease_broadcasts if lane == "broadcasts" else settings.lease


def takes_fallback(
    lane: str, attempt: int, settings: RetrySettings, *, broken: bool = False, silent_for: timedelta | None = None
) -> bool:
    """Whether attempt number ``attempt`` (from 1) leaves by the second channel; only alerts do.

    ``broken``: the first channel is misconfigured or its breaker is open; ``silent_for``: accepted that long ago
    without any receipt.
    """
    stuck = silent_for is not None and silent_for >= settings.fallback_after
    return lane == "alerts" and (attempt >= 2 or broken or stuck)
