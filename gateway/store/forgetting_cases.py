"""What time takes away from cases: their texts, the way back to a phone, at last what tells them apart."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, exists, func, or_, select, update

from gateway.store.holds import not_on_hold
from gateway.store.schema.casework import CASE_ENTRY, CASES, RELAY_TEXT
from gateway.store.schema.partners import PUSH
from gateway.store.schema.sealing import PENDING_SEAL
from gateway.store.schema.sending import OUTBOX
from gateway.store.schema.talk import CONSENT, INBOUND
from gateway.store.transaction import Repository

_ENTRIES_OF = CASE_ENTRY.c.case_id == CASES.c.id
_SHRED = (
    select(CASES.c.id)
    .where(
        or_(
            (CASES.c.closed_at <= bindparam("closed"))
            & or_(CASES.c.shredded_at.is_(None), exists().where(_ENTRIES_OF)),
            (func.coalesce(CASES.c.handed_over_at, CASES.c.opened_at) <= bindparam("handed_over"))
            & or_(
                CASES.c.shredded_at.is_(None), exists().where(_ENTRIES_OF, CASE_ENTRY.c.at <= bindparam("handed_over"))
            ),
        )
    )
    .order_by(CASES.c.opened_at)
    .limit(bindparam("most"))
)
_CLOSED = CASES.c.state == "closed", CASES.c.closed_at <= bindparam("closed")
_LINKED = select(CASES.c.id, CASES.c.contact_id).where(*_CLOSED, CASES.c.contact_id.is_not(None))
_NAMED = select(CASES.c.id).where(*_CLOSED, CASES.c.deidentified_at.is_(None))


class SqlForgettingCases(Repository):
    """Retention of cases (gateway.ports.forgetting)."""

    __slots__ = ()

    def cases_to_shred(self, closed: datetime, handed_over: datetime, most: int) -> tuple[str, ...]:
        """Return cases whose texts have had their time."""
        known = {"closed": closed, "handed_over": handed_over, "most": most}
        return tuple(self.tx.connection.execute(_SHRED.where(self._free()), known).scalars())

    def shred(self, case_id: str, at: datetime) -> int:
        """Drop the sealed texts of a case whose keys are gone; return how many."""
        self.tx.connection.execute(delete(PENDING_SEAL).where(PENDING_SEAL.c.case_id == case_id))
        self._change(case_id, shredded_at=at)
        return self.tx.connection.execute(delete(CASE_ENTRY).where(CASE_ENTRY.c.case_id == case_id)).rowcount

    def unlink(self, closed: datetime, most: int) -> int:
        """Cut what leads from closed cases to the phones that reported them, and empty those phones' texts."""
        rows = self.tx.connection.execute(_LINKED.where(self._free()).limit(most), {"closed": closed}).all()
        for case_id, contact_id in rows:
            told = OUTBOX.c.case_id == case_id, OUTBOX.c.contact_id == contact_id
            cut: dict[str, Any] = {"case_id": None, "step_id": None, "idempotency_key": "unlinked:" + OUTBOX.c.id}
            self.tx.connection.execute(update(OUTBOX).where(*told).values(**cut))
            over = OUTBOX.c.contact_id == contact_id, OUTBOX.c.not_after <= closed
            self.tx.connection.execute(update(OUTBOX).where(*over).values(body_ct=None))
            written = update(INBOUND).where(INBOUND.c.contact_id == contact_id)
            self.tx.connection.execute(written.values(body_ct=None, reply_ct=None))
            self.tx.connection.execute(update(CONSENT).where(CONSENT.c.case_id == case_id).values(contact_id=None))
            self.tx.connection.execute(delete(RELAY_TEXT).where(RELAY_TEXT.c.case_id == case_id))
            self._change(case_id, contact_id=None)
        return len(rows)

    def deidentify(self, closed: datetime, at: datetime, most: int) -> int:
        """Take code, PIN and answers from closed cases; type, level, place and times stay for the statistics."""
        named = _NAMED.where(self._free()).limit(most)
        ids = list(self.tx.connection.execute(named, {"closed": closed}).scalars())
        for case_id in ids:
            nothing = self.tx.keyring.seal("{}", "cases", case_id, "answers")
            self.tx.connection.execute(update(PUSH).where(PUSH.c.case_id == case_id).values(body_ct=None))
            self._change(case_id, code=None, pin_fingerprint=None, answers_ct=nothing, deidentified_at=at)
        return len(ids)

    def known_cases(self) -> frozenset[str]:
        """Return the id of every case."""
        return frozenset(self.tx.connection.execute(select(CASES.c.id)).scalars())

    def _free(self) -> ColumnElement[bool]:
        """No legal hold keeps the case."""
        return not_on_hold(self.tx.clock.now())

    def _change(self, case_id: str, **columns: Any) -> None:  # noqa: ANN401 - the columns of cases
        """Change a case as a new version of it, so that nobody who read it before writes back what is gone."""
        changed = update(CASES).where(CASES.c.id == case_id).values(version=CASES.c.version + 1, **columns)
        self.tx.connection.execute(changed)
