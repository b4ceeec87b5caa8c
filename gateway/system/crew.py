"""Threads that send: a slow provider holds up one text, not the lane."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain
from queue import SimpleQueue
from threading import Event, Lock
from typing import Any, TypeVar

Item = TypeVar("Item")


class _Ticket:
    """What one thread brings, and the gate behind which it waits for whoever leads."""

    def __init__(self, item: Any) -> None:  # noqa: ANN401 - a crew carries anything
        self.item, self.done, self.gate = item, False, Lock()
        self.gate.acquire()


class Threads:
    """A pool of ``size`` threads, made when first needed."""

    def __init__(self, size: int = 16) -> None:
        self._pool = ThreadPoolExecutor(size, thread_name_prefix="send")
        self._never = Event()
        self._tickets: list[_Ticket] = []
        self._list, self._turn = Lock(), Lock()

    def each(self, task: Callable[[Item], bool], batches: Iterable[Sequence[Item]], ahead: int) -> int:
        """Run ``task`` for each item; the next batch is asked for while the last texts of this one are under way."""
        ended, in_hand, said_yes = SimpleQueue[Future[bool]](), 0, 0
        try:
            for batch in batches:
                for item in batch:
                    self._pool.submit(task, item).add_done_callback(ended.put)
                    in_hand += 1
                while in_hand >= ahead:
                    in_hand -= 1
                    said_yes += ended.get().result()
        finally:
            last = [ended.get() for _ in range(in_hand)]
        return said_yes + sum(future.result() for future in last)

    def together(self, finish: Callable[[Sequence[Item]], None], item: Item) -> None:
        """Let whoever comes first finish all that has come until it is its turn: one commit for many texts."""
        ticket = _Ticket(item)
        with self._list:
            leads = not self._tickets
            self._tickets.append(ticket)
        if leads:
            self._lead(finish)
        else:
            ticket.gate.acquire()
        if not ticket.done:
            with self._turn:
                finish([item])

    def _lead(self, finish: Callable[[Sequence[Item]], None]) -> None:
        """Finish everything that waits, and open the gates; whoever is not done then finishes alone."""
        with self._turn:
            with self._list:
                batch, self._tickets = self._tickets, []
            try:
                if len(batch) > 1:
                    finish([ticket.item for ticket in batch])
                    for ticket in batch:
                        ticket.done = True
            except Exception:  # noqa: BLE001 - whose fault it was nobody knows: each finishes alone, and raises its own
                return
            finally:
                for ticket in batch:
                    ticket.gate.release()

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
