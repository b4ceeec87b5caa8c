"""Looks again and again until something is so, for a bounded time; nothing here sleeps blindly."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")


def until(look: Callable[[], Found | None], seconds: float, what: str, every: float = 0.05) -> Found:
    """Return the first thing that ``look`` finds; AssertionError naming ``what`` when it finds nothing in time.

    ``every``: seconds between two looks; more of them where a look starts a process.
    """
    never, deadline = threading.Event(), time.monotonic() + seconds
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() >= deadline:
            raise AssertionError(f"not within {seconds:g} s: {what}")
        never.wait(every)
