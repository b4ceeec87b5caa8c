"""Legal holds, and the condition that keeps their cases out of every deletion."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, exists, insert, or_, select, update

from gateway.cases.hold import WAITS
from gateway.errors import Conflict
from gateway.ports.hold_book import HoldRow
from gateway.store.schema.casework import CASES
from gateway.store.schema.keeping import LEGAL_HOLD
from gateway.store.transaction import Repository

_PLAIN = tuple(name for name in HoldRow.__dataclass_fields__ if not name.endswith("reason"))


def keeps(now: datetime) -> ColumnElement[bool]:
    """Return the condition on a hold that gateway.cases.hold.keeps says in Python."""
    asked = and_(LEGAL_HOLD.c.state == "asked", LEGAL_HOLD.c.asked_at > now - WAITS)
    return or_(LEGAL_HOLD.c.state.in_(("held", "lifting")), asked)


def not_on_hold(now: datetime) -> ColumnElement[bool]:
    """Return the condition on a case that no hold keeps it."""
    return ~exists().where(LEGAL_HOLD.c.case_id == CASES.c.id, keeps(now))


class SqlHolds(Repository):
    """Holds of cases (gateway.ports.hold_book)."""

    __slots__ = ()

    def add(self, row: HoldRow) -> None:
        """Store a new hold."""
        self.tx.connection.execute(insert(LEGAL_HOLD), self._values(row))

    def save(self, row: HoldRow) -> None:
        """Store a changed hold; Conflict when somebody else was faster."""
        known = LEGAL_HOLD.c.id == row.id, LEGAL_HOLD.c.version == row.version
        changed = update(LEGAL_HOLD).where(*known).values(**self._values(replace(row, version=row.version + 1)))
        if self.tx.connection.execute(changed).rowcount == 0:
            raise Conflict

    def newest(self, case_id: str) -> HoldRow | None:
        """Return the newest hold of a case."""
        query = select(LEGAL_HOLD).where(LEGAL_HOLD.c.case_id == case_id)
        row = self.tx.connection.execute(query.order_by(LEGAL_HOLD.c.asked_at.desc(), LEGAL_HOLD.c.id.desc())).first()
        return self._row(row) if row is not None else None

    def cases(self, now: datetime) -> frozenset[str]:
        """Return the cases that a hold keeps now."""
        return frozenset(self.tx.connection.execute(select(LEGAL_HOLD.c.case_id).where(keeps(now))).scalars())

    def _values(self, row: HoldRow) -> dict[str, Any]:
        lift = self.tx.keyring.seal(row.lift_reason, "legal_hold", row.id, "lift_reason") if row.lift_reason else None
        reason = self.tx.keyring.seal(row.reason, "legal_hold", row.id, "reason")
        return {**{name: getattr(row, name) for name in _PLAIN}, "reason_ct": reason, "lift_reason_ct": lift}

    def _row(self, row: Row[Any]) -> HoldRow:
        keyring, lift = self.tx.keyring, row.lift_reason_ct
        return HoldRow(
            **{name: getattr(row, name) for name in _PLAIN},
            reason=keyring.open(row.reason_ct, "legal_hold", row.id, "reason"),
            lift_reason=keyring.open(lift, "legal_hold", row.id, "lift_reason") if lift else "",
        )
