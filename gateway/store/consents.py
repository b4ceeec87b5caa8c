"""Who may be told, as people said it: one row a case or person, recipient and purpose."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import ColumnElement, and_, insert, or_, select, update

from gateway.campaigns.audience import INFORMATION
from gateway.contacts.consent import BROADCASTS, Consent, State, after
from gateway.store.schema.talk import CONSENT
from gateway.store.transaction import Repository

_STATES: dict[str, State] = {"given": "given", "refused": "refused", "withdrawn": "withdrawn"}
_C = CONSENT.c
_COLUMNS = _C.recipient, _C.purpose, _C.state, _C.wording, _C.wording_sha256, _C.language, _C["at"]
_SAID = select(*_COLUMNS).order_by(_C["at"], _C.case_id.is_not(None), _C.id)  # of one moment, what is of the case last


class SqlConsents(Repository):
    """Consents of cases and people (gateway.ports.consents)."""

    __slots__ = ()

    def of_case(self, case_id: str, contact_id: str | None) -> tuple[Consent, ...]:
        """Return what was said of a case, and what its reporter said when no case was open; oldest first."""
        mine = _C.case_id == case_id
        return self._said(mine if contact_id is None else or_(mine, _without_case(contact_id)))

    def of_person(self, contact_id: str) -> tuple[Consent, ...]:
        """Return what a person said when no case was open, oldest first."""
        return self._said(_without_case(contact_id))

    def of_broadcasts(self, contact_id: str) -> tuple[Consent, ...]:
        """Return what a person said of the gateway's own texts, oldest first."""
        return self._said(_to_broadcasts(contact_id))

    def end_broadcasts(self, contact_id: str, now: datetime) -> None:
        """Take back every purpose she named, but information, a fact of the contact, which STOP ends by itself."""
        named = _to_broadcasts(contact_id), _C.purpose != INFORMATION, _C.state == "given"
        values = {"state": after("given", "withdraw"), "at": now}
        self.tx.connection.execute(update(CONSENT).where(*named).values(values))

    def keep(self, case_id: str | None, contact_id: str | None, consent: Consent) -> None:
        """Store what was said last of this recipient and purpose, in place of what was said before."""
        whose = _C.case_id == case_id if case_id else and_(_C.case_id.is_(None), _C.contact_id == contact_id)
        known = update(CONSENT).where(whose, _C.recipient == consent.recipient, _C.purpose == consent.purpose)
        row = asdict(consent)
        row["wording_sha256"] = row.pop("text_sha256")
        if self.tx.connection.execute(known.values(row)).rowcount == 0:
            row |= {"id": self.tx.chance.new_id(), "case_id": case_id, "contact_id": contact_id}
            self.tx.connection.execute(insert(CONSENT), row)

    def _said(self, which: ColumnElement[bool]) -> tuple[Consent, ...]:
        rows = self.tx.connection.execute(_SAID.where(which))
        return tuple(
            Consent(
                row.recipient, row.purpose, _STATES[row.state], row.wording, row.wording_sha256, row.language, row.at
            )
            for row in rows
        )


def _to_broadcasts(contact_id: str) -> ColumnElement[bool]:
    return and_(_C.contact_id == contact_id, _C.case_id.is_(None), _C.recipient == BROADCASTS)


def _without_case(contact_id: str) -> ColumnElement[bool]:
    return and_(_C.contact_id == contact_id, _C.case_id.is_(None), _C.recipient != BROADCASTS)
