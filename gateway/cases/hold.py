"""A legal hold: what a court or an inquiry may still need is not forgotten; two people place it, two people lift it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, Literal

from gateway.errors import Conflict

State = Literal["asked", "held", "lifting", "lifted", "dropped"]
Event = Literal["agree", "drop", "ask_lift", "keep", "lift"]

LIFE: Final[Mapping[tuple[State, Event], State]] = {
    ("asked", "agree"): "held",
    ("asked", "drop"): "dropped",
    ("held", "ask_lift"): "lifting",
    ("lifting", "keep"): "held",
    ("lifting", "lift"): "lifted",
}
"""``asked`` keeps everything at once, for what is forgotten meanwhile never comes back, yet only for ``WAITS``."""

SECOND_PERSON: Final = frozenset({"agree", "lift"})
"""Not the person who asked for it."""
WITH_REASON: Final = frozenset({"ask_lift"})
WAITS: Final = timedelta(days=14)
"""A hold that nobody has agreed to by then keeps nothing any more."""


def after(state: State, event: Event) -> State:
    """Return the state after ``event``; Conflict when the table has no such line."""
    try:
        return LIFE[state, event]
    except KeyError:
        raise Conflict("This hold is not at that point any more.") from None


def keeps(state: str, asked_at: datetime, now: datetime) -> bool:
    """Whether a hold in this state keeps its case from being forgotten."""
    return state in ("held", "lifting") or (state == "asked" and now < asked_at + WAITS)


def diagram() -> str:
    """Return the life of a hold as Mermaid text."""
    return "\n".join(["stateDiagram-v2", *(f"  {a} --> {b}: {event}" for (a, event), b in LIFE.items())])
