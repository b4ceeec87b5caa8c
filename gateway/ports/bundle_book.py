"""Versions of the content: immutable bundles, editions that two people stand for, and the journal of what was live."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

People = Literal["keep", "map", "withdraw"]
Why = Literal["installed", "published", "rolled_back"]


@dataclass(frozen=True, slots=True)
class Edition:
    """What goes live together: bundles by name, under a hash of their hashes and of what happens to people inside.

    ``steps`` maps "flow.old" to "flow.new" where ``people`` is map; ``base`` is the journal's number at the proposal.
    ``report`` is what lint and stories said; ``cost`` the segments by flow and language.
    """

    hash: str
    parts: Mapping[str, str]
    author: str
    note: str
    created_at: datetime
    base: int
    people: People = "keep"
    steps: Mapping[str, str] = field(default_factory=dict)
    report: Mapping[str, Any] = field(default_factory=dict)
    cost: Mapping[str, Any] = field(default_factory=dict)
    approver: str | None = None
    approved_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """One move of the live pointer of ``name``; ``bundle`` None takes it off. ``number`` is given by the journal."""

    name: str
    bundle: str | None
    edition: str
    why: Why
    actor: str
    at: datetime
    people: People = "keep"
    steps: Mapping[str, str] = field(default_factory=dict)
    number: int = 0


@dataclass(frozen=True, slots=True)
class Inside:
    """How many running conversations of a bundle wait at a step of a flow."""

    bundle: str
    flow: str
    step: str
    people: int


class BundleBook(Protocol):
    """Bundles, editions and the journal; nothing in it is ever deleted, for messages and reports refer to it."""

    def keep(self, hash_: str, name: str, document: str, now: datetime) -> None:
        """Store a bundle unless it is there."""
        ...

    def knows(self, hash_: str) -> bool:
        """Whether a bundle is stored."""
        ...

    def documents(self, hashes: Sequence[str]) -> dict[str, str]:
        """Return the documents of the bundles that are stored, by hash."""
        ...

    def propose(self, edition: Edition) -> None:
        """Store an edition; one that is there keeps its author and approver and is proposed on the new base."""
        ...

    def edition(self, hash_: str) -> Edition | None:
        """Return an edition by its hash, or by its first twelve or more characters when only one begins so."""
        ...

    def editions(self, limit: int = 50) -> tuple[Edition, ...]:
        """Return the newest editions, newest first."""
        ...

    def approve(self, hash_: str, approver: str, now: datetime) -> None:
        """Record who approved an edition first; Conflict when somebody has."""
        ...

    def move(self, moves: Sequence[Move]) -> None:
        """Append moves to the journal: from the commit on, they are what is live."""
        ...

    def moves(self) -> tuple[Move, ...]:
        """Return the journal, oldest first."""
        ...

    def version(self) -> int:
        """Return the number of the journal's last move; 0 when nothing was ever live."""
        ...

    def inside(self) -> tuple[Inside, ...]:
        """Count running conversations by bundle and step."""
        ...
