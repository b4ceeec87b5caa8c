"""The simulated phones: what each received, how often it was tried, and which receipts are still to come."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from gateway.ports.channel import Receipt


@dataclass(frozen=True, slots=True)
class PhoneText:
    """One text in a phone; ``id`` is our message's, ``copy`` tells a second copy of it (0 for a reply at once)."""

    id: str
    copy: int
    at: datetime
    text: str
    segments: int


class SimulatedPhones(Protocol):
    """Shared by every process of one gateway; each call is its own short transaction."""

    def record(self, number: str, text: PhoneText) -> None:
        """Put a text into a phone; the same id and copy a second time changes nothing."""
        ...

    def inbox(self, number: str) -> tuple[PhoneText, ...]:
        """Return every text that phone received, oldest first."""
        ...

    def count(self, number: str, what: str, at: datetime) -> int:
        """Add one to how often ``what`` (a message or a session) came to this phone; return it, 1 for the first."""
        ...

    def attempts(self, number: str) -> int:
        """Return how many times a text was tried at this phone, refused ones included."""
        ...

    def schedule_receipt(self, receipt: Receipt, due: datetime) -> None:
        """Keep a receipt until ``due``; equal receipts may be kept many times."""
        ...

    def take_due_receipts(self, now: datetime) -> tuple[Receipt, ...]:
        """Remove and return what is due, in order of due time and then of scheduling."""
        ...
