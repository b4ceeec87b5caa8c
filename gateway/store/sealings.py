"""Marks of sealing beside the cases, and the seals that are owed."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import bindparam, delete, select, update

from gateway.ports.sealings import PendingSeal
from gateway.store.inserting import insert_new
from gateway.store.schema.casework import CASES, TO_HAND_OVER, TO_SEAL
from gateway.store.schema.sealing import PENDING_SEAL
from gateway.store.transaction import Repository

_CHANGED = select(CASES.c.id).where(TO_SEAL).order_by(CASES.c.opened_at).limit(bindparam("most"))
_DUE = (
    select(CASES.c.id)
    .where(TO_HAND_OVER, CASES.c.hand_over_at <= bindparam("now"))
    .order_by(CASES.c.hand_over_at)
    .limit(bindparam("most"))
)
_MARK = update(CASES).where(CASES.c.id == bindparam("for_case"))
_PENDING = select(PENDING_SEAL.c.case_id, PENDING_SEAL.c.agency, PENDING_SEAL.c.place)
_READABLE = select(CASES.c.id, CASES.c.hand_over_at).where(
    CASES.c.handed_over_at.is_(None), CASES.c.shredded_at.is_(None)
)


class SqlSealings(Repository):
    """How far each case is sealed (gateway.ports.sealings)."""

    __slots__ = ()

    def due(self, now: datetime, limit: int) -> tuple[str, ...]:
        """Return cases that changed since they were sealed last, or that are to be handed over by now."""
        changed = self.tx.connection.execute(_CHANGED, {"most": limit}).scalars()
        due = self.tx.connection.execute(_DUE, {"now": now, "most": limit}).scalars()
        return tuple(dict.fromkeys((*changed, *due)))

    def handed_over_at(self, case_id: str) -> datetime | None:
        """Return since when the server can open nothing of a case."""
        query = select(CASES.c.handed_over_at).where(CASES.c.id == case_id)
        return self.tx.connection.execute(query).scalar_one_or_none()

    def sealed(self, case_id: str, version: int, hand_over_at: datetime | None) -> None:
        """Note the version that was sealed, and when the server's own copy is to go."""
        values = {"for_case": case_id, "sealed_version": version, "hand_over_at": hand_over_at}
        self.tx.connection.execute(_MARK, values)

    def hand_over(self, case_id: str, at: datetime) -> None:
        """Note that the server's own copy is gone."""
        self.tx.connection.execute(_MARK, {"for_case": case_id, "handed_over_at": at, "hand_over_at": None})

    def look_again(self, case_id: str) -> None:
        """Have a case sealed anew although its version stayed."""
        self.tx.connection.execute(_MARK, {"for_case": case_id, "sealed_version": None})

    def owe(self, seal: PendingSeal, at: datetime) -> None:
        """Note a seal that somebody with a key has to make."""
        row = {"case_id": seal.case_id, "agency": seal.agency, "place": seal.place, "asked_at": at}
        insert_new(self.tx.connection, PENDING_SEAL, row)

    def owed(self, limit: int) -> tuple[PendingSeal, ...]:
        """Return seals that are owed, oldest first."""
        query = _PENDING.order_by(PENDING_SEAL.c.asked_at, PENDING_SEAL.c.case_id).limit(limit)
        return tuple(PendingSeal(*row) for row in self.tx.connection.execute(query))

    def owed_of(self, case_id: str) -> tuple[PendingSeal, ...]:
        """Return the seals that a case is owed."""
        rows = self.tx.connection.execute(_PENDING.where(PENDING_SEAL.c.case_id == case_id))
        return tuple(PendingSeal(*row) for row in rows)

    def settle(self, seal: PendingSeal) -> None:
        """Forget a seal that was made, or is no longer wanted."""
        which = PENDING_SEAL.c.case_id == seal.case_id, PENDING_SEAL.c.agency == seal.agency
        self.tx.connection.execute(delete(PENDING_SEAL).where(*which, PENDING_SEAL.c.place == seal.place))

    def readable(self) -> Iterator[tuple[str, datetime | None]]:
        """Stream cases that are not handed over, and when they will be."""
        for row in self.tx.connection.execute(_READABLE.order_by(CASES.c.opened_at)):
            yield row.id, row.hand_over_at
