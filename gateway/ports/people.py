"""People and their running conversations: contacts, sessions, timers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from gateway.contacts.contact import Contact


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A running conversation; ``document`` is the engine's JSON, sealed on disk."""

    id: str
    contact_id: str
    channel: str
    flow: str
    bundle: str
    step: str
    document: str
    foreground: bool
    version: int
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Timer:
    """A due moment of one turn of one session; a later turn makes it harmless."""

    id: str
    session_id: str
    kind: str
    turn: int
    due_at: datetime


class People(Protocol):
    """Contacts by their number's blind index."""

    def lock(self, e164: str, now: datetime) -> Contact:
        """Return the contact of a number, made if new, and hold its lock until the transaction ends."""
        ...

    def find(self, e164: str) -> str | None:
        """Return the id of whoever has a number; None for a stranger, and when only its digest is left."""
        ...

    def lock_id(self, contact_id: str) -> Contact:
        """Return a known contact under its lock."""
        ...

    def get(self, contact_id: str) -> Contact | None:
        """Return a contact without a lock."""
        ...

    def save(self, contact: Contact) -> None:
        """Store a changed contact."""
        ...

    def cases_today(self, contact_id: str, since: datetime) -> int:
        """How many cases a contact opened since ``since``."""
        ...


class Sessions(Protocol):
    """Sessions and their timers."""

    def foreground(self, contact_id: str, channel: str) -> SessionRow | None:
        """Return the session that gets this contact's replies on this channel."""
        ...

    def get(self, session_id: str) -> SessionRow | None:
        """Return one session."""
        ...

    def of_contact(self, contact_id: str) -> tuple[SessionRow, ...]:
        """Return every session of a contact, on all channels, in front or not; oldest first."""
        ...

    def every(self) -> Iterator[SessionRow]:
        """Yield every running conversation, for tools."""
        ...

    def save(self, row: SessionRow) -> None:
        """Insert (version 0) or update (the stored version must match, else Conflict); stores version + 1."""
        ...

    def end(self, session_id: str) -> None:
        """Delete a session with its timers and its document."""
        ...

    def paused(self, contact_id: str, channel: str) -> SessionRow | None:
        """Return the conversation of a contact on a channel that was paused last; a queued one has not begun."""
        ...

    def put_in_front(self, session_id: str, *, in_front: bool) -> None:
        """Let a session get its contact's replies, or not any more; at most one of a contact and channel does."""
        ...

    def end_foreground(self, contact_id: str, channel: str) -> None:
        """Delete the session in front without reading it: one that cannot be opened must not lock its phone."""
        ...

    def set_timers(self, session_id: str, timers: Sequence[Timer]) -> None:
        """Store the timers of a session's latest turn instead of those of their kind.

        One that an earlier turn left is harmless: its turn no longer fits.
        """
        ...

    def due_timers(self, now: datetime, limit: int) -> tuple[Timer, ...]:
        """Return due timers, oldest first; they stay until dropped.

        Of a session that is not in front, only its end and its start are due: the rest waits until it is.
        """
        ...

    def drop_timer(self, timer_id: str) -> bool:
        """Remove a fired timer; False when another clock was faster."""
        ...
