"""Disasters: where one stands now; it ends by its date, and an hour after it was declared unless somebody confirms."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

CONFIRMED_WITHIN: Final = timedelta(hours=1)
LONGEST: Final = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Disaster:
    """One declaration for a province (``LApp``) or district (``LAppdd``); names are of console accounts."""

    id: str
    place: str
    declared_by: str
    declared_at: datetime
    until: datetime
    confirmed_by: str | None = None
    confirmed_at: datetime | None = None
    ended_by: str | None = None
    ended_at: datetime | None = None


def stands(disaster: Disaster, now: datetime) -> bool:
    """Whether a declaration is in force: neither ended nor over, and confirmed by a second person in time."""
    over = disaster.ended_at is not None or now >= disaster.until
    return not over and (disaster.confirmed_at is not None or now < disaster.declared_at + CONFIRMED_WITHIN)
