"""Channels in trouble: whether one may be tried now."""

from datetime import datetime, timedelta
from typing import Protocol

from gateway.ports.channel import SendResult


class Breakers(Protocol):
    """One circuit a channel; each process learns for itself."""

    def ask(self, channel: str, now: datetime) -> timedelta:
        """Return zero when a text may be tried now, else how long to wait."""
        ...

    def tell(self, channel: str, result: SendResult, now: datetime) -> bool:
        """Note what an attempt came to; True when the channel is left alone from now on."""
        ...
