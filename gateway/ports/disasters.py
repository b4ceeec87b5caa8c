"""Declared disasters."""

from datetime import datetime
from typing import Protocol

from gateway.cases.disaster import Disaster


class Disasters(Protocol):
    """Every declaration, kept for ever."""

    def add(self, disaster: Disaster) -> None:
        """Store a declaration."""
        ...

    def open(self, now: datetime) -> tuple[Disaster, ...]:
        """Return what was neither ended nor is over, oldest first; whether one is in force is its own matter."""
        ...

    def confirm(self, disaster_id: str, by: str, at: datetime) -> bool:
        """Keep who confirmed; False when somebody else did."""
        ...

    def end(self, disaster_id: str, by: str, at: datetime) -> bool:
        """Keep who ended it; False when somebody else did."""
        ...
