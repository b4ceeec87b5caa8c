"""Who is in which course and on which list."""

from datetime import datetime
from typing import Protocol


class Memberships(Protocol):
    """Memberships of contacts; ``kind`` is ``course`` or ``list``."""

    def join(self, contact_id: str, kind: str, name: str, now: datetime) -> None:
        """Make a contact a member; one that is keeps the day since when."""
        ...

    def leave(self, contact_id: str, kind: str, name: str, now: datetime) -> None:
        """End a membership; that it was stays known."""
        ...

    def leave_all(self, contact_id: str, now: datetime) -> None:
        """End every membership of a contact."""
        ...

    def names(self, contact_id: str, kind: str) -> frozenset[str]:
        """Return the courses or lists that a contact is in now."""
        ...

    def members(self, kind: str, name: str) -> tuple[str, ...]:
        """Return the ids of those who are in a course or on a list now, by id."""
        ...
