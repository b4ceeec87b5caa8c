"""Stored legal holds; reasons are sealed on disk."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from gateway.cases.hold import State


@dataclass(frozen=True, slots=True)
class HoldRow:
    """One hold; people are accounts by name. States are those of gateway.cases.hold."""

    id: str
    case_id: str
    state: State
    reason: str
    asked_by: str
    asked_at: datetime
    agreed_by: str | None = None
    agreed_at: datetime | None = None
    lift_reason: str = ""
    lift_asked_by: str | None = None
    lift_asked_at: datetime | None = None
    ended_by: str | None = None
    ended_at: datetime | None = None
    version: int = 0


class HoldBook(Protocol):
    """Holds of cases."""

    def add(self, row: HoldRow) -> None:
        """Store a new hold."""
        ...

    def save(self, row: HoldRow) -> None:
        """Store a changed hold; Conflict when somebody else was faster."""
        ...

    def newest(self, case_id: str) -> HoldRow | None:
        """Return the newest hold of a case."""
        ...

    def cases(self, now: datetime) -> frozenset[str]:
        """Return the cases that a hold keeps now."""
        ...
