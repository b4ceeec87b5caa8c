"""What people themselves agreed to by text: one row a recipient and purpose, moved by the table of its life."""

from datetime import datetime

from sqlalchemy import bindparam, select, update

from gateway.campaigns.audience import INFORMATION
from gateway.contacts.consent import BROADCASTS, Consent, Event, State, after
from gateway.store.inserting import insert_new
from gateway.store.schema.talk import CONSENT
from gateway.store.transaction import Repository

_STORED = select(CONSENT.c.id, CONSENT.c.state).where(
    CONSENT.c.contact_id == bindparam("of_contact"),
    CONSENT.c.case_id.is_(None),
    CONSENT.c.recipient == bindparam("of_recipient"),
    CONSENT.c.purpose == bindparam("of_purpose"),
)
_MOVE = update(CONSENT).where(CONSENT.c.id == bindparam("consent_id"))
_WITHDRAW = (
    update(CONSENT)
    .where(
        CONSENT.c.contact_id == bindparam("of_contact"),
        CONSENT.c.case_id.is_(None),
        CONSENT.c.recipient == BROADCASTS,
        CONSENT.c.purpose != INFORMATION,
        CONSENT.c.state == "given",
    )
    .values(state=after("given", "withdraw"), at=bindparam("now"))
)


class SqlAgreements(Repository):
    """Consent of people (gateway.ports.people)."""

    __slots__ = ()

    def agree(self, contact_id: str, said: Consent) -> None:
        """Keep her answer; saying the same again keeps the day and the wording of the first time."""
        key = {"of_contact": contact_id, "of_recipient": said.recipient, "of_purpose": said.purpose}
        stored = self.tx.connection.execute(_STORED, key).first()
        event: Event = "give" if said.state == "given" else "refuse"
        before: State | None = stored.state if stored else None
        state = after(before, event)
        if state == before:
            return
        values = {
            "state": state,
            "wording": said.wording,
            "wording_sha256": said.text_sha256,
            "language": said.language,
            "at": said.at,
        }
        if stored is not None:
            self.tx.connection.execute(_MOVE, {**values, "consent_id": stored.id})
            return
        new = {"id": self.tx.chance.new_id(), "contact_id": contact_id, "recipient": said.recipient}
        insert_new(self.tx.connection, CONSENT, {**new, "purpose": said.purpose, **values})

    def withdraw(self, contact_id: str, now: datetime) -> None:
        """Take back every purpose she named, but information, which STOP ends by itself."""
        self.tx.connection.execute(_WITHDRAW, {"of_contact": contact_id, "now": now})
