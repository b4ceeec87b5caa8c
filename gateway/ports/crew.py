"""Several hands at once: a bounded number of threads that send."""

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, TypeVar

Item = TypeVar("Item")


class Crew(Protocol):
    """Runs one task for each item, some at the same time."""

    def each(self, task: Callable[[Item], bool], batches: Iterable[Sequence[Item]], ahead: int) -> int:
        """Return how many tasks said True, once all have ended; the first error is raised then.

        The next batch is asked for as soon as fewer than ``ahead`` items are in hand.
        """
        ...

    def together(self, finish: Callable[[Sequence[Item]], None], item: Item) -> None:
        """Finish ``item`` in one go with those that other tasks bring at the same moment; return once it is finished.

        Where that fails for several, each is finished alone, and only its own error is raised.
        """
        ...

    def rest(self, seconds: float) -> bool:
        """Wait a little in the midst of a task; False when nobody may wait here."""
        ...
