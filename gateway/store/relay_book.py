"""Texts between officers and persons, sealed while they wait and gone once they were told."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, insert, select, update

from gateway.ports.relay_book import RelayText, Way
from gateway.store.inserting import insert_or_replace
from gateway.store.schema.casework import RELAY_OPENING, RELAY_TEXT
from gateway.store.schema.columns import word
from gateway.store.transaction import Repository

_TEXT = RELAY_TEXT.c
_WAITS = _TEXT.state == word("waiting")
_IN_ORDER = (_TEXT.written_at, _TEXT.id)
_DUE = (
    select(RELAY_TEXT)
    .where(_WAITS, _TEXT.due_at <= bindparam("now"))
    .order_by(_TEXT.due_at, _TEXT.id)
    .limit(bindparam("most"))
)
_NEXT = select(func.min(_TEXT.due_at)).where(_WAITS, _TEXT.due_at <= bindparam("now"))
_WAITING = (
    select(RELAY_TEXT)
    .where(_TEXT.contact_id == bindparam("of_contact"), _WAITS)
    .order_by(*_IN_ORDER)
    .limit(bindparam("most"))
)
_OF_CASE = select(RELAY_TEXT).where(_TEXT.case_id == bindparam("of_case")).order_by(*_IN_ORDER)
_LAST = select(func.max(_TEXT.given_at)).where(
    _TEXT.contact_id == bindparam("of_contact"), _TEXT.state == word("given")
)
_UNTIL = select(RELAY_OPENING.c.until).where(RELAY_OPENING.c.contact_id == bindparam("of_contact"))
_CHANGE = update(RELAY_TEXT).where(_TEXT.id == bindparam("text_id"), _WAITS)


class SqlRelayBook(Repository):
    """The table of relayed texts (gateway.ports.relay_book)."""

    __slots__ = ()

    def add(self, text: RelayText) -> None:
        """Store a text that waits."""
        row = {name: getattr(text, name) for name in RelayText.__dataclass_fields__ if name != "body"}
        sealed = self.tx.keyring.seal(text.body, "relay_text", text.id, "body")
        self.tx.connection.execute(insert(RELAY_TEXT), {**row, "body_ct": sealed})

    def due(self, now: datetime, limit: int) -> tuple[RelayText, ...]:
        """Return waiting texts whose moment has come, oldest first."""
        return self._all(_DUE, now=now, most=limit)

    def next_due(self, until: datetime) -> datetime | None:
        """Return the earliest moment up to ``until`` at which a waiting text is due."""
        return self.tx.connection.execute(_NEXT, {"now": until}).scalar()

    def waiting_of(self, contact_id: str, limit: int) -> tuple[RelayText, ...]:
        """Return the texts that wait for a phone, oldest first."""
        return self._all(_WAITING, of_contact=contact_id, most=limit)

    def of_case(self, case_id: str) -> tuple[RelayText, ...]:
        """Return every text of a case, oldest first; bodies only of those that wait."""
        return self._all(_OF_CASE, of_case=case_id)

    def put_off(self, text_id: str, due_at: datetime | None) -> None:
        """Move the moment of a waiting text."""
        self._change(text_id, due_at=due_at)

    def give(self, text_id: str, way: Way, at: datetime) -> bool:
        """Note that a text was told and forget its words; False when it no longer waits."""
        return self._change(text_id, state="given", given_at=at, given_by=way, body_ct=None)

    def drop(self, text_id: str) -> None:
        """Forget a waiting text that may no longer be told."""
        self._change(text_id, state="dropped", body_ct=None)

    def last_given(self, contact_id: str) -> datetime | None:
        """Return when a person's words last reached this phone."""
        return self.tx.connection.execute(_LAST, {"of_contact": contact_id}).scalar()

    def open_until(self, contact_id: str, until: datetime) -> None:
        """Note that the phone is in its owner's hands until a moment: she has texted her safe word."""
        row = {"contact_id": contact_id, "until": until}
        insert_or_replace(self.tx.connection, RELAY_OPENING, row, ("contact_id",))

    def is_open(self, contact_id: str, now: datetime) -> bool:
        """Say whether the relay may speak to a shared phone now."""
        until = self.tx.connection.execute(_UNTIL, {"of_contact": contact_id}).scalar()
        return until is not None and now < until

    def _change(self, text_id: str, **values: Any) -> bool:  # noqa: ANN401 - the columns of the table
        return self.tx.connection.execute(_CHANGE.values(**values), {"text_id": text_id}).rowcount == 1

    def _all(self, query: Any, **values: Any) -> tuple[RelayText, ...]:  # noqa: ANN401 - a select and its parameters
        return tuple(map(self._text, self.tx.connection.execute(query, values)))

    def _text(self, row: Row[Any]) -> RelayText:
        body = self.tx.keyring.open(row.body_ct, "relay_text", row.id, "body") if row.body_ct else ""
        return RelayText(
            row.id, row.case_id, row.contact_id, row.author, body, row.written_at, row.due_at, row.state,
            row.given_at, row.given_by,
        )  # fmt: skip
