"""Alarms for those who watch over the console: of people who open or guess too much, and of carriers that refuse us."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

Kind = Literal["many_cases", "guessing", "channel_broken", "texts_refused"]


@dataclass(frozen=True, slots=True)
class Alarm:
    """``subject``: an account's name, the network that guesses, or a channel's name."""

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
