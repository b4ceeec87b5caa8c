"""A referral to another office: its life as one table, and the ground on which it may be made (domain.md 7, 11)."""

from collections.abc import Mapping
from typing import Final, Literal

from gateway.cases.report import Answers
from gateway.cases.triage import Level, child
from gateway.directory.agency import CHILD
from gateway.errors import Conflict

State = Literal["in_progress", "accepted", "rejected", "revoked", "done"]
Event = Literal["accept", "reject", "revoke", "finish"]
Ground = Literal["consent", "danger", "child", "asked"]

LIFE: Final[Mapping[tuple[State, Event], State]] = {
    ("in_progress", "accept"): "accepted",
    ("in_progress", "reject"): "rejected",
    ("in_progress", "revoke"): "revoked",
    ("accepted", "finish"): "done",
    ("accepted", "revoke"): "revoked",
}
"""Rejected, revoked and done are final: whoever wants to try again refers anew."""


def after(state: State, event: Event) -> State:
    """Return the state after ``event``; Conflict when the table has no such line."""
    try:
        return LIFE[state, event]
    except KeyError:
        raise Conflict(f"A referral that is {state.replace('_', ' ')} cannot take this step.") from None


def diagram() -> str:
    """Return the life of a referral as Mermaid text."""
    return "\n".join(["stateDiagram-v2", *(f"  {a} --> {b}: {event}" for (a, event), b in LIFE.items())])


def ground(answers: Answers, level: Level, agency: str, *, withdrawn: bool, agreed: bool) -> Ground | None:
    """Return on what ground a case may go to ``agency``; None: the person has not agreed.

    Danger, and a child's case to the child focal post, need no consent, yet the ground is recorded. ``agreed``: the
    officer says that the person asked for it, and answers for that. ``withdrawn`` takes back what was said earlier.
    """
    if agency in answers.tell and not withdrawn:
        return "consent"
    if level == "P0":
        return "danger"
    if agency == CHILD and child(answers):
        return "child"
    return "asked" if agreed else None
