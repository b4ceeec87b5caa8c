"""What the server's own keys open right now, counted by what it is."""

from typing import Protocol


class Exposure(Protocol):
    """Counts rows that hold something under the server's own keys; nothing is opened to count it."""

    def counts(self) -> dict[str, int]:
        """Return how many there are of each class."""
        ...
