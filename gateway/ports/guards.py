"""What the guards of money and of phones must remember."""

from datetime import date, datetime, timedelta
from typing import Protocol


class Guards(Protocol):
    """Counters that every process shares, each moved by one conditional update."""

    def count_reply(self, contact_id: str, day: date, most: int) -> bool:
        """Count a reply to a number; False, and nothing counted, when it had ``most`` that day."""
        ...

    def forget_days(self, before: date) -> None:
        """Drop the counts of earlier days."""
        ...

    def senders_of_range(self, number_range: str, contact_id: str, now: datetime, within: timedelta) -> int:
        """Note that a number of this range wrote, and return how many of the range did ``within`` the last time."""
        ...

    def spend(self, day: date, kip: int, most: int | None) -> bool:
        """Add to the day's spending; False, and nothing added, when it would pass ``most``. Negative gives back."""
        ...

    def spent(self, day: date) -> int:
        """Return the kip spent on a day."""
        ...
