"""What is kept of numbers whose carriers refuse them."""

from datetime import datetime
from typing import Protocol

from gateway.contacts.number_health import NumberHealth


class NumberBook(Protocol):
    """One row a contact whose number was refused; no row: nothing speaks against it."""

    def refused(self, contact_id: str, now: datetime) -> None:
        """Write down that a carrier knows no such phone."""
        ...

    def works(self, contact_id: str) -> None:
        """Forget every refusal: the phone wrote."""
        ...

    def got(self, outbox_id: str) -> None:
        """Forget every refusal: a text arrived at the phone."""
        ...

    def health(self, contact_id: str) -> NumberHealth | None:
        """Return what speaks against a number."""
        ...

    def dead(self) -> int:
        """Count the numbers that broadcasts leave alone."""
        ...
