"""Switches disaster mode of a district or province on and off: declared by one person, confirmed by another."""

from dataclasses import dataclass
from datetime import datetime

from gateway.campaigns.disaster import holds
from gateway.cases.disaster import LONGEST, Disaster, stands
from gateway.conversation.conditions import lies_in
from gateway.errors import Conflict, NotFound
from gateway.ports.outside import Outside
from gateway.ports.unit_of_work import UnitOfWork
from gateway.services.publishing import require

PERMISSION = "directory"  # the desk and the supervisors


@dataclass(frozen=True, slots=True)
class DisasterMode:
    """Every step is written down; ``name`` is the console account that takes it."""

    outside: Outside

    def declare(self, place: str, until: datetime, name: str) -> Disaster:
        """Switch it on at once; it lapses after an hour unless ``confirm`` comes, and ends by itself at ``until``."""
        now = self.outside.clock.now()
        with self.outside.store.writing() as work:
            role = _entitled(work, name, place)
            if not now < until <= now + LONGEST:
                raise Conflict(f"A disaster ends by a date within {LONGEST.days} days.")
            if any(one.place == place for one in standing(work, now)):
                raise Conflict(f"Disaster mode is on in {place} already.")
            disaster = Disaster(self.outside.chance.new_id(), place, name, now, until)
            work.disasters.add(disaster)
            work.audit.append(now, name, role, "disaster.declared", f"{place} until {until.isoformat()}")
        return disaster

    def confirm(self, place: str, name: str) -> None:
        """Confirm as the second person; Conflict for the first, NotFound when nothing stands there."""
        now = self.outside.clock.now()
        with self.outside.store.writing() as work:
            role, disaster = _entitled(work, name, place), _standing_at(work, place, now)
            if disaster.declared_by == name:
                raise Conflict("Whoever declared it cannot confirm it: a second person does.")
            if not work.disasters.confirm(disaster.id, name, now):
                raise Conflict(f"Disaster mode in {place} is confirmed already.")
            work.audit.append(now, name, role, "disaster.confirmed", place)

    def end(self, place: str, name: str) -> None:
        """Switch it off; NotFound when it is not on."""
        now = self.outside.clock.now()
        with self.outside.store.writing() as work:
            role, disaster = _entitled(work, name, place), _standing_at(work, place, now)
            work.disasters.end(disaster.id, name, now)
            work.audit.append(now, name, role, "disaster.ended", place)

    def list(self) -> tuple[Disaster, ...]:
        """Return what stands now, oldest first."""
        with self.outside.store.reading() as work:
            return standing(work, self.outside.clock.now())


def standing(work: UnitOfWork, now: datetime) -> tuple[Disaster, ...]:
    """Return the declarations in force."""
    return tuple(disaster for disaster in work.disasters.open(now) if stands(disaster, now))


def places_in_disaster(work: UnitOfWork, now: datetime) -> frozenset[str]:
    """Return the provinces and districts in disaster mode: switched on, or declared for broadcasts as well."""
    declared = (one.districts for one in work.declarations.list() if holds(one, now))
    return frozenset(one.place for one in standing(work, now)).union(*declared)


def _standing_at(work: UnitOfWork, place: str, now: datetime) -> Disaster:
    found = next((disaster for disaster in standing(work, now) if disaster.place == place), None)
    if found is None:
        raise NotFound
    return found


def _entitled(work: UnitOfWork, name: str, place: str) -> str:
    """Return an account's roles for the audit; Conflict when it may not do this there."""
    role = require(work, name, PERMISSION)
    account = work.accounts.by_name(name)
    if account is not None and account.places and not lies_in(place, account.places):
        raise Conflict(f"{place} is not among the places of {name}.")
    return role
