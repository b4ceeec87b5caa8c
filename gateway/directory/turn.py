"""Turns: the week in fourteen half days, and the same half days by their dates."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from typing import Final

LAO_TIME: Final = timezone(timedelta(hours=7))  # one time in the whole country, and no summer time
DAY_BEGINS, NIGHT_BEGINS = 6, 18
DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HALVES: Final = ("day", "night")
SHIFTS: Final[tuple[str, ...]] = tuple(f"{day}-{half}" for day in DAYS for half in HALVES)


@dataclass(frozen=True, slots=True, order=True)
class Turn:
    """One half day; a night belongs to the date of its evening. ``half`` is one of HALVES."""

    day: date
    half: str

    @property
    def shift(self) -> str:
        """Where in the week it lies, such as ``mon-night``."""
        return f"{DAYS[self.day.weekday()]}-{self.half}"

    @property
    def begins(self) -> datetime:
        """When it begins, in Lao time."""
        hour = DAY_BEGINS if self.half == "day" else NIGHT_BEGINS
        return datetime.combine(self.day, time(hour), LAO_TIME)

    def __str__(self) -> str:
        """Render as it is stored: ``2026-11-27-night``."""
        return f"{self.day.isoformat()}-{self.half}"


def turn_of(text: str) -> Turn | None:
    """Return the turn that a text such as ``2026-11-27-night`` names, or None."""
    day, _, half = text.rpartition("-")
    try:
        return Turn(date.fromisoformat(day), half) if half in HALVES else None
    except ValueError:
        return None


def turn_at(now: datetime) -> Turn:
    """Return the turn of a moment; the hours after midnight belong to the evening before."""
    local = now.astimezone(LAO_TIME)
    if DAY_BEGINS <= local.hour < NIGHT_BEGINS:
        return Turn(local.date(), "day")
    return Turn((local - timedelta(hours=DAY_BEGINS)).date(), "night")


def week_of(now: datetime, later: int = 0) -> tuple[Turn, ...]:
    """Return the fourteen turns of the week of ``now``, or of one ``later`` weeks after it; Monday's day first."""
    present = turn_at(now).day
    monday = present - timedelta(days=present.weekday()) + timedelta(weeks=later)
    return tuple(Turn(monday + timedelta(days=number), half) for number in range(len(DAYS)) for half in HALVES)


def turns_ahead(now: datetime, days: int) -> tuple[Turn, ...]:
    """Return the turns that have not begun yet, in order, up to that many days ahead."""
    first = turn_at(now).day
    every = (Turn(first + timedelta(days=number), half) for number in range(days + 1) for half in HALVES)
    return tuple(turn for turn in every if turn.begins > now)
