"""Alerts that wait for the digest of a post to whose phone too many leave at once."""

from datetime import datetime
from typing import Protocol


class HeldAlerts(Protocol):
    """One row a post and case, until the digest that names the case is queued."""

    def sent_to(self, contact_id: str, since: datetime) -> int:
        """How many alerts were queued for a phone since ``since``."""
        ...

    def hold(self, post_id: str, case_id: str, at: datetime) -> None:
        """Keep an alert for the digest; once more changes nothing."""
        ...

    def holds(self, post_id: str) -> bool:
        """Whether anything waits for a post's digest."""
        ...

    def due(self, before: datetime) -> tuple[str, ...]:
        """Return the posts of which something has waited since ``before``."""
        ...

    def take(self, post_id: str) -> tuple[str, ...]:
        """Let go of everything that waits for a post and return the ids of the cases; of two clocks one gets it all."""
        ...
