"""The life of a case, one table of states, and who moves it (domain.md 7, 11)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from gateway.errors import Conflict

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


@dataclass(frozen=True, slots=True)
class Actor:
    """Who moves a case: ``id`` of the post or account, role (officer, supervisor, desk, gateway), agency code."""

    id: str
    role: str
    agency: str = ""


def after(state: State, event: Event) -> State:
    """Return the state after ``event``; Conflict when the table has no such line."""
    try:
        return LIFE[state, event]
    except KeyError:
        raise Conflict(f"A case that is {state.replace('_', ' ')} cannot take this step.") from None


def diagram() -> str:
    """Return the life of a case as Mermaid text."""
    return "\n".join(["stateDiagram-v2", *(f"  {a} --> {b}: {event}" for (a, event), b in LIFE.items())])
