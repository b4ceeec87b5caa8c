"""The monthly "still on duty?": when a post is to be asked, and when its silence counts as a miss."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, Literal

from gateway.directory.post import MISSES_TOLERATED, Post

EVERY: Final = timedelta(days=30)
ANSWER_WITHIN: Final = timedelta(days=7)
DOUBTED: Final = MISSES_TOLERATED + 1
"""With so many misses a post is asked last, and whoever stands over it is told."""


def waiting(post: Post) -> bool:
    """Whether the last check has no answer yet."""
    return post.asked_at is not None and (post.answered_at is None or post.answered_at < post.asked_at)


def due(post: Post, now: datetime) -> Literal["ask", "miss"] | None:
    """Return what is due for a post now: a question, the count of a miss (and the next question with it), or nothing.

    Nobody is asked on leave. A miss is counted after a week; once a post is doubted, after a month.
    """
    if post.state not in ("held", "held_temporarily") or post.holder is None:
        return None
    if waiting(post) and post.asked_at is not None:
        patience = ANSWER_WITHIN if post.misses < DOUBTED else EVERY
        return "miss" if now >= post.asked_at + patience else None
    return "ask" if post.answered_at is None or now >= post.answered_at + EVERY else None


def asked(post: Post, now: datetime) -> Post:
    """Post after the question was sent."""
    return replace(post, asked_at=now)
