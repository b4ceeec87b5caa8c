"""Disasters: one declaration says how its places are heard, and whether emergency texts may leave there at night."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from gateway.conversation.conditions import lies_in

CONFIRMED_WITHIN: Final = timedelta(hours=1)
LONGEST: Final = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Disaster:
    """One declaration for provinces (``LApp``) and districts (``LAppdd``); people are named by their accounts.

    It holds at once and ends by itself ``until`` when; without a second person's word it lapses after an hour.
    ``lifts_quiet``: emergency texts may leave there at night.
    """

    id: str
    name: str
    places: frozenset[str]
    declared_by: str
    declared_at: datetime
    until: datetime
    lifts_quiet: bool = False
    confirmed_by: str | None = None
    confirmed_at: datetime | None = None
    ended_by: str | None = None
    ended_at: datetime | None = None


def stands(disaster: Disaster, now: datetime) -> bool:
    """Whether a declaration is in force: neither ended nor over, and confirmed by a second person in time."""
    over = disaster.ended_at is not None or now >= disaster.until
    return not over and (disaster.confirmed_at is not None or now < disaster.declared_at + CONFIRMED_WITHIN)


def struck(disasters: Iterable[Disaster], now: datetime) -> frozenset[str]:
    """Return the provinces and districts in disaster mode."""
    return frozenset(place for disaster in disasters if stands(disaster, now) for place in disaster.places)


def awake(places: Iterable[str], disasters: Iterable[Disaster], now: datetime) -> bool:
    """Whether emergency texts may leave at night for all of these places; for no place at all they may not."""
    lifted = struck((disaster for disaster in disasters if disaster.lifts_quiet), now)
    asked = tuple(places)
    return bool(asked) and all(lies_in(place, lifted) for place in asked)
