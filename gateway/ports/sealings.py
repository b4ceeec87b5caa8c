"""How far each case is sealed: for which of its versions, when it is handed over, which seals are still owed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class PendingSeal:
    """An office that may read a case and cannot yet: nobody who can open it has been here since."""

    case_id: str
    agency: str
    place: str


class Sealings(Protocol):
    """Marks beside the cases; they leave the version of a case as it is."""

    def due(self, now: datetime, limit: int) -> tuple[str, ...]:
        """Return cases that changed since they were sealed last, or that are to be handed over by now."""
        ...

    def handed_over_at(self, case_id: str) -> datetime | None:
        """Return since when the server can open nothing of a case."""
        ...

    def sealed(self, case_id: str, version: int, hand_over_at: datetime | None) -> None:
        """Note the version that was sealed, and when the server's own copy is to go."""
        ...

    def hand_over(self, case_id: str, at: datetime) -> None:
        """Note that the server's own copy is gone."""
        ...

    def look_again(self, case_id: str) -> None:
        """Have a case sealed anew although its version stayed."""
        ...

    def owe(self, seal: PendingSeal, at: datetime) -> None:
        """Note a seal that somebody with a key has to make."""
        ...

    def owed(self, limit: int) -> tuple[PendingSeal, ...]:
        """Return seals that are owed, oldest first."""
        ...

    def owed_of(self, case_id: str) -> tuple[PendingSeal, ...]:
        """Return the seals that a case is owed."""
        ...

    def settle(self, seal: PendingSeal) -> None:
        """Forget a seal that was made, or is no longer wanted."""
        ...

    def readable(self) -> Iterator[tuple[str, datetime | None]]:
        """Stream cases that are not handed over, and until when at the latest; None: nobody else could read them."""
        ...
