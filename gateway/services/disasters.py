"""Declares, confirms and ends disasters: the one record behind ladders, flows, quiet hours and emergency texts."""

from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from gateway.cases.disaster import LONGEST, Disaster, stands, struck
from gateway.conversation.conditions import lies_in
from gateway.errors import Conflict, NotFound
from gateway.ports.outside import Outside
from gateway.ports.unit_of_work import UnitOfWork
from gateway.services.publishing import require

PERMISSION: Final = "disasters"  # the national desk, and supervisors for their own province


@dataclass(frozen=True, slots=True)
class Disasters:
    """Every step is written down; ``by`` is the console account that takes it."""

    outside: Outside

    def declare(self, name: str, places: Set[str], until: datetime, by: str, *, lifts_quiet: bool = False) -> Disaster:
        """Declare one, in force at once; it lapses after an hour unless ``confirm`` comes.

        Conflict without a name or place, for an end that is past or more than 90 days ahead, and where a disaster
        was declared already.
        """
        now = self.outside.clock.now()
        if not places or not name.strip():
            raise Conflict("A disaster has a name and at least one district.")
        if not now < until <= now + LONGEST:
            raise Conflict(f"A disaster ends within {LONGEST.days} days.")
        disaster = Disaster(
            self.outside.chance.new_id(), name.strip(), frozenset(places), by, now, until, lifts_quiet=lifts_quiet
        )
        with self.outside.store.writing() as work:
            role = _entitled(work, by, disaster.places)
            if disaster.places & struck(work.disasters.open(now), now):
                raise Conflict("A disaster was declared there already: confirm that one, or end it first.")
            work.disasters.add(disaster)
            work.audit.append(now, by, role, "disaster.declared", _in_short(disaster))
        return disaster

    def confirm(self, disaster_id: str, by: str) -> None:
        """Confirm as the second person; Conflict for the first, or when it is too late."""
        now = self.outside.clock.now()
        with self.outside.store.writing() as work:
            disaster = _found(work, disaster_id)
            role = _entitled(work, by, disaster.places)
            if disaster.declared_by == by:
                raise Conflict("Somebody else has to confirm a disaster.")
            if not stands(disaster, now) or not work.disasters.confirm(disaster_id, by, now):
                raise Conflict("The disaster does not wait for a second person any more.")
            work.audit.append(now, by, role, "disaster.confirmed", disaster_id)

    def end(self, disaster_id: str, by: str) -> None:
        """End it: what it changed is as before from now on; NotFound when it is over."""
        now = self.outside.clock.now()
        with self.outside.store.writing() as work:
            disaster = _found(work, disaster_id)
            role = _entitled(work, by, disaster.places)
            if not stands(disaster, now) or not work.disasters.end(disaster_id, by, now):
                raise NotFound
            work.audit.append(now, by, role, "disaster.ended", disaster_id)

    def in_force(self) -> tuple[Disaster, ...]:
        """Return what stands now, oldest first."""
        now = self.outside.clock.now()
        with self.outside.store.reading() as work:
            return tuple(disaster for disaster in work.disasters.open(now) if stands(disaster, now))


def places_in_disaster(work: UnitOfWork, now: datetime) -> frozenset[str]:
    """Return the provinces and districts in disaster mode."""
    return struck(work.disasters.open(now), now)


def _found(work: UnitOfWork, disaster_id: str) -> Disaster:
    found = work.disasters.get(disaster_id)
    if found is None:
        raise NotFound
    return found


def _entitled(work: UnitOfWork, by: str, places: Set[str]) -> str:
    """Return an account's roles for the audit; Conflict when it may not do this in all of these places."""
    role = require(work, by, PERMISSION)
    account = work.accounts.by_name(by)
    if account is not None and account.places and not all(lies_in(place, account.places) for place in places):
        raise Conflict("Some of these places are not yours.")
    return role


def _in_short(disaster: Disaster) -> str:
    night = " at night" if disaster.lifts_quiet else ""
    return f"{disaster.id} {' '.join(sorted(disaster.places))} until {disaster.until.isoformat()}{night}"
