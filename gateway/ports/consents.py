"""What people said of who may be told, by case or by person."""

from datetime import datetime
from typing import Protocol

from gateway.contacts.consent import Consent


class Consents(Protocol):
    """One row a case (or a person without one), recipient and purpose; the gateway's own texts are apart."""

    def of_case(self, case_id: str, contact_id: str | None) -> tuple[Consent, ...]:
        """Return what was said of a case, and what its reporter said when no case was open; oldest first."""
        ...

    def of_person(self, contact_id: str) -> tuple[Consent, ...]:
        """Return what a person said when no case was open, oldest first."""
        ...

    def of_broadcasts(self, contact_id: str) -> tuple[Consent, ...]:
        """Return what a person said of the gateway's own texts, oldest first."""
        ...

    def end_broadcasts(self, contact_id: str, now: datetime) -> None:
        """Take back every purpose she named; information, which is a fact of the contact, is ended by STOP itself."""
        ...

    def keep(self, case_id: str | None, contact_id: str | None, consent: Consent) -> None:
        """Store what was said last of this recipient and purpose, in place of what was said before."""
        ...
