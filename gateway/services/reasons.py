"""A reason as somebody types it: one line, long enough to say something, short enough to be read."""

from typing import Final

from gateway.errors import Conflict

SHORTEST_REASON: Final = 5  # characters
LONGEST_REASON: Final = 200
NO_REASON: Final = "Say why, in a few words."


def tidied_reason(typed: str) -> str:
    """Return what was typed as one line of at most 200 characters; it may be too short to be a reason."""
    return " ".join(typed.split())[:LONGEST_REASON]


def is_reason(tidied: str) -> bool:
    """Whether a tidied line says something."""
    return len(tidied) >= SHORTEST_REASON


def reason_of(typed: str) -> str:
    """Return a reason, tidied; Conflict for less than five characters."""
    why = tidied_reason(typed)
    if not is_reason(why):
        raise Conflict(NO_REASON)
    return why
