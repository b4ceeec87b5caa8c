"""Declared disasters: where, by whom, until when, and whether they lift the quiet hours."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Disaster:
    """One declaration; ``confirmed_by`` is a second person, without whom it lapses after an hour."""

    id: str
    name: str
    districts: frozenset[str]
    declared_by: str
    declared_at: datetime
    lifts_quiet: bool
    ends_at: datetime
    confirmed_by: str | None = None
    confirmed_at: datetime | None = None
    ended_at: datetime | None = None


class DisasterBook(Protocol):
    """The declarations."""

    def add(self, disaster: Disaster) -> None:
        """Store a declaration."""
        ...

    def get(self, disaster_id: str) -> Disaster | None:
        """Return one."""
        ...

    def list(self) -> tuple[Disaster, ...]:
        """Return every declaration, newest first."""
        ...

    def confirm(self, disaster_id: str, by: str, now: datetime) -> bool:
        """Keep who confirmed it; False when somebody had, or it has ended."""
        ...

    def end(self, disaster_id: str, now: datetime) -> bool:
        """End it; False when it had ended."""
        ...
