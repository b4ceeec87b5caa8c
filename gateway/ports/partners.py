"""What other systems are told: one row a partner and event, tried until it was taken, with a line a try."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

PushState = Literal["waiting", "taken", "parked"]
Outcome = Literal["taken", "later", "refused"]


@dataclass(frozen=True, slots=True)
class Push:
    """One event for one partner; ``body`` is sealed on disk and gone once it was taken."""

    id: str
    partner: str
    event_id: str
    kind: str
    case_id: str
    body: str = field(repr=False)
    created_at: datetime
    due_at: datetime
    state: PushState = "waiting"
    tries: int = 0


@dataclass(frozen=True, slots=True)
class PushTry:
    """How one try went: the status of the answer or 0, how long it took, and why in a word."""

    push_id: str
    at: datetime
    outcome: Outcome
    status: int
    milliseconds: int
    why: str = ""


@dataclass(frozen=True, slots=True)
class CaseHappening:
    """An event of a case as a partner may hear of it."""

    event_id: str
    case_id: str
    kind: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Interest:
    """What one partner is told: these events, or the cases referred to these agencies with its ``fields`` filled."""

    partner: str
    events: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()


class Partner(Protocol):
    """A system that is told."""

    def push(self, push: Push, at: datetime) -> PushTry:
        """Hand over one row; never raises for what the other side does."""
        ...


class PartnerBook(Protocol):
    """The rows and the log of tries."""

    def happenings(self, kinds: tuple[str, ...], since: datetime) -> tuple[CaseHappening, ...]:
        """Return events of cases of these kinds from a moment on, oldest first."""
        ...

    def add(self, push: Push) -> bool:
        """Store a row; False when this partner already has one of this event."""
        ...

    def due(self, now: datetime, limit: int) -> tuple[Push, ...]:
        """Return rows whose next try is due, oldest first."""
        ...

    def claim(self, push: Push, until: datetime) -> bool:
        """Take a row for one try; False when somebody else was faster."""
        ...

    def settle(self, tried: PushTry, state: PushState, due_at: datetime) -> None:
        """Keep the try, and what becomes of its row; the body of one that was taken is forgotten."""
        ...

    def listed(self, limit: int) -> tuple[tuple[Push, tuple[PushTry, ...]], ...]:
        """Return the newest rows with their tries."""
        ...

    def again(self, push_id: str, at: datetime) -> bool:
        """Let a row that waits or is parked be tried anew; False for one that is not there or was taken."""
        ...

    def parked(self) -> int:
        """Count the rows that nobody took."""
        ...
