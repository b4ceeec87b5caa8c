"""The one source of time: every other place is handed an instant."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time; in the demo it can be moved forward, never back."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        ...
