"""Handing a post over: asked, approved by whoever stands over it, the successor enrols, and only then it acts."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final, Literal

from gateway.directory.agency import NATIONAL_DESK
from gateway.directory.post import Post
from gateway.errors import Conflict

State = Literal["asked", "approved", "enrolled", "done", "undone", "lapsed"]
Event = Literal["approve", "enrol", "carry_out", "undo", "lapse"]

LIFE: Final[Mapping[tuple[State, Event], State]] = {
    ("asked", "approve"): "approved",
    ("approved", "approve"): "approved",
    ("approved", "enrol"): "enrolled",
    ("enrolled", "carry_out"): "done",
    ("asked", "undo"): "undone",
    ("approved", "undo"): "undone",
    ("enrolled", "undo"): "undone",
    ("asked", "lapse"): "lapsed",
    ("approved", "lapse"): "lapsed",
}
"""Approving again draws a fresh one-time code; nobody's rights change before ``done``."""
PENDING: Final[tuple[State, ...]] = ("asked", "approved", "enrolled")

KEY_LIVES: Final = timedelta(hours=24)
LAPSES: Final = timedelta(days=7)


def after(state: State, event: Event) -> State:
    """Return the state after ``event``; Conflict when the table has no such line."""
    try:
        return LIFE[state, event]
    except KeyError:
        raise Conflict("This hand-over is not at that point any more.") from None


def acts_at(asked_at: datetime, enrolled_at: datetime, undo: timedelta) -> datetime:
    """Return when it takes effect: once the successor has enrolled, and never while the holder may take it back."""
    return max(enrolled_at, asked_at + undo)


def stands_over(approver: Post, posts: Iterable[Post]) -> bool:
    """Whether a held post may approve for these: the national desk for all, a province for its own districts."""
    if approver.state not in ("held", "held_temporarily"):
        return False
    if approver.agency == NATIONAL_DESK:
        return True
    own = (post.level in ("village", "district") and (post.place or "")[:4] == approver.place for post in posts)
    return approver.level == "province" and all(own)


def diagram() -> str:
    """Return the life of a hand-over as Mermaid text."""
    return "\n".join(["stateDiagram-v2", *(f"  {a} --> {b}: {event}" for (a, event), b in LIFE.items())])
