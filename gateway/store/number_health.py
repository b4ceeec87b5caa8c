"""Numbers whose carriers refuse them (gateway.ports.number_health)."""

from datetime import datetime

from sqlalchemy import bindparam, delete, func, select

from gateway.contacts.number_health import NumberHealth, after_refusal
from gateway.store.inserting import insert_or_replace
from gateway.store.schema.sending import OUTBOX
from gateway.store.schema.talk import NUMBER_HEALTH
from gateway.store.transaction import Repository

_COLUMNS = tuple(NumberHealth.__dataclass_fields__)
_OF = select(*(NUMBER_HEALTH.c[name] for name in _COLUMNS)).where(NUMBER_HEALTH.c.contact_id == bindparam("of_contact"))
_WORKS = delete(NUMBER_HEALTH).where(NUMBER_HEALTH.c.contact_id == bindparam("of_contact"))
_GOT = delete(NUMBER_HEALTH).where(
    NUMBER_HEALTH.c.contact_id == select(OUTBOX.c.contact_id).where(OUTBOX.c.id == bindparam("text")).scalar_subquery()
)
_DEAD = select(func.count()).select_from(NUMBER_HEALTH).where(NUMBER_HEALTH.c.dead_since.is_not(None))


class SqlNumberBook(Repository):
    """Health of numbers; the contact's lock or the carrier's one receipt keeps two writers apart."""

    __slots__ = ()

    def refused(self, contact_id: str, now: datetime) -> None:
        """Write down that a carrier knows no such phone."""
        health = after_refusal(self.health(contact_id), now)
        values = {name: getattr(health, name) for name in _COLUMNS}
        insert_or_replace(self.tx.connection, NUMBER_HEALTH, {"contact_id": contact_id, **values}, ("contact_id",))

    def works(self, contact_id: str) -> None:
        """Forget every refusal: the phone wrote."""
        self.tx.connection.execute(_WORKS, {"of_contact": contact_id})

    def got(self, outbox_id: str) -> None:
        """Forget every refusal: a text arrived at the phone."""
        self.tx.connection.execute(_GOT, {"text": outbox_id})

    def health(self, contact_id: str) -> NumberHealth | None:
        """Return what speaks against a number."""
        row = self.tx.connection.execute(_OF, {"of_contact": contact_id}).first()
        return None if row is None else NumberHealth(*row)

    def dead(self) -> int:
        """Count the numbers that broadcasts leave alone."""
        return self.tx.connection.execute(_DEAD).scalar_one()
