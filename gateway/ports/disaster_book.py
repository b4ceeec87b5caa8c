"""Declared disasters, the one record that every part of the gateway reads."""

from datetime import datetime
from typing import Protocol

from gateway.cases.disaster import Disaster


class DisasterBook(Protocol):
    """Every declaration, kept for ever."""

    def add(self, disaster: Disaster) -> None:
        """Store a declaration."""
        ...

    def get(self, disaster_id: str) -> Disaster | None:
        """Return one."""
        ...

    def list(self) -> tuple[Disaster, ...]:
        """Return every declaration, newest first."""
        ...

    def open(self, now: datetime) -> tuple[Disaster, ...]:
        """Return what was neither ended nor is over, oldest first; whether one is in force is its own matter."""
        ...

    def confirm(self, disaster_id: str, by: str, now: datetime) -> bool:
        """Keep who confirmed it; False when somebody had, or it was ended."""
        ...

    def end(self, disaster_id: str, by: str, now: datetime) -> bool:
        """Keep who ended it; False when somebody had."""
        ...
