"""Alarms for those who watch over the console: somebody opens many cases, somebody guesses passphrases."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

Kind = Literal["many_cases", "guessing"]


@dataclass(frozen=True, slots=True)
class Alarm:
    """``subject``: an account's name, or the network that guesses."""

    id: str
    kind: Kind
    subject: str
    at: datetime


class Alarms(Protocol):
    """Alarms until somebody has seen them."""

    def sound(self, alarm: Alarm, not_since: datetime) -> bool:
        """Store an alarm unless the same was sounded after ``not_since``; whether it is new."""
        ...

    def unseen(self) -> tuple[Alarm, ...]:
        """Return what nobody has seen, newest first."""
        ...

    def see(self, alarm_id: str, actor: str, now: datetime) -> bool:
        """Note who has seen it; False when somebody had, or there is none."""
        ...
