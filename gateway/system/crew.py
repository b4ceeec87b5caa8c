"""Threads that send: a slow provider holds up one text, not the lane."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import TypeVar

Item = TypeVar("Item")


class Threads:
    """A pool of ``size`` threads, made when first needed."""

    def __init__(self, size: int = 16) -> None:
        self._pool = ThreadPoolExecutor(size, thread_name_prefix="send")
        self._never = Event()

    def each(self, task: Callable[[Item], bool], items: Sequence[Item]) -> int:
        """Run ``task`` for each item; one alone needs no thread."""
        if len(items) == 1:
            return int(task(items[0]))
        return sum(self._pool.map(task, items))

    def rest(self, seconds: float) -> bool:
        """Wait; the others go on meanwhile."""
        self._never.wait(seconds)
        return True


class OneAfterAnother:
    """No threads: for tests that read as a story."""

    def each(self, task: Callable[[Item], bool], items: Sequence[Item]) -> int:
        """Run ``task`` for each item in order."""
        return sum(task(item) for item in items)

    def rest(self, seconds: float) -> bool:
        """Refuse: a story's clock stands still while it waits."""
        return False
