"""Referrals, closings and lowerings of cases, moved by conditional updates."""

from datetime import datetime

from sqlalchemy import insert, select, update

from gateway.cases.lowering import State
from gateway.ports.case_decisions import ClosingRow, LoweringRow, ReferralRow
from gateway.store.schema.casework import CLOSING, LOWERING, REFERRAL
from gateway.store.transaction import Repository

_REFERRAL = tuple(ReferralRow.__dataclass_fields__)
_CLOSING = tuple(ClosingRow.__dataclass_fields__)
_LOWERING = tuple(LoweringRow.__dataclass_fields__)


class SqlCaseDecisions(Repository):
    """What waits for somebody's answer (gateway.ports.case_decisions)."""

    __slots__ = ()

    def refer(self, row: ReferralRow) -> None:
        """Store a new referral."""
        self.tx.connection.execute(insert(REFERRAL), {name: getattr(row, name) for name in _REFERRAL})

    def referrals(self, case_id: str) -> tuple[ReferralRow, ...]:
        """Return the referrals of a case, oldest first."""
        query = select(*(REFERRAL.c[name] for name in _REFERRAL)).where(REFERRAL.c.case_id == case_id)
        rows = self.tx.connection.execute(query.order_by(REFERRAL.c.asked_at, REFERRAL.c.id))
        return tuple(ReferralRow(*row) for row in rows)

    def move_referral(self, referral_id: str, expected: str, state: str, at: datetime) -> bool:
        """Move a referral by conditional update; False when it was no longer in the expected state."""
        known = REFERRAL.c.id == referral_id, REFERRAL.c.state == expected
        return (
            self.tx.connection.execute(update(REFERRAL).where(*known).values(state=state, answered_at=at)).rowcount == 1
        )

    def add_closing(self, row: ClosingRow) -> None:
        """Store a wish to close."""
        self.tx.connection.execute(insert(CLOSING), {name: getattr(row, name) for name in _CLOSING})

    def closing(self, case_id: str) -> ClosingRow | None:
        """Return the newest wish to close a case."""
        query = select(*(CLOSING.c[name] for name in _CLOSING)).where(CLOSING.c.case_id == case_id)
        row = self.tx.connection.execute(
            query.order_by(CLOSING.c.asked_at.desc(), CLOSING.c.id.desc()).limit(1)
        ).first()
        return ClosingRow(*row) if row is not None else None

    def move_closing(self, closing_id: str, expected: str, state: str, *, second: str | None = None) -> bool:
        """Move a closing by conditional update; False when it was no longer in the expected state."""
        changes = {"state": state} | ({"second": second} if second else {})
        known = CLOSING.c.id == closing_id, CLOSING.c.state == expected
        return self.tx.connection.execute(update(CLOSING).where(*known).values(**changes)).rowcount == 1

    def add_lowering(self, row: LoweringRow) -> None:
        """Store a wish to lower."""
        self.tx.connection.execute(insert(LOWERING), {name: getattr(row, name) for name in _LOWERING})

    def lowering(self, case_id: str) -> LoweringRow | None:
        """Return the wish to lower that waits for a second agency."""
        query = select(*(LOWERING.c[name] for name in _LOWERING))
        row = self.tx.connection.execute(
            query.where(LOWERING.c.case_id == case_id, LOWERING.c.state == "alone")
        ).first()
        return LoweringRow(*row) if row is not None else None

    def settle_lowering(self, lowering_id: str, state: State, *, second: str | None = None) -> bool:
        """End a wish that waits, by conditional update; False when it was settled already."""
        known = LOWERING.c.id == lowering_id, LOWERING.c.state == "alone"
        changes = {"state": state, "second": second}
        return self.tx.connection.execute(update(LOWERING).where(*known).values(**changes)).rowcount == 1
