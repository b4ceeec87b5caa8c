"""Threads that send: a slow provider holds up one text, not the lane."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import chain
from threading import Event
from typing import TypeVar

Item = TypeVar("Item")


class Threads:
    """A pool of ``size`` threads, made when first needed."""

    def __init__(self, size: int = 16) -> None:
        self._pool = ThreadPoolExecutor(size, thread_name_prefix="send")
        self._never = Event()

    def each(self, task: Callable[[Item], bool], batches: Iterable[Sequence[Item]], ahead: int) -> int:
        """Run ``task`` for each item; the next batch is asked for while the last texts of this one are under way."""
        in_hand, said_yes = set[Future[bool]](), 0
        try:
            for batch in batches:
                in_hand |= {self._pool.submit(task, item) for item in batch}
                while len(in_hand) >= ahead:
                    ended, in_hand = wait(in_hand, return_when=FIRST_COMPLETED)
                    said_yes += sum(future.result() for future in ended)
        finally:
            wait(in_hand)
        return said_yes + sum(future.result() for future in in_hand)

    def rest(self, seconds: float) -> bool:
        """Wait; the others go on meanwhile."""
        self._never.wait(seconds)
        return True


class OneAfterAnother:
    """No threads: for tests that read as a story."""

    def each(self, task: Callable[[Item], bool], batches: Iterable[Sequence[Item]], ahead: int) -> int:
        """Run ``task`` for each item in order."""
        return sum(task(item) for item in chain.from_iterable(batches))

    def rest(self, seconds: float) -> bool:
        """Refuse: a story's clock stands still while it waits."""
        return False
