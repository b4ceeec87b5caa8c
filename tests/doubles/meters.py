"""A meter that only remembers."""

from collections import Counter


class CountingMeter:
    """Keeps counts by name and outcome, and the names of events."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.events: list[str] = []

    def count(self, name: str, **labels: str) -> None:
        """Add one."""
        self.counts[":".join((name, *labels.values()))] += 1

    def event(self, name: str, **facts: str | int | float) -> None:
        """Remember a name."""
        self.events.append(name)
