"""What a bind handed us, kept until every repeat of it is known for one: parts that wait for each other, and keys."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Arrival:
    """One delivery of a bind. ``origin``: who wrote to whom; ``content``: all that tells it from another delivery.

    ``reference``, ``total`` and ``number`` say which part of a text it is; ``body`` is opaque, sealed on disk, and
    kept for parts only.
    """

    channel: str
    bind: str
    sequence: int
    origin: str
    content: str
    reference: int
    total: int
    number: int
    body: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Gathered:
    """A text as far as it has arrived: its key, unique for ever, and its parts in order, None where one is missing.

    ``weak``: it is taken for a repeat by its content alone.
    """

    key: str
    parts: tuple[str | None, ...]
    weak: bool = False

    @property
    def whole(self) -> bool:
        """Whether no part is missing."""
        return None not in self.parts


class Arrivals(Protocol):
    """Deliveries of the last day, shared by every process of a channel."""

    def take(self, arrival: Arrival) -> Gathered:
        """Keep a delivery, and return the text that it belongs to; a repeated one leads to the same key."""
        ...

    def overdue(self, channel: str, before: datetime) -> tuple[Gathered, ...]:
        """Return texts that began before ``before`` and still miss parts; forget what is a day old."""
        ...

    def settle(self, channel: str, key: str) -> None:
        """Note that a text was heard, so that it is overdue no more."""
        ...
