"""Stored swaps of turns."""

from datetime import datetime
from typing import Protocol

from gateway.directory.swap import State, Swap


class SwapBook(Protocol):
    """Swaps by their code; few wait at any time."""

    def add(self, swap: Swap) -> None:
        """Store a new one."""
        ...

    def by_code(self, code: str) -> Swap | None:
        """Return one by its code, whatever its state."""
        ...

    def waiting(self, now: datetime) -> tuple[Swap, ...]:
        """Return those that can still be answered, by the turn that is given."""
        ...

    def settle(self, swap_id: str, state: State) -> bool:
        """Keep how it ended; False when it had ended before."""
        ...
