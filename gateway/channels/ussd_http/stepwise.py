"""Tells the newest input of a session from a repeat, where a provider sends only what was typed last."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from gateway.ports.ussd_memory import UssdHop

REPEATED_WITHIN: Final = timedelta(seconds=3)
"""Nobody reads a screen and answers it that fast: the same input again is the provider's repeat."""


@dataclass(frozen=True, slots=True)
class Numbered:
    """An input and its place in the session, from 1; ``keep`` is what to remember, None when an old one came again."""

    number: int
    keep: UssdHop | None = None


def number_of(
    typed: str, event: Literal["begin", "resume"], at: datetime, known: UssdHop | None, digest: Callable[[str], str]
) -> Numbered:
    """Return the place of an input after the last known one."""
    mark = digest(f"{event}\n{typed}")
    if known is None:
        return Numbered(1, UssdHop(1, mark, len(typed), event, seen_at=at))
    soon = known.seen_at is not None and at - known.seen_at <= REPEATED_WITHIN
    if soon and known.digest == mark:
        return Numbered(known.length)
    return Numbered(known.length + 1, UssdHop(known.length + 1, mark, len(typed), event, seen_at=at))
