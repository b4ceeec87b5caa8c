"""A wish to make a case less urgent: anybody who works on it may raise it, two agencies lower it (domain.md 6, 7)."""

from collections.abc import Mapping
from typing import Final, Literal

from gateway.cases.triage import LEVELS, Level
from gateway.errors import Conflict

State = Literal["alone", "done", "undone"]
Event = Literal["confirm", "undo"]

LIFE: Final[Mapping[tuple[State, Event], State]] = {
    ("alone", "confirm"): "done",
    ("alone", "undo"): "undone",
}
"""``alone`` waits for a second person of another agency; meanwhile the ladder climbs as before."""


def after(state: State, event: Event) -> State:
    """Return the state after ``event``; Conflict when the table has no such line."""
    try:
        return LIFE[state, event]
    except KeyError:
        raise Conflict("This wish is settled already.") from None


def lowers(now: Level, wished: Level) -> bool:
    """Whether a case would be less urgent by a wish; the same level is no wish."""
    return LEVELS.index(wished) > LEVELS.index(now)


def diagram() -> str:
    """Return the life of a wish to lower as Mermaid text."""
    return "\n".join(["stateDiagram-v2", *(f"  {a} --> {b}: {event}" for (a, event), b in LIFE.items())])
