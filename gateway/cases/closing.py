"""A wish to close a case: it waits for the undo word, and nobody silences a case alone (domain.md 7, 11)."""

from collections.abc import Mapping
from typing import Final, Literal

from gateway.directory.agency import may_check
from gateway.errors import Conflict

State = Literal["alone", "waiting", "done", "undone"]
Event = Literal["confirm", "undo", "carry_out"]

LIFE: Final[Mapping[tuple[State, Event], State]] = {
    ("alone", "confirm"): "waiting",
    ("alone", "undo"): "undone",
    ("waiting", "undo"): "undone",
    ("waiting", "carry_out"): "done",
}
"""``alone`` waits for a second person of another agency, ``waiting`` for the time in which it can be taken back."""


def begun(outcome: str) -> State:
    """Return where a wish begins: "unfounded" is nobody's word alone."""
    return "alone" if outcome == "unfounded" else "waiting"


def after(state: State, event: Event) -> State:
    """Return the state after ``event``; Conflict when the table has no such line."""
    try:
        return LIFE[state, event]
    except KeyError:
        raise Conflict("This closing is settled already.") from None


def confirms(first_agency: str, second_agency: str, first: str, second: str) -> bool:
    """Whether a second actor can confirm what a first one wished: another post, of another house."""
    return first != second and may_check(first_agency, second_agency)


def diagram() -> str:
    """Return the life of a closing as Mermaid text."""
    return "\n".join(["stateDiagram-v2", *(f"  {a} --> {b}: {event}" for (a, event), b in LIFE.items())])
