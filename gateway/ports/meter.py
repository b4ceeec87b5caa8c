"""Counts and log events: names and numbers only, never a phone number or a text."""

from typing import Protocol


class Meter(Protocol):
    """Takes facts for /metrics and the log."""

    def count(self, name: str, **labels: str) -> None:
        """Add one to a counter; labels come from closed lists."""
        ...

    def event(self, name: str, **facts: str | int | float) -> None:
        """Write one log line; ids and codes only."""
        ...
