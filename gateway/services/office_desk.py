"""Letting a newcomer read what her office may read: a member gives her the key, or the office above makes a new one."""

from dataclasses import dataclass

from gateway.errors import Forbidden, NotFound
from gateway.ports.outside import Outside
from gateway.ports.unit_of_work import UnitOfWork
from gateway.services.access import Visitor
from gateway.services.case_desk import actor_of
from gateway.services.key_holding import DESK, SUPERVISOR, KeyHolding, Keys, Office, offices_of
from gateway.services.key_report import OfficeStatus, status


@dataclass(frozen=True, slots=True)
class OfficeDesk:
    """A deliberate act of somebody whose own key is unlocked; an account alone opens nothing."""

    outside: Outside
    keys: KeyHolding

    def offices(self, visitor: Visitor) -> tuple[OfficeStatus, ...]:
        """Return the visitor's offices, and those under her where somebody waits."""
        with self.outside.store.reading() as work:
            own = offices_of(work, visitor.account)
        return tuple(
            office
            for office in status(self.outside).offices
            if (office.agency, office.place) in own
            or (office.waiting and _above(own, visitor, (office.agency, office.place)))
        )

    def let_in(self, visitor: Visitor, name: str) -> bool:
        """Let a newcomer in to every office of hers that the visitor may open; False when the visitor's key is locked.

        Forbidden when she belongs to no such office; NotFound for an unknown name.
        """
        actor, role = actor_of(visitor)
        now = self.outside.clock.now()
        with self.outside.store.writing() as work:
            newcomer = work.accounts.by_name(name)
            if newcomer is None or newcomer.disabled or work.keys.personal(newcomer.id) is None:
                raise NotFound
            keys = self.keys.unlocked(work, visitor.account, visitor.token, visitor.token_sha256)
            own, wanted = offices_of(work, visitor.account), offices_of(work, newcomer)
            mine = [office for office in wanted if office in own and self._holds(work, office, keys)]
            under = [office for office in wanted if office not in mine and _above(own, visitor, office)]
            if not set(wanted) & {*own, *under}:
                raise Forbidden("not an office of this visitor")
            if not keys or not (mine or under):
                return False
            if mine:
                self.keys.let_in(work, keys, newcomer, actor, role)
            for office in under:
                self.keys.renew_for(work, office, (newcomer.id,))
                work.audit.append(now, actor, role, "key.renewed", f"{office[0]} {office[1]}", newcomer.name)
            self.keys.settle_owed(work, keys)
        return True

    @staticmethod
    def _holds(work: UnitOfWork, office: Office, keys: Keys) -> bool:
        key = work.keys.current(*office)
        return key is not None and key.id in keys


def _above(own: tuple[Office, ...], visitor: Visitor, office: Office) -> bool:
    """Whether an office lies under the visitor: in a supervisor's province, or anywhere for the national desk."""
    provinces = {place for agency, place in own if agency == SUPERVISOR}
    return DESK in own or any(office[1].startswith(province) for province in provinces)
