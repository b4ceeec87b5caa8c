"""When a declared disaster holds: from the first person's word, for an hour without a second one, to its last day."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, Protocol

ALONE: Final = timedelta(hours=1)
LONGEST: Final = timedelta(days=90)


class Declared(Protocol):
    """What is asked of a declaration."""

    @property
    def districts(self) -> frozenset[str]:
        """Where."""
        ...

    @property
    def declared_at(self) -> datetime:
        """Since when."""
        ...

    @property
    def lifts_quiet(self) -> bool:
        """Whether emergency texts may leave at night."""
        ...

    @property
    def ends_at(self) -> datetime:
        """Until when."""
        ...

    @property
    def confirmed_at(self) -> datetime | None:
        """When a second person confirmed it."""
        ...

    @property
    def ended_at(self) -> datetime | None:
        """When somebody ended it."""
        ...


def holds(disaster: Declared, now: datetime) -> bool:
    """Whether it holds at ``now``."""
    if disaster.ended_at is not None or now >= disaster.ends_at:
        return False
    return disaster.confirmed_at is not None or now < disaster.declared_at + ALONE


def lifted(disasters: Iterable[Declared], now: datetime) -> frozenset[str]:
    """Return the districts in which emergency texts may leave at night."""
    return frozenset(code for one in disasters if one.lifts_quiet and holds(one, now) for code in one.districts)
