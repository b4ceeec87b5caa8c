"""What a broadcast costs: segments x price per language; an unset price says so and never counts as 0."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from gateway.text.segments import measure


@dataclass(frozen=True, slots=True)
class Line:
    """One language: ``people`` x ``segments_each``; ``price_each`` and ``total`` in kip, None when no price is set."""

    language: str
    people: int
    encoding: Literal["gsm7", "ucs2"]
    units: int
    segments_each: int
    price_each: int | None

    @property
    def segments(self) -> int:
        """Segments of all people."""
        return self.people * self.segments_each

    @property
    def each(self) -> int | None:
        """Kip of one text, None without a price."""
        return None if self.price_each is None else self.segments_each * self.price_each

    @property
    def total(self) -> int | None:
        """Kip of all people, None without a price."""
        return None if self.price_each is None else self.segments * self.price_each


@dataclass(frozen=True, slots=True)
class Cost:
    """The forecast of a whole broadcast; ``total`` is None when any language that has readers has no price."""

    lines: tuple[Line, ...]

    @property
    def people(self) -> int:
        """Everybody in the audience."""
        return sum(line.people for line in self.lines)

    @property
    def segments(self) -> int:
        """Segments of the whole broadcast."""
        return sum(line.segments for line in self.lines)

    @property
    def total(self) -> int | None:
        """Kip of the whole broadcast, or None: "price not set"."""
        totals = [line.total for line in self.lines if line.people]
        known = [total for total in totals if total is not None]
        return sum(known) if len(known) == len(totals) else None


@dataclass(frozen=True, slots=True)
class Caps:
    """Kip a day; ``reserve`` of it is kept for alerts, help and the report path."""

    daily_spend: int = 500_000
    reserve: int = 100_000

    @property
    def for_broadcasts(self) -> int:
        """Kip a day that broadcasts may use."""
        return max(0, self.daily_spend - self.reserve)


@dataclass(frozen=True, slots=True)
class Budget:
    """Spend against the cap: ``before`` and ``after`` as shares of the daily cap; None where no price is set."""

    left: int
    before: float
    after: float | None
    fits: bool | None = None


def cost(texts: Mapping[str, str], people: Mapping[str, int], prices: Mapping[str, int | None]) -> Cost:
    """Return the forecast. ``texts`` and ``people`` by language, ``prices`` in kip a segment by script (gsm7, ucs2)."""
    lines = []
    for language in sorted(texts):
        size = measure(texts[language])
        price = prices.get(size.encoding)
        lines.append(Line(language, people.get(language, 0), size.encoding, size.units, size.segments, price))
    return Cost(tuple(lines))


def budget(forecast: int | None, spent_today: int, caps: Caps) -> Budget:
    """Return how a forecast (kip, None without a price) stands against today's spend; what does not fit waits."""
    left = max(0, caps.for_broadcasts - spent_today)
    cap = caps.daily_spend or 1
    if forecast is None:
        return Budget(left, spent_today / cap, None)
    return Budget(left, spent_today / cap, (spent_today + forecast) / cap, forecast <= left)


def daily_limit(lane: str, caps: Caps, *, must: bool) -> int | None:
    """Return what a day may cost, in kip, for a text to leave; None: whatever it costs, an alert leaves.

    The reserve is for what ``must`` leave: help, the report path, and what officers are told.
    """
    if lane == "alerts":
        return None
    return caps.daily_spend if must else caps.for_broadcasts
