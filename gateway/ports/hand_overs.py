"""Stored hand-overs of posts: who leaves, who approved, who enrolled, and when it acts."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from gateway.directory.hand_over import State


@dataclass(frozen=True, slots=True)
class HandOverRow:
    """One hand-over; ``leaver_id`` is None for posts that nobody holds, ``name`` (sealed) is the successor's.

    ``key_fingerprint`` is the keyed digest of the one-time code, bound to this row's ``code``. ``until`` ends a
    temporary successor.
    """

    id: str
    code: str
    posts: tuple[str, ...]
    leaver_id: str | None
    state: State
    asked_by: str
    asked_at: datetime
    name: str = field(default="", repr=False)
    until: datetime | None = None
    approved_by: str | None = None
    key_fingerprint: str | None = field(default=None, repr=False)
    key_expires_at: datetime | None = None
    successor_id: str | None = None
    acts_at: datetime | None = None


class HandOvers(Protocol):
    """Hand-overs by their code; few wait at any time."""

    def add(self, row: HandOverRow) -> None:
        """Store a new one; Conflict when its code is taken."""
        ...

    def save(self, row: HandOverRow, expected: State) -> bool:
        """Store a changed one by conditional update; False when it was no longer in the expected state."""
        ...

    def pending(self) -> tuple[HandOverRow, ...]:
        """Return those that are asked, approved or enrolled, oldest first."""
        ...

    def by_code(self, code: str) -> HandOverRow | None:
        """Return one by its code, whatever its state."""
        ...
