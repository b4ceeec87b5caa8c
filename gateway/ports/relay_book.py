"""Texts that officers pass to persons: each waits until it may be told, is told once, and is then forgotten."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

TextState = Literal["waiting", "given", "dropped"]
Way = Literal["sms", "word", "code"]


@dataclass(frozen=True, slots=True)
class RelayText:
    """One text to a person. ``due_at``: when it may go unasked, None while only she can fetch it.

    ``body`` is empty once it was given or dropped: what was said stays in the case's sealed record alone.
    """

    id: str
    case_id: str
    contact_id: str
    author: str
    body: str = field(repr=False)
    written_at: datetime
    due_at: datetime | None = None
    state: TextState = "waiting"
    given_at: datetime | None = None
    given_by: Way | None = None


class RelayBook(Protocol):
    """The texts, and when a person last opened the relay with her safe word."""

    def add(self, text: RelayText) -> None:
        """Store a text that waits."""
        ...

    def due(self, now: datetime, limit: int) -> tuple[RelayText, ...]:
        """Return waiting texts whose moment has come, oldest first."""
        ...

    def next_due(self, until: datetime) -> datetime | None:
        """Return the earliest moment up to ``until`` at which a waiting text is due."""
        ...

    def waiting_of(self, contact_id: str, limit: int) -> tuple[RelayText, ...]:
        """Return the texts that wait for a phone, oldest first."""
        ...

    def of_case(self, case_id: str) -> tuple[RelayText, ...]:
        """Return every text of a case, oldest first; bodies only of those that wait."""
        ...

    def put_off(self, text_id: str, due_at: datetime | None) -> None:
        """Move the moment of a waiting text."""
        ...

    def give(self, text_id: str, way: Way, at: datetime) -> bool:
        """Note that a text was told and forget its words; False when it no longer waits."""
        ...

    def drop(self, text_id: str) -> None:
        """Forget a waiting text that may no longer be told."""
        ...

    def last_given(self, contact_id: str) -> datetime | None:
        """Return when a person's words last reached this phone."""
        ...

    def open_until(self, contact_id: str, until: datetime) -> None:
        """Note that the phone is in its owner's hands until a moment: she has texted her safe word."""
        ...

    def is_open(self, contact_id: str, now: datetime) -> bool:
        """Say whether the relay may speak to a shared phone now."""
        ...
