"""A post: agency, level, place and duty; it outlives whoever holds it, and its life is a table."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, Literal

from gateway.directory.turn import Turn
from gateway.errors import Conflict

Level = Literal["village", "district", "province", "national"]
State = Literal["vacant", "held", "held_temporarily", "on_leave"]
Event = Literal["fill", "fill_temporarily", "hand_over", "go_on_leave", "come_back", "vacate", "run_out"]

LEVELS: Final[tuple[Level, ...]] = ("village", "district", "province", "national")
MISSES_TOLERATED: Final = 1

# (state, event) -> state. Handing over keeps a post held: the successor's rights begin as the holder's end.
POST: Final[dict[tuple[State, Event], State]] = {
    ("vacant", "fill"): "held",
    ("vacant", "fill_temporarily"): "held_temporarily",
    ("held", "hand_over"): "held",
    ("held", "go_on_leave"): "on_leave",
    ("held", "vacate"): "vacant",
    ("on_leave", "come_back"): "held",
    ("on_leave", "hand_over"): "held",
    ("on_leave", "vacate"): "vacant",
    ("held_temporarily", "fill"): "held",
    ("held_temporarily", "run_out"): "vacant",
    ("held_temporarily", "vacate"): "vacant",
}


CHILD_COURSE: Final = "child_protection"
COURSES: Final = (CHILD_COURSE, "case_management", "disaster")
"""What the holder of a post may have finished (domain.md, S26 to S30); the first makes fit for children's cases."""


@dataclass(frozen=True, slots=True)
class Post:
    """One desk of one agency at one place, whoever sits there.

    ``place`` is a province or district code (a village post: its district's), None for a national post. ``order`` 1 is
    the duty post, 2 the second. ``phones`` are E.164, the first is written to first. ``until`` ends a temporary
    holder. ``answered_at``: last answer to a check SMS, or enrolment by phone; ``asked_at``: the last check itself.
    ``courses``: which of COURSES the holder finished. ``shifts``: when the post's turn is (turn.py), empty for always;
    ``taken_over`` and ``given_away``: turns that a swap moved.
    """

    id: str
    agency: str
    level: Level
    place: str | None
    order: int = 1
    state: State = "vacant"
    holder: str | None = None
    phones: tuple[str, ...] = field(default=(), repr=False)
    on_duty: bool = True
    answered_at: datetime | None = None
    misses: int = 0
    until: datetime | None = None
    courses: frozenset[str] = frozenset()
    asked_at: datetime | None = None
    shifts: frozenset[str] = frozenset()
    taken_over: frozenset[Turn] = frozenset()
    given_away: frozenset[Turn] = frozenset()


def after(state: State, event: Event) -> State:
    """State after ``event``; raises Conflict for a step the table does not know."""
    try:
        return POST[state, event]
    except KeyError:
        raise Conflict(f"A post that is {state.replace('_', ' ')} cannot do that.") from None


def seated(
    post: Post, event: Event, holder: str, phones: tuple[str, ...], at: datetime, until: datetime | None = None
) -> Post:
    """Post after somebody took it by ``fill``, ``fill_temporarily`` or ``hand_over``.

    The new holder enrolled from her own phone, which counts as an answered check; courses belong to persons, so none
    are inherited. A temporary holder needs an end, else Conflict.
    """
    if (event == "fill_temporarily") != (until is not None):
        raise Conflict("A temporary holder, and only a temporary one, has an end date.")
    return replace(
        post,
        state=after(post.state, event),
        holder=holder,
        phones=phones,
        on_duty=True,
        answered_at=at,
        misses=0,
        until=until,
        courses=frozenset(),
        asked_at=None,
    )


def emptied(post: Post, event: Event = "vacate") -> Post:
    """Post after its holder left: nobody, no phone, nothing answered."""
    return replace(
        post,
        state=after(post.state, event),
        holder=None,
        phones=(),
        answered_at=None,
        misses=0,
        until=None,
        courses=frozenset(),
        asked_at=None,
    )


def rested(post: Post, event: Event) -> Post:
    """Post after its holder went on leave or came back: she keeps it, and her phone."""
    return replace(post, state=after(post.state, event))


def live(post: Post, now: datetime) -> bool:
    """Whether an alert to this post can reach a person: held, with a phone, and heard of at least once.

    A post on paper that never answered a check does not count (domain.md section 2).
    """
    if post.state not in ("held", "held_temporarily") or post.holder is None or not post.phones:
        return False
    return post.answered_at is not None and (post.until is None or now < post.until)


def checked(post: Post, answered_at: datetime | None) -> Post:
    """Post after the monthly "still on duty?": ``answered_at``, or None for a miss."""
    if answered_at is None:
        return replace(post, misses=post.misses + 1)
    return replace(post, answered_at=answered_at, misses=0)
