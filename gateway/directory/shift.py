"""Shifts: the week in fourteen half days and whose turn each is; a shift says who comes first, never who is out."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta, timezone
from typing import Final

from gateway.directory.post import Post, live

LAO_TIME: Final = timezone(timedelta(hours=7))  # one time in the whole country, and no summer time
DAY_BEGINS, NIGHT_BEGINS = 6, 18
DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HALVES: Final = ("day", "night")
SHIFTS: Final[tuple[str, ...]] = tuple(f"{day}-{half}" for day in DAYS for half in HALVES)


def shift_at(now: datetime) -> str:
    """Return the shift of a moment, such as ``mon-night``; the hours after midnight belong to the evening before."""
    local = now.astimezone(LAO_TIME)
    if DAY_BEGINS <= local.hour < NIGHT_BEGINS:
        return f"{DAYS[local.weekday()]}-day"
    evening = local - timedelta(hours=DAY_BEGINS)
    return f"{DAYS[evening.weekday()]}-night"


def takes(post: Post, shift: str) -> bool:
    """Whether a shift is this post's turn; a post without shifts of its own takes every one."""
    return not post.shifts or shift in post.shifts


def coverage(posts: Iterable[Post], now: datetime) -> Mapping[str, tuple[Post, ...]]:
    """Return for each shift of the week the live posts on duty whose turn it is; an empty one is a gap to show."""
    reachable = [post for post in posts if post.on_duty and live(post, now)]
    return {shift: tuple(post for post in reachable if takes(post, shift)) for shift in SHIFTS}
