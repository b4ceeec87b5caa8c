"""Cases, what was said in them, and the escalation steps that nobody may lose."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from gateway.ports.scope import Scope

StepState = Literal["due", "sent", "acknowledged", "climbed", "cancelled"]


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case as it is stored; ``answers`` (JSON of codes) is sealed on disk, the other fields stay readable."""

    id: str
    code: str
    state: str
    level: str
    rule: str
    kind: str
    channel: str
    language: str
    contact_id: str | None
    answers: str
    opened_at: datetime
    last_answer_at: datetime
    what: str | None = None
    country: str | None = None
    province: str | None = None
    district: str | None = None
    danger_at: datetime | None = None
    routed_at: datetime | None = None
    released_at: datetime | None = None
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None
    acted_at: datetime | None = None
    closed_at: datetime | None = None
    outcome: str | None = None
    pin_fingerprint: str | None = None
    local_excluded: bool = False
    duress: bool = False
    ladder_round: int = 1
    paused_until: datetime | None = None
    version: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """One level of the alert order; unique by case, name and round. ``number`` orders the ladder."""

    id: str
    case_id: str
    name: str
    round: int
    due_at: datetime
    state: StepState = "due"


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """One thing that happened in a case: who (post or 'gateway'), what, when; ``detail`` is a code, never a text."""

    id: str
    case_id: str
    at: datetime
    actor: str
    kind: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One line of ``gateway case list``."""

    id: str
    code: str
    state: str
    triage: str
    province: str | None
    district: str | None
    opened_at: datetime
    acknowledged_at: datetime | None
    next_step_due_at: datetime | None
    message_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for, by fields that stay readable: ``place`` is a district or province code.

    Opened at or after ``since`` and before ``until``; ``unanswered``: nobody has accepted it yet.
    """

    state: Literal["open", "closed", "any"] = "open"
    place: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    unanswered: bool = False
    level: str | None = None
    kind: str | None = None


class Caseload(Protocol):
    """Cases with their entries, steps, events and alerted posts."""

    def add(self, case: CaseRow) -> None:
        """Store a new case; its code must be free."""
        ...

    def get(self, case_id: str) -> CaseRow | None:
        """Return a case by id."""
        ...

    def by_code(self, code: str) -> CaseRow | None:
        """Return a case by code."""
        ...

    def open_of(self, contact_id: str) -> CaseRow | None:
        """Return the newest case of a contact that is not closed."""
        ...

    def all_open_of(self, contact_id: str) -> tuple[CaseRow, ...]:
        """Return every case of a contact that is not closed, newest first."""
        ...

    def save(self, case: CaseRow) -> CaseRow:
        """Store a changed case (its version must match, else Conflict); return it with the next version."""
        ...

    def add_entry(self, entry_id: str, case_id: str, kind: str, sealed: str, author: str, at: datetime) -> None:
        """Append a sealed text (story, note, message) to a case."""
        ...

    def entries(self, case_id: str) -> tuple[tuple[str, str, str, str, datetime], ...]:
        """Return (entry id, kind, sealed, author, at) of a case, oldest first."""
        ...

    def entry_ids(self) -> Mapping[str, tuple[str, ...]]:
        """Return the ids of the texts of every case that has some."""
        ...

    def schedule(self, step: Step) -> bool:
        """Store a step; a known one that is due moves, a cancelled one stands due again. False if it was sent."""
        ...

    def steps(self, case_id: str) -> tuple[Step, ...]:
        """Return every step of a case, in order of due time."""
        ...

    def due_steps(self, now: datetime, limit: int) -> tuple[Step, ...]:
        """Return steps in state due whose time has come, oldest first."""
        ...

    def mark_step(self, step_id: str, expected: StepState, state: StepState) -> bool:
        """Move a step by conditional update; False when another clock was faster."""
        ...

    def cancel_steps(self, case_id: str, names: tuple[str, ...] = ()) -> int:
        """Cancel the due steps of a case (all, or the named ones)."""
        ...

    def note_alerted(self, case_id: str, post_id: str, at: datetime) -> None:
        """Remember that a post was told of a case; it may work on it from now on."""
        ...

    def alerted_posts(self, case_id: str) -> tuple[str, ...]:
        """Return the ids of posts that were told of a case, first told first."""
        ...

    def alerts_since(self, post_id: str, case_id: str, since: datetime) -> int:
        """How many alerts of a case a post was sent since ``since``."""
        ...

    def open_codes(self, post_ids: tuple[str, ...]) -> tuple[str, ...]:
        """Return codes of cases not closed of which these posts were told, most urgent first."""
        ...

    def owned_by(self, post_id: str) -> tuple[CaseRow, ...]:
        """Return the cases not closed that a post has accepted, oldest first."""
        ...

    def add_event(self, event: CaseEvent) -> None:
        """Append an event."""
        ...

    def events(self, case_id: str) -> tuple[CaseEvent, ...]:
        """Return the events of a case, oldest first."""
        ...

    def wrong_tries(self, subject: str, since: datetime) -> int:
        """How many wrong code-and-PIN tries a subject (phone index or code) made since ``since``."""
        ...

    def note_wrong_try(self, subject: str, at: datetime) -> None:
        """Count one wrong try."""
        ...

    def knows(self, scope: Scope, case_id: str) -> bool:
        """Whether a case lies within a scope."""
        ...

    def lines(self, scope: Scope, limit: int | None = None) -> Iterator[CaseLine]:
        """Stream the list of cases of a scope, newest first."""
        ...

    def count(self, scope: Scope, wanted: Wanted, at_most: int) -> int:
        """How many cases of a scope are wanted, counting no further than ``at_most``."""
        ...

    def page(self, scope: Scope, wanted: Wanted, limit: int, offset: int = 0) -> tuple[CaseLine, ...]:
        """Return wanted cases of a scope: open ones the most pressing first, else newest first; without message ids."""
        ...

    def without_next_step(self) -> tuple[str, ...]:
        """Ids of open, unacknowledged, routed cases with no due step: always empty, else the clock mends them."""
        ...
