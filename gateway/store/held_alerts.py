"""Alerts held back for a digest."""

from datetime import datetime

from sqlalchemy import delete, func, select

from gateway.store.inserting import insert_new
from gateway.store.schema.casework import HELD_ALERT
from gateway.store.schema.sending import OUTBOX
from gateway.store.transaction import Repository


class SqlHeldAlerts(Repository):
    """What waits for the digests of posts (gateway.ports.held_alerts)."""

    __slots__ = ()

    def sent_to(self, contact_id: str, since: datetime) -> int:
        """How many alerts were queued for a phone since ``since``."""
        recent = OUTBOX.c.contact_id == contact_id, OUTBOX.c.created_at > since, OUTBOX.c.kind == "alert"
        return self.tx.connection.execute(select(func.count()).select_from(OUTBOX).where(*recent)).scalar_one()

    def hold(self, post_id: str, case_id: str, at: datetime) -> None:
        """Keep an alert for the digest; once more changes nothing."""
        insert_new(self.tx.connection, HELD_ALERT, {"post_id": post_id, "case_id": case_id, "held_at": at})

    def holds(self, post_id: str) -> bool:
        """Whether anything waits for a post's digest."""
        query = select(HELD_ALERT.c.case_id).where(HELD_ALERT.c.post_id == post_id).limit(1)
        return self.tx.connection.execute(query).first() is not None

    def due(self, before: datetime) -> tuple[str, ...]:
        """Return the posts of which something has waited since ``before``."""
        query = select(HELD_ALERT.c.post_id).where(HELD_ALERT.c.held_at <= before).distinct()
        return tuple(self.tx.connection.execute(query.order_by(HELD_ALERT.c.post_id)).scalars())

    def take(self, post_id: str) -> tuple[str, ...]:
        """Let go of everything that waits for a post and return the ids of the cases; of two clocks one gets it all."""
        gone = delete(HELD_ALERT).where(HELD_ALERT.c.post_id == post_id).returning(HELD_ALERT.c.case_id)
        return tuple(self.tx.connection.execute(gone).scalars())
