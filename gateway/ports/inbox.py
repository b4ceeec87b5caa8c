"""What came in: one row a message, for ever unique by channel and dedupe key, with the reply it got."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from gateway.conversation.passages import Passage
from gateway.ports.channel import Answer

InboundState = Literal["done", "failed", "parked"]


@dataclass(frozen=True, slots=True)
class InboundRow:
    """A message as it is stored; ``body`` is sealed on disk, less its last ``hidden`` digits (an officer's PIN).

    ``kept`` False: the words are sealed into a case, so they are not kept here as well. ``answers``: the broadcast to
    which it is an answer.
    """

    id: str
    channel: str
    dedupe_key: str
    kind: str
    contact_id: str | None
    body: str
    received_at: datetime
    provider_id: str | None = None
    session_id: str | None = None
    weak: bool = False
    hidden: int = 0
    kept: bool = True
    answers: str | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """A message that was heard before: its stored reply and whether the body was the same."""

    id: str
    answer: Answer
    same_body: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """What a message answers: the bundle, the step as "flow.step", the language, and how the question's hash begins."""

    bundle: str
    step: str
    language: str
    sha256: str


class Inbox(Protocol):
    """The inbound table."""

    def weak_since(self, since: datetime) -> Mapping[str, int]:
        """Count by channel the messages whose repeats are known by their content alone."""
        ...

    def find(self, channel: str, dedupe_key: str, body: str) -> Heard | None:
        """Return the stored reply of a repeated message."""
        ...

    def said(self, contact_id: str, since: datetime) -> tuple[str, ...]:
        """Return what a contact wrote by SMS since ``since``, oldest first."""
        ...

    def passages(self) -> Iterator[Passage]:
        """Yield where each message went: who, which question it answered, which one waited next. For tools."""
        ...

    def forget_words(self, contact_id: str, until: datetime) -> int:
        """Empty the bodies of what a contact wrote up to ``until``; return how many there were."""
        ...

    def forget_parts(self, before: datetime) -> int:
        """Empty parts of long texts that were put together before ``before``; return how many there were."""
        ...

    def add(
        self,
        row: InboundRow,
        state: InboundState,
        answer: Answer,
        bundle: str | None,
        step: str | None,
        asked: Asked | None = None,
    ) -> None:
        """Store a message with its answer, so that a repeat gets the same bytes; a known key raises Conflict."""
        ...
