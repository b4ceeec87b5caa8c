"""The hash-chained record of who saw or did what."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One row; ``mac`` covers it and the row before. ``why``: the reason given, sealed on disk."""

    seq: int
    at: datetime
    actor: str
    role: str
    action: str
    object: str
    result: str
    previous: str
    mac: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Beginning:
    """Rows up to ``pruned`` had their time and went at ``at``; 0 while all are there."""

    pruned: int
    at: datetime


class Audit(Protocol):
    """Append-only."""

    def append(
        self, at: datetime, actor: str, role: str, action: str, object_: str, result: str = "ok", why: str = ""
    ) -> None:
        """Write one row in the transaction of what it tells of."""
        ...

    def head(self) -> AuditRow | None:
        """Return the newest row."""
        ...

    def read_lately(self, actor: str, action: str, since: datetime) -> int:
        """Of how many things an actor's rows of one action tell since ``since``."""
        ...

    def rows(self, limit: int = 200, actor: str = "", action: str = "") -> tuple[AuditRow, ...]:
        """Return the newest rows, newest first: of one actor, and of actions that begin so, where these are given."""
        ...

    def verify(self) -> Iterator[str]:
        """Yield what is wrong with the chain, naming the first bad row; nothing when it holds."""
        ...

    def beginning(self) -> Beginning:
        """Return where the chain begins."""
        ...

    def mac_of(self, seq: int) -> str | None:
        """Return the digest of one row, or of the last that was pruned; None for a row that is not there."""
        ...

    def prune(self, before: datetime, kept: frozenset[str], most: int) -> int:
        """Forget the oldest rows, whole and in order, behind a sealed checkpoint; return how many.

        It stops at the first row that is newer than ``before`` or tells of something in ``kept``. Damaged, and nothing
        is forgotten, when these rows do not hold.
        """
        ...
