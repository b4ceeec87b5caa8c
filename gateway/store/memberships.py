"""Courses and lists of contacts: each row moves by the table of its life."""

from datetime import datetime

from sqlalchemy import bindparam, select

from gateway.contacts.membership import Event, after
from gateway.store.inserting import insert_or_replace
from gateway.store.schema.learning import MEMBERSHIP
from gateway.store.transaction import Repository

ACTIVE = "active"
_KEYS = ("contact_id", "kind", "name")
_STATE = select(MEMBERSHIP.c.state).where(*(MEMBERSHIP.c[key] == bindparam(key) for key in _KEYS))
_OF = select(MEMBERSHIP.c.kind, MEMBERSHIP.c.name).where(
    MEMBERSHIP.c.contact_id == bindparam("contact_id"), MEMBERSHIP.c.state == ACTIVE
)
_MEMBERS = select(MEMBERSHIP.c.contact_id).where(
    MEMBERSHIP.c.kind == bindparam("kind"), MEMBERSHIP.c.name == bindparam("name"), MEMBERSHIP.c.state == ACTIVE
)


class SqlMemberships(Repository):
    """Memberships (gateway.ports.memberships)."""

    __slots__ = ()

    def join(self, contact_id: str, kind: str, name: str, now: datetime) -> None:
        """Make a contact a member; one that is keeps the day since when."""
        self._move(contact_id, kind, name, "join", now)

    def leave(self, contact_id: str, kind: str, name: str, now: datetime) -> None:
        """End a membership; that it was stays known."""
        self._move(contact_id, kind, name, "leave", now)

    def leave_all(self, contact_id: str, now: datetime) -> None:
        """End every membership of a contact."""
        for row in self.tx.connection.execute(_OF, {"contact_id": contact_id}).all():
            self._move(contact_id, row.kind, row.name, "leave", now)

    def names(self, contact_id: str, kind: str) -> frozenset[str]:
        """Return the courses or lists that a contact is in now."""
        rows = self.tx.connection.execute(_OF, {"contact_id": contact_id})
        return frozenset(row.name for row in rows if row.kind == kind)

    def members(self, kind: str, name: str) -> tuple[str, ...]:
        """Return the ids of those who are in a course or on a list now, by id."""
        found = self.tx.connection.execute(_MEMBERS.order_by(MEMBERSHIP.c.contact_id), {"kind": kind, "name": name})
        return tuple(found.scalars())

    def _move(self, contact_id: str, kind: str, name: str, event: Event, now: datetime) -> None:
        """Move one row; the contact's lock, which every turn holds, keeps two turns apart."""
        key = {"contact_id": contact_id, "kind": kind, "name": name}
        state = self.tx.connection.execute(_STATE, key).scalar() or ""
        if (moved := after(state, event)) != state:
            insert_or_replace(self.tx.connection, MEMBERSHIP, {**key, "state": moved, "since": now}, _KEYS)
