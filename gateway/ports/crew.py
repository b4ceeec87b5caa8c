"""Several hands at once: a bounded number of threads that send."""

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

Item = TypeVar("Item")


class Crew(Protocol):
    """Runs one task for each item, some at the same time."""

    def each(self, task: Callable[[Item], bool], items: Sequence[Item]) -> int:
        """Return how many tasks said True, once all have ended; the first error is raised then."""
        ...

    def rest(self, seconds: float) -> bool:
        """Wait a little in the midst of a task; False when nobody may wait here."""
        ...
