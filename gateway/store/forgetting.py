"""What time takes away from people, messages and sessions."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, TextClause, delete, exists, or_, select, update

from gateway.store.forgetting_cases import SqlForgettingCases
from gateway.store.schema.audience import CONTACT_FIELD, CONTACT_ROLE, GROUP_MEMBER
from gateway.store.schema.broadcasting import CONTACT_DATE
from gateway.store.schema.casework import CASES, RELAY_OPENING, WRONG_TRY
from gateway.store.schema.desk import FAILED_SIGN_IN, POST_HOLDER, SIGN_IN
from gateway.store.schema.learning import MEMBERSHIP
from gateway.store.schema.sending import OUTBOX
from gateway.store.schema.talk import CONSENT, CONTACT, INBOUND, NUMBER_HEALTH, SESSION, TIMER, TO_EMPTY

NOBODY = ""
OF_A_PERSON: tuple[Table, ...] = (
    CONSENT, GROUP_MEMBER, CONTACT_ROLE, CONTACT_FIELD, CONTACT_DATE, MEMBERSHIP, RELAY_OPENING, NUMBER_HEALTH,
)  # fmt: skip
"""What is known of somebody besides the number, and goes with it."""
BLANK: dict[str, Any] = {
    "msisdn_ct": NOBODY,  # sealed anew when the number writes again (gateway.store.people)
    "language": None,
    "province": None,
    "district": None,
    "safety": "unknown",
    "contact_ok": None,
    "hours_from": None,
    "hours_to": None,
    "safe_word_hash": None,
    "duress_hash": None,
    "opted_in": False,
    "tags": [],
}


class SqlForgetting(SqlForgettingCases):
    """Retention (gateway.ports.forgetting); what it does to cases is in the module beside this one."""

    __slots__ = ()

    def empty_bodies(self, before: datetime, most: int) -> int:
        """Empty texts and stored replies; the row and its key stay, so that a repeat is still known."""
        inbound = self._empty_inbound(INBOUND.c.received_at <= before, most, body_ct=None, reply_ct=None)
        over = OUTBOX.c.body_ct.is_not(None), OUTBOX.c.created_at <= before, OUTBOX.c.not_after <= before
        ids = self._some(OUTBOX, most, *over)
        self.tx.connection.execute(update(OUTBOX).where(OUTBOX.c.id.in_(ids)).values(body_ct=None))
        return inbound + len(ids)

    def empty_words_of_reporters(self, before: datetime, most: int) -> int:
        """Empty what somebody wrote who has a case that is handed over."""
        reported = exists().where(CASES.c.contact_id == INBOUND.c.contact_id, CASES.c.handed_over_at.is_not(None))
        written = INBOUND.c.body_ct.is_not(None), INBOUND.c.received_at <= before
        return self._empty_inbound(reported & written[0] & written[1], most, body_ct=None)

    def unname_messages(self, since: datetime, before: datetime, most: int) -> int:
        """Take the contact from messages in and out."""
        old = INBOUND.c.received_at > since, INBOUND.c.received_at <= before, INBOUND.c.contact_id.is_not(None)
        ids = self._some(INBOUND, most, *old)
        self.tx.connection.execute(update(INBOUND).where(INBOUND.c.id.in_(ids)).values(contact_id=None))
        sent = OUTBOX.c.created_at > since, OUTBOX.c.created_at <= before, OUTBOX.c.contact_id != NOBODY
        gone = self._some(OUTBOX, most, *sent, OUTBOX.c.not_after <= before)
        self.tx.connection.execute(update(OUTBOX).where(OUTBOX.c.id.in_(gone)).values(contact_id=NOBODY))
        return len(ids) + len(gone)

    def contacts(self, before: datetime, most: int) -> int:
        """Drop people who wrote last before; of those who left every list, the number's digest stays."""
        needed = or_(
            exists().where(POST_HOLDER.c.contact_id == CONTACT.c.id),
            exists().where(CASES.c.contact_id == CONTACT.c.id),
            exists().where(SESSION.c.contact_id == CONTACT.c.id),
        )
        old = CONTACT.c.last_message_at <= before, CONTACT.c.msisdn_ct != NOBODY, ~needed
        query = select(CONTACT.c.id, CONTACT.c.opted_out_at).where(*old).limit(most)
        rows = self.tx.connection.execute(query).all()
        left = [row.id for row in rows if row.opted_out_at is not None]
        gone = [row.id for row in rows if row.opted_out_at is None]
        for table in OF_A_PERSON:
            self.tx.connection.execute(delete(table).where(table.c.contact_id.in_(left + gone)))
        self.tx.connection.execute(update(CONTACT).where(CONTACT.c.id.in_(left)).values(**BLANK))
        self.tx.connection.execute(delete(CONTACT).where(CONTACT.c.id.in_(gone)))
        return len(rows)

    def sessions(self, expired: datetime, most: int) -> int:
        """Drop conversations that expired before."""
        ids = self._some(SESSION, most, SESSION.c.expires_at <= expired)
        self.tx.connection.execute(delete(TIMER).where(TIMER.c.session_id.in_(ids)))
        self.tx.connection.execute(delete(SESSION).where(SESSION.c.id.in_(ids)))
        return len(ids)

    def sign_ins(self, begun: datetime) -> int:
        """Drop console sessions, and with them the keys they kept unlocked."""
        return self.tx.connection.execute(delete(SIGN_IN).where(SIGN_IN.c.created_at <= begun)).rowcount

    def tries(self, before: datetime) -> int:
        """Drop failed sign-ins and wrong codes."""
        return sum(
            self.tx.connection.execute(delete(table).where(table.c.at <= before)).rowcount
            for table in (FAILED_SIGN_IN, WRONG_TRY)
        )

    def _empty_inbound(self, which: ColumnElement[bool], most: int, **columns: None) -> int:
        ids = self._some(INBOUND, most, TO_EMPTY, which)
        self.tx.connection.execute(update(INBOUND).where(INBOUND.c.id.in_(ids)).values(**columns))
        return len(ids)

    def _some(self, table: Table, most: int, *which: ColumnElement[bool] | TextClause) -> list[str]:
        return list(self.tx.connection.execute(select(table.c.id).where(*which).limit(most)).scalars())
