"""Whose turn each half day is; a turn says who comes first, never who is out."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from gateway.directory.post import Post, live
from gateway.directory.turn import Turn


def takes(post: Post, turn: Turn) -> bool:
    """Whether a turn is this post's: by its shifts (without any of its own it takes every one), or by a swap."""
    if turn in post.given_away:
        return False
    return turn in post.taken_over or not post.shifts or turn.shift in post.shifts


def coverage(posts: Iterable[Post], turns: Iterable[Turn], now: datetime) -> Mapping[Turn, tuple[Post, ...]]:
    """Return for each turn the live posts on duty whose turn it is; an empty one is a gap to show."""
    reachable = [post for post in posts if post.on_duty and live(post, now)]
    return {turn: tuple(post for post in reachable if takes(post, turn)) for turn in turns}
