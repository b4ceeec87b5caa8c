"""Working minutes: office hours of weekdays less holidays, in the offices' own zone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

from gateway.errors import ConfigurationError, Defect

VIENTIANE = timezone(timedelta(hours=7), "Asia/Vientiane")
"""Lao time: seven hours ahead of UTC, no summer time since 1920 (IANA time zone database)."""

_LOOK_AHEAD_DAYS = 3660


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """When offices work; ``weekdays`` 0 is Monday, ``hours`` are (from, to) pairs of local time in order."""

    zone: tzinfo = VIENTIANE
    weekdays: frozenset[int] = frozenset(range(5))
    hours: tuple[tuple[time, time], ...] = ((time(8), time(12)), (time(13), time(17)))
    holidays: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        """Refuse hours in which nobody ever works: a clock over them would never strike."""
        edges = [edge for pair in self.hours for edge in pair]
        if not self.weekdays or not edges or any(a >= b for a, b in zip(edges, edges[1:], strict=False)):
            raise ConfigurationError("working_hours", "are empty or out of order", "Give from-to pairs in order.")

    def plus(self, start: datetime, minutes: int) -> datetime:
        """Return the UTC instant ``minutes`` working minutes after ``start``; 0 is ``start`` itself, at any hour."""
        left = timedelta(minutes=minutes)
        if not left:
            return start.astimezone(UTC)
        for opens, closes in self._spans(start):
            if left <= closes - opens:
                return opens + left
            left -= closes - opens
        raise Defect("no working time in ten years: the list of holidays is wrong")

    def between(self, start: datetime, end: datetime) -> int:
        """Return the whole working minutes from ``start`` to ``end``; 0 when ``end`` is not later."""
        worked = timedelta()
        for opens, closes in self._spans(start):
            if opens >= end:
                break
            worked += min(closes, end) - opens
        return int(worked / timedelta(minutes=1))

    def _spans(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield the working spans after ``start`` in UTC, the first one cut at ``start``."""
        first = start.astimezone(self.zone).date()
        for day in (first + timedelta(days=ahead) for ahead in range(_LOOK_AHEAD_DAYS)):
            if day.weekday() not in self.weekdays or day in self.holidays:
                continue
            for opens, closes in self.hours:
                begin = datetime.combine(day, opens, self.zone).astimezone(UTC)
                end = datetime.combine(day, closes, self.zone).astimezone(UTC)
                if end > start:
                    yield max(begin, start.astimezone(UTC)), end
