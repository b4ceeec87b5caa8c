"""What a database that comes from a backup does not know: what was sent since then."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol


class Restored(Protocol):
    """Holds what was unsent when the copy was made, and lets it go."""

    def hold(self, now: datetime) -> int:
        """Hold every text that has not left for certain; return how many.

        A broadcast that may have left is settled as unknown: it is never sent twice.
        """
        ...

    def release(self, now: datetime) -> Mapping[str, int]:
        """Let go what was held, by lane; broadcasts are cancelled, for they may have left since the copy was made."""
        ...
