"""A case and its life: one table of states, who may move it, and what needs a second person (domain.md 7, 11)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from gateway.cases.code import valid
from gateway.cases.report import Answers
from gateway.cases.triage import Level, most_urgent
from gateway.directory.agency import may_check
from gateway.errors import Conflict, Forbidden

State = Literal["new", "acknowledged", "in_progress", "closed"]
Event = Literal["acknowledge", "undo", "pass_on", "act", "close", "reopen"]
Outcome = Literal["helped", "referred_out", "unfounded", "unreachable", "duplicate", "withdrawn"]
OUTCOMES: tuple[Outcome, ...] = ("helped", "referred_out", "unfounded", "unreachable", "duplicate", "withdrawn")
"""In the order of the digits that officers text: 1 helped ... 6 withdrawn."""

LIFE: Mapping[tuple[State, Event], State] = {
    ("new", "acknowledge"): "acknowledged",
    ("new", "pass_on"): "new",
    ("new", "act"): "in_progress",
    ("new", "close"): "closed",
    ("acknowledged", "acknowledge"): "acknowledged",
    ("acknowledged", "undo"): "new",
    ("acknowledged", "pass_on"): "new",
    ("acknowledged", "act"): "in_progress",
    ("acknowledged", "close"): "closed",
    ("in_progress", "acknowledge"): "in_progress",
    ("in_progress", "act"): "in_progress",
    ("in_progress", "pass_on"): "new",
    ("in_progress", "close"): "closed",
    ("closed", "reopen"): "in_progress",
}
"""``act`` is opening in the console, a note or a referral; ``reopen`` is new facts on a closed case."""

ON_LADDER: Mapping[Event, Literal["pause", "at_once", "stop", "none"]] = {
    "acknowledge": "pause",
    "undo": "at_once",
    "pass_on": "at_once",
    "act": "stop",
    "close": "stop",
    "reopen": "none",
}
"""What an event does to the ladder (gateway/cases/escalation.py: paused, at_once; stop = cancel every due step)."""

OFFICERS = frozenset({"officer", "supervisor", "desk"})
MAY: Mapping[Event, frozenset[str]] = {
    "acknowledge": OFFICERS,
    "undo": OFFICERS,
    "pass_on": OFFICERS,
    "act": OFFICERS,
    "close": OFFICERS,
    "reopen": OFFICERS | {"gateway"},
}


@dataclass(frozen=True, slots=True)
class Actor:
    """Who moves a case: ``id`` of the post or account, role (officer, supervisor, desk, gateway), agency code."""

    id: str
    role: str
    agency: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """What officers work on. Times are UTC; ``acknowledged_at`` is the first OK that stands."""

    id: str
    code: str
    state: State
    level: Level
    rule: str
    answers: Answers
    opened_at: datetime
    province: str | None = None
    district: str | None = None
    danger_at: datetime | None = None
    routed_at: datetime | None = None
    released_at: datetime | None = None
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None
    acted_at: datetime | None = None
    closed_at: datetime | None = None
    outcome: Outcome | None = None
    duplicate_of: str | None = None
    excluded: frozenset[str] = field(default_factory=frozenset)
    version: int = 0


def after(state: State, event: Event) -> State:
    """Return the state after ``event``; Conflict when the table has no such line."""
    try:
        return LIFE[state, event]
    except KeyError:
        raise Conflict(f"A case that is {state.replace('_', ' ')} cannot take this step.") from None


def moved(case: Case, event: Event, actor: Actor, now: datetime) -> Case:
    """Return the case after any event but close; Forbidden by role, Conflict by state. The version is the store's."""
    if actor.role not in MAY[event]:
        raise Forbidden(f"role {actor.role} may not {event}")
    state = after(case.state, event)
    if event == "acknowledge":
        first = case.acknowledged_at or now
        return replace(case, state=state, acknowledged_at=first, acknowledged_by=case.acknowledged_by or actor.id)
    if event in ("undo", "pass_on"):
        return replace(case, state=state, acknowledged_at=None, acknowledged_by=None)
    if event == "act":
        # Who works on a case has accepted it, with or without the word OK.
        first, by = case.acknowledged_at or now, case.acknowledged_by or actor.id
        return replace(case, state=state, acted_at=now, acknowledged_at=first, acknowledged_by=by)
    if event == "reopen":
        return replace(case, state=state, closed_at=None, outcome=None, duplicate_of=None)
    raise Conflict("A case is closed with an outcome.")


def closed(
    case: Case, outcome: Outcome, actor: Actor, now: datetime, *, second: Actor | None = None, kept: str | None = None
) -> Case:
    """Return the case closed.

    ``unfounded`` needs ``second``, another person of another agency; ``duplicate`` the code of the case that is kept.
    Raises Forbidden by role, Conflict otherwise.
    """
    if actor.role not in MAY["close"]:
        raise Forbidden(f"role {actor.role} may not close")
    if outcome == "unfounded":
        _require_second(actor, second)
    if (outcome == "duplicate") != (kept is not None) or kept == case.code or (kept is not None and not valid(kept)):
        raise Conflict("A duplicate names the code of the case that is kept.")
    state = after(case.state, "close")
    return replace(case, state=state, closed_at=now, outcome=outcome, duplicate_of=kept)


def levelled(case: Case, level: Level, actor: Actor, *, second: Actor | None = None) -> Case:
    """Return the case at another level: anybody who works on it may raise, lowering needs a second agency's person."""
    if most_urgent(case.level, level) != level:
        _require_second(actor, second)
    return replace(case, level=level)


def on_ladder(case: Case) -> bool:
    """Whether the case must have a next step: open, routed (or P0), and nobody acts on it yet."""
    return case.state in ("new", "acknowledged") and (case.level == "P0" or case.routed_at is not None)


def diagram() -> str:
    """Return the life of a case as Mermaid text."""
    return "\n".join(["stateDiagram-v2", *(f"  {a} --> {b}: {event}" for (a, event), b in LIFE.items())])


def _require_second(actor: Actor, second: Actor | None) -> None:
    """No single person or house may silence a case."""
    fit = second is not None and second.id != actor.id and second.role in OFFICERS
    if second is None or not fit or not may_check(actor.agency, second.agency):
        raise Conflict("This needs a second person, of another agency.")
