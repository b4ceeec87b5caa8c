"""The rota: who is asked first at a place, who next, and where nobody would answer."""

from collections.abc import Iterable, Set
from dataclasses import replace
from datetime import datetime
from typing import Final

from gateway.directory.agency import NATIONAL_DESK
from gateway.directory.post import MISSES_TOLERATED, Level, Post, live
from gateway.directory.shift import takes
from gateway.directory.turn import turn_at

LIVE_POSTS_NEEDED: Final = 2


def on_duty(
    posts: Iterable[Post],
    agency: str | None,
    place: str | None,
    now: datetime,
    *,
    course: str | None = None,
    excluded: Set[str] = frozenset(),
    level: Level | None = None,
) -> tuple[Post, ...]:
    """Live posts of ``agency`` (None: any) at exactly ``place`` that are on duty, in the order to be asked.

    ``course``: holders who finished it are asked first. ``excluded``: ids of posts, codes of agencies or of
    places that must not hear. Whose shift it is comes first, and posts that missed two checks come last: better a
    doubtful phone than none.
    """
    turn = turn_at(now)
    fit = (
        post
        for post in posts
        if agency in (None, post.agency)
        and post.place == place
        and level in (None, post.level)
        and post.on_duty
        and live(post, now)
        and not hidden(post, excluded)
    )
    return tuple(
        sorted(
            fit,
            key=lambda post: (
                post.misses > MISSES_TOLERATED,
                course is not None and course not in post.courses,
                not takes(post, turn),
                post.order,
                post.id,
            ),
        )
    )


def national_desk(posts: Iterable[Post], now: datetime) -> tuple[Post, ...]:
    """Live posts of the national desk, in order. Nothing excludes it, and leaving duty does not empty it."""
    desk = [post for post in posts if post.agency == NATIONAL_DESK and live(post, now)]
    return tuple(sorted(desk, key=lambda post: (not post.on_duty, post.misses > MISSES_TOLERATED, post.order, post.id)))


def hidden(post: Post, excluded: Set[str]) -> bool:
    """Whether an exclusion names this post, its agency, its place or the province its place lies in."""
    place = post.place or ""
    return not excluded.isdisjoint({post.id, post.agency, place, place[:4]} - {""})


def turned(post: Post, on: bool) -> Post:
    """Post after DUTY ON or DUTY OFF."""
    return replace(post, on_duty=on)


def gaps(posts: Iterable[Post], places: Iterable[str], now: datetime) -> tuple[str, ...]:
    """Places with fewer than two live posts on duty: the operator's alarm. One person on two posts counts once."""
    reachable = {(post.place, post.holder) for post in posts if post.on_duty and live(post, now)}
    there = [place for place, _ in reachable]
    return tuple(place for place in places if there.count(place) < LIVE_POSTS_NEEDED)


def untrained(posts: Iterable[Post], course: str) -> bool:
    """Whether there are posts, but none whose holder finished ``course``: a gap to show."""
    present = tuple(posts)
    return bool(present) and not any(course in post.courses for post in present)
