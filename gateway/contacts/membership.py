"""The life of a membership: somebody joins a course or a list, and leaves it again."""

from collections.abc import Mapping
from typing import Final, Literal

State = Literal["active", "lapsed"]
Event = Literal["join", "leave"]

COURSE: Final = "course"
LIST: Final = "list"

LIFE: Final[Mapping[tuple[str, Event], State]] = {
    ("", "join"): "active",
    ("lapsed", "join"): "active",
    ("active", "leave"): "lapsed",
}
"""From no state at all; every other event changes nothing: a word may be said, and an effect applied, twice."""


def after(state: str, event: Event) -> str:
    """Return the state of a membership after an event; the same when the table has no such line."""
    return LIFE.get((state, event), state)


def diagram() -> str:
    """Return the life of a membership as Mermaid text."""
    return "\n".join(["stateDiagram-v2", *(f"  {a or '[*]'} --> {b}: {event}" for (a, event), b in LIFE.items())])
