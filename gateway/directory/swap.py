"""Swaps of turns between two posts of one office: asked, then accepted, refused or withdrawn; its life is a table."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Literal

from gateway.directory.post import Post, live
from gateway.directory.shift import takes
from gateway.directory.turn import Turn
from gateway.errors import Conflict

State = Literal["asked", "accepted", "refused", "withdrawn"]
Event = Literal["accept", "refuse", "withdraw"]

LIFE: Final[Mapping[tuple[State, Event], State]] = {
    ("asked", "accept"): "accepted",
    ("asked", "refuse"): "refused",
    ("asked", "withdraw"): "withdrawn",
}
"""What nobody answers before its first turn begins is over by itself."""

AHEAD: Final = timedelta(days=28)
KEPT: Final = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Swap:
    """``asker`` (a post) gives a turn to ``colleague``, in return for one of hers or for nothing.

    ``code`` is what a colleague texts to accept; ``asked_by`` is the post or account that asked.
    """

    id: str
    code: str
    asker: str
    colleague: str
    gives: Turn
    gets: Turn | None
    asked_by: str
    asked_at: datetime
    state: State = "asked"

    @property
    def until(self) -> datetime:
        """Until when it can be answered: what has begun is not swapped any more."""
        return min(turn.begins for turn in (self.gives, self.gets) if turn is not None)


def after(state: State, event: Event) -> State:
    """Return the state after ``event``; Conflict when the table has no such line."""
    try:
        return LIFE[state, event]
    except KeyError:
        raise Conflict("This swap is settled already.") from None


def check(swap: Swap, asker: Post, colleague: Post, now: datetime) -> None:
    """Refuse, as Conflict, a swap that would leave a turn to nobody, or to somebody of another office."""
    one, other = ((post.agency, post.level, post.place) for post in (asker, colleague))
    if one != other or asker.id == colleague.id:
        raise Conflict("Only two posts of one office swap turns.")
    if now >= swap.until or any(turn.begins > now + AHEAD for turn in (swap.gives, swap.gets) if turn is not None):
        raise Conflict("That turn has begun, or lies more than four weeks ahead.")
    for turn, giver, taker in ((swap.gives, asker, colleague), (swap.gets, colleague, asker)):
        if turn is not None and not takes(giver, turn):
            raise Conflict("Nobody gives a turn that is not hers.")
        if turn is not None and not (taker.on_duty and live(taker, now) and live(taker, turn.begins)):
            raise Conflict("Whoever takes a turn must be on duty and reachable then.")


def swapped(swap: Swap, asker: Post, colleague: Post, now: datetime) -> tuple[Post, Post]:
    """Return both posts after an accepted swap; what is two weeks past is forgotten."""
    asker, colleague = (_tidied(post, now) for post in (asker, colleague))
    asker, colleague = _moved(swap.gives, asker, colleague)
    if swap.gets is not None:
        colleague, asker = _moved(swap.gets, colleague, asker)
    return asker, colleague


def _moved(turn: Turn, giver: Post, taker: Post) -> tuple[Post, Post]:
    """Give a turn; one that comes back to whoever had it first leaves no trace."""
    return (
        replace(giver, taken_over=giver.taken_over - {turn}, given_away=giver.given_away | {turn}),
        replace(taker, taken_over=taker.taken_over | {turn}, given_away=taker.given_away - {turn}),
    )


def _tidied(post: Post, now: datetime) -> Post:
    return replace(
        post,
        taken_over=frozenset(turn for turn in post.taken_over if turn.begins > now - KEPT),
        given_away=frozenset(turn for turn in post.given_away if turn.begins > now - KEPT),
    )


def diagram() -> str:
    """Return the life of a swap as Mermaid text."""
    return "\n".join(["stateDiagram-v2", *(f"  {a} --> {b}: {event}" for (a, event), b in LIFE.items())])
