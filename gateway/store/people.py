"""Contacts: found by the keyed digest of their number, locked one by one."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, bindparam, func, select, update

from gateway.contacts.contact import Contact
from gateway.errors import NotFound
from gateway.store.inserting import insert_new
from gateway.store.schema.casework import CASES
from gateway.store.schema.talk import CONTACT
from gateway.store.transaction import Repository

SEEN_AGAIN = timedelta(days=1)  # how exactly the last message is remembered: retention counts in months

_BY_ID = select(CONTACT).where(CONTACT.c.id == bindparam("contact_id"))
_BY_INDEX = select(CONTACT).where(CONTACT.c.msisdn_index == bindparam("msisdn_index"))
_SAVE = update(CONTACT).where(CONTACT.c.id == bindparam("contact_id"))
_CASES = select(func.count()).where(
    CASES.c.contact_id == bindparam("contact_id"), CASES.c.opened_at >= bindparam("since")
)


def _locked(query: Select[Any]) -> Select[Any]:
    """Lock the row, but not against rows that merely refer to it."""
    return query.with_for_update(key_share=True)


_LOCK_BY_ID, _LOCK_BY_INDEX = _locked(_BY_ID), _locked(_BY_INDEX)


class SqlPeople(Repository):
    """Contacts (gateway.ports.people)."""

    __slots__ = ()

    def lock(self, e164: str, now: datetime) -> Contact:
        """Return the contact of a number, made if new, and hold its lock until the transaction ends."""
        index = self.tx.keyring.index(e164)
        row = self.tx.connection.execute(_LOCK_BY_INDEX, {"msisdn_index": index}).first()
        if row is None:
            if made := self._made(e164, index, now):
                return made
            row = self.tx.connection.execute(_LOCK_BY_INDEX, {"msisdn_index": index}).one()
        elif not row.msisdn_ct:
            return self._known_again(row, e164, now)
        elif now - row.last_message_at > SEEN_AGAIN:
            self.tx.connection.execute(_SAVE, {"contact_id": row.id, "last_message_at": now})
        return self._contact(row)

    def find(self, e164: str) -> str | None:
        """Return the id of whoever has a number; None for a stranger, and when only its digest is left."""
        row = self.tx.connection.execute(_BY_INDEX, {"msisdn_index": self.tx.keyring.index(e164)}).first()
        return row.id if row is not None and row.msisdn_ct else None

    def lock_id(self, contact_id: str) -> Contact:
        """Return a known contact under its lock; NotFound for an unknown one."""
        row = self.tx.connection.execute(_LOCK_BY_ID, {"contact_id": contact_id}).first()
        if row is None:
            raise NotFound
        return self._contact(row)

    def get(self, contact_id: str) -> Contact | None:
        """Return a contact without a lock."""
        row = self.tx.connection.execute(_BY_ID, {"contact_id": contact_id}).first()
        return self._contact(row) if row is not None else None

    def save(self, contact: Contact) -> None:
        """Store a changed contact; its number never changes."""
        start, end = contact.hours or (None, None)
        self.tx.connection.execute(
            _SAVE,
            {
                "contact_id": contact.id,
                "language": contact.language,
                "province": contact.province,
                "district": contact.district,
                "safety": contact.safety,
                "contact_ok": contact.contact_ok,
                "hours_from": start,
                "hours_to": end,
                "safe_word_hash": contact.safe_word_hash,
                "duress_hash": contact.duress_hash,
                "opted_in": contact.opted_in,
                "opted_out_at": contact.opted_out_at,
                "tags": sorted(contact.tags),
            },
        )

    def cases_today(self, contact_id: str, since: datetime) -> int:
        """How many cases a contact opened since ``since``."""
        return self.tx.connection.execute(_CASES, {"contact_id": contact_id, "since": since}).scalar_one()

    def _made(self, e164: str, index: str, now: datetime) -> Contact | None:
        """Return a new contact, whose row is locked by being new; None when somebody else just made it."""
        contact = Contact(self.tx.chance.new_id(), e164)
        values = {
            "id": contact.id,
            "msisdn_ct": self.tx.keyring.seal(e164, "contact", contact.id, "msisdn"),
            "msisdn_index": index,
            "safety": contact.safety,
            "opted_in": contact.opted_in,
            "tags": sorted(contact.tags),
            "created_at": now,
            "last_message_at": now,
        }
        return contact if insert_new(self.tx.connection, CONTACT, values) else None

    def _known_again(self, row: Row[Any], e164: str, now: datetime) -> Contact:
        """Return somebody of whom retention left only the digest: that she had left every list is still known."""
        sealed = self.tx.keyring.seal(e164, "contact", row.id, "msisdn")
        self.tx.connection.execute(_SAVE, {"contact_id": row.id, "msisdn_ct": sealed, "last_message_at": now})
        return Contact(row.id, e164, opted_out_at=row.opted_out_at)

    def _contact(self, row: Row[Any]) -> Contact:
        return Contact(
            row.id,
            self.tx.keyring.open(row.msisdn_ct, "contact", row.id, "msisdn"),
            row.language,
            row.province,
            row.district,
            row.safety,
            row.contact_ok,
            None if row.hours_from is None else (row.hours_from, row.hours_to),
            row.safe_word_hash,
            row.duress_hash,
            row.opted_in,
            row.opted_out_at,
            frozenset(row.tags),
        )
