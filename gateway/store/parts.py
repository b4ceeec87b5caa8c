"""Parts of outgoing texts that a provider took, each with its own id and state."""

from collections.abc import Sequence

from sqlalchemy import bindparam, func, or_, select, update

from gateway.delivery.life import RANK
from gateway.ports.channel import PartSent
from gateway.ports.parts import RaisedPart, Sending
from gateway.store.inserting import insert_or_replace
from gateway.store.schema.sending import DELIVERY_PART, OUTBOX
from gateway.store.transaction import Repository

_PART = DELIVERY_PART.c
_THIS = OUTBOX.alias("this")
_PLACE = (
    select(func.count())
    .select_from(OUTBOX.join(_THIS, _THIS.c.contact_id == OUTBOX.c.contact_id))
    .where(_THIS.c.id == bindparam("of_text"))
    .where(
        or_(
            OUTBOX.c.created_at < _THIS.c.created_at,
            (OUTBOX.c.created_at == _THIS.c.created_at) & (OUTBOX.c.id < _THIS.c.id),
        )
    )
)
_OF_TEXT = select(DELIVERY_PART).where(_PART.outbox_id == bindparam("of_text")).order_by(_PART.number)
_BY_PROVIDER = select(DELIVERY_PART).where(
    _PART.provider_id == bindparam("known_as"), _PART.channel == bindparam("by_channel")
)
_RAISE = update(DELIVERY_PART).where(
    _PART.outbox_id == bindparam("of_text"), _PART.number == bindparam("of_number"), _PART.rank < bindparam("new_rank")
)


class SqlParts(Repository):
    """The table of parts (gateway.ports.parts)."""

    __slots__ = ()

    def sending(self, outbox_id: str) -> Sending:
        """Return how to send a text; its reference is its place among the texts to that phone, and never changes."""
        place = self.tx.connection.execute(_PLACE, {"of_text": outbox_id}).scalar_one()
        rows = self.tx.connection.execute(_OF_TEXT, {"of_text": outbox_id})
        return Sending(place, frozenset(row.number for row in rows))

    def note(self, outbox_id: str, channel: str, parts: Sequence[PartSent]) -> None:
        """Keep the parts that one attempt brought through; one sent anew replaces its older copy."""
        for part in parts:
            row = {
                "outbox_id": outbox_id,
                "number": part.number,
                "total": part.total,
                "channel": channel,
                "provider_id": part.provider_id,
                "state": "accepted",
                "rank": RANK["accepted"],
            }
            insert_or_replace(self.tx.connection, DELIVERY_PART, row, ("outbox_id", "number"))

    def raise_state(self, channel: str, provider_id: str, state: str | None) -> RaisedPart | None:
        """Move a part on by a receipt, only if its rank rises; None when no part has this id."""
        known = {"known_as": provider_id, "by_channel": channel}
        part = self.tx.connection.execute(_BY_PROVIDER, known).first()
        if part is None:
            return None
        if state is not None:
            place = {"of_text": part.outbox_id, "of_number": part.number, "new_rank": RANK[state]}
            self.tx.connection.execute(_RAISE, {**place, "state": state, "rank": RANK[state]})
        states: list[str | None] = [None] * part.total
        for row in self.tx.connection.execute(_OF_TEXT, {"of_text": part.outbox_id}):
            if row.total == part.total:
                states[row.number - 1] = row.state
        return RaisedPart(part.outbox_id, tuple(states))
