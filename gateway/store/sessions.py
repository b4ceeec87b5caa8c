"""Running conversations and their timers."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, exists, false, insert, literal_column, or_, select, true, update

from gateway.errors import Conflict
from gateway.ports.people import SessionRow, Timer
from gateway.store.inserting import insert_or_replace_all
from gateway.store.schema.columns import word
from gateway.store.schema.talk import SESSION, TIMER
from gateway.store.transaction import Repository

_FOREGROUND = select(SESSION).where(
    SESSION.c.contact_id == bindparam("contact_id"),
    SESSION.c.channel == bindparam("channel"),
    literal_column("foreground"),  # as the index says it
)
_BY_ID = select(SESSION).where(SESSION.c.id == bindparam("session_id"))
_OF_CONTACT = select(SESSION).where(SESSION.c.contact_id == bindparam("contact_id")).order_by(SESSION.c.id)
_EVERY = select(SESSION).order_by(SESSION.c.id)
_ADD = insert(SESSION)
_SAVE = update(SESSION).where(SESSION.c.id == bindparam("session_id"), SESSION.c.version == bindparam("known_version"))
_END = delete(SESSION).where(SESSION.c.id == bindparam("session_id"))
_FORGET = delete(TIMER).where(TIMER.c.session_id == bindparam("session_id"))
_PAUSED = (
    select(SESSION)
    .where(
        SESSION.c.contact_id == bindparam("contact_id"),
        SESSION.c.channel == bindparam("channel"),
        SESSION.c.foreground == false(),
        SESSION.c.step != "",
    )
    .order_by(SESSION.c.id.desc())  # ids are in order of time
    .limit(1)
)
_FRONT = update(SESSION).where(SESSION.c.id == bindparam("session_id"))
_IN_FRONT = exists().where(SESSION.c.id == TIMER.c.session_id, SESSION.c.foreground == true())
_DUE = (
    select(TIMER)
    .where(
        TIMER.c.due_at <= bindparam("now"),
        or_(TIMER.c.kind == word("expires"), TIMER.c.kind == word("start"), _IN_FRONT),
    )
    .order_by(TIMER.c.due_at, TIMER.c.id)
    .limit(bindparam("most"))
)
_DROP = delete(TIMER).where(TIMER.c.id == bindparam("timer_id"))


class SqlSessions(Repository):
    """Sessions and timers (gateway.ports.people)."""

    __slots__ = ()

    def foreground(self, contact_id: str, channel: str) -> SessionRow | None:
        """Return the session that gets this contact's replies on this channel."""
        known = {"contact_id": contact_id, "channel": channel}
        return self._row(self.tx.connection.execute(_FOREGROUND, known).first())

    def get(self, session_id: str) -> SessionRow | None:
        """Return one session."""
        return self._row(self.tx.connection.execute(_BY_ID, {"session_id": session_id}).first())

    def of_contact(self, contact_id: str) -> tuple[SessionRow, ...]:
        """Return every session of a contact, on all channels, in front or not; oldest first."""
        rows = self.tx.connection.execute(_OF_CONTACT, {"contact_id": contact_id}).all()
        return tuple(row for row in map(self._row, rows) if row is not None)

    def every(self) -> Iterator[SessionRow]:
        """Yield every running conversation, for tools."""
        for row in self.tx.connection.execute(_EVERY):
            if (found := self._row(row)) is not None:
                yield found

    def save(self, row: SessionRow) -> None:
        """Insert (version 0) or update (the stored version must match, else Conflict); stores version + 1."""
        values = {
            "contact_id": row.contact_id,
            "channel": row.channel,
            "flow": row.flow,
            "bundle": row.bundle,
            "step": row.step,
            "document_ct": self.tx.keyring.seal(row.document, "session", row.id, "document"),
            "foreground": row.foreground,
            "version": row.version + 1,
            "expires_at": row.expires_at,
        }
        if row.version == 0:
            self.tx.connection.execute(_ADD, {"id": row.id, **values})
            return
        known = {"session_id": row.id, "known_version": row.version}
        if self.tx.connection.execute(_SAVE, {**values, **known}).rowcount == 0:
            raise Conflict

    def end(self, session_id: str) -> None:
        """Delete a session with its timers and its document."""
        self.tx.connection.execute(_FORGET, {"session_id": session_id})
        self.tx.connection.execute(_END, {"session_id": session_id})

    def paused(self, contact_id: str, channel: str) -> SessionRow | None:
        """Return the conversation of a contact on a channel that was paused last; a queued one has not begun."""
        known = {"contact_id": contact_id, "channel": channel}
        return self._row(self.tx.connection.execute(_PAUSED, known).first())

    def put_in_front(self, session_id: str, *, in_front: bool) -> None:
        """Let a session get its contact's replies, or not any more; at most one of a contact and channel does."""
        self.tx.connection.execute(_FRONT, {"session_id": session_id, "foreground": in_front})

    def end_foreground(self, contact_id: str, channel: str) -> None:
        """Delete the session in front without reading it: one that cannot be opened must not lock its phone."""
        known = {"contact_id": contact_id, "channel": channel}
        for row in self.tx.connection.execute(_FOREGROUND, known).all():
            self.end(row.id)

    def set_timers(self, session_id: str, timers: Sequence[Timer]) -> None:
        """Store the timers of a session's latest turn instead of those of their kind; an older turn's may stay."""
        rows = [{name: getattr(timer, name) for name in Timer.__dataclass_fields__} for timer in timers]
        insert_or_replace_all(self.tx.connection, TIMER, rows, ("session_id", "kind"))

    def due_timers(self, now: datetime, limit: int) -> tuple[Timer, ...]:
        """Return due timers, oldest first; they stay until dropped.

        Of a session that is not in front, only its end and its start are due: the rest waits until it is.
        """
        rows = self.tx.connection.execute(_DUE, {"now": now, "most": limit})
        return tuple(Timer(row.id, row.session_id, row.kind, row.turn, row.due_at) for row in rows)

    def drop_timer(self, timer_id: str) -> bool:
        """Remove a fired timer; False when another clock was faster."""
        return self.tx.connection.execute(_DROP, {"timer_id": timer_id}).rowcount == 1

    def _row(self, row: Row[Any] | None) -> SessionRow | None:
        if row is None:
            return None
        document = self.tx.keyring.open(row.document_ct, "session", row.id, "document")
        return SessionRow(
            row.id,
            row.contact_id,
            row.channel,
            row.flow,
            row.bundle,
            row.step,
            document,
            row.foreground,
            row.version,
            row.expires_at,
        )
