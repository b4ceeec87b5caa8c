"""Threads that send: a slow provider holds up one text, not the lane."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import chain
from threading import Event, Lock
from typing import Any, TypeVar

Item = TypeVar("Item")


@dataclass(slots=True)
class _Ticket:
    item: Any
    done: bool = False
    alone: bool = False


class Threads:
    """A pool of ``size`` threads, made when first needed."""

    def __init__(self, size: int = 16) -> None:
        self._pool = ThreadPoolExecutor(size, thread_name_prefix="send")
        self._never = Event()
        self._tickets: list[_Ticket] = []
        self._list, self._turn = Lock(), Lock()

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

    def together(self, finish: Callable[[Sequence[Item]], None], item: Item) -> None:
        """Let the thread whose turn it is finish everything that waits by then: one commit for many texts."""
        ticket = _Ticket(item)
        with self._list:
            self._tickets.append(ticket)
        with self._turn:
            if ticket.done:
                return
            if not ticket.alone and self._finished_with_others(finish):
                return
            finish([item])

    def _finished_with_others(self, finish: Callable[[Sequence[Item]], None]) -> bool:
        with self._list:
            batch, self._tickets = self._tickets, []
        if len(batch) == 1:
            return False
        try:
            finish([ticket.item for ticket in batch])
        except Exception:  # noqa: BLE001 - whose fault it was nobody knows: each is finished alone, and raises its own
            for ticket in batch:
                ticket.alone = True
            return False
        for ticket in batch:
            ticket.done = True
        return True

    def rest(self, seconds: float) -> bool:
        """Wait; the others go on meanwhile."""
        self._never.wait(seconds)
        return True


class OneAfterAnother:
    """No threads: for tests that read as a story."""

    def each(self, task: Callable[[Item], bool], batches: Iterable[Sequence[Item]], ahead: int) -> int:
        """Run ``task`` for each item in order."""
        return sum(task(item) for item in chain.from_iterable(batches))

    def together(self, finish: Callable[[Sequence[Item]], None], item: Item) -> None:
        """Finish it at once: nobody else is there."""
        finish([item])

    def rest(self, seconds: float) -> bool:
        """Refuse: a story's clock stands still while it waits."""
        return False
