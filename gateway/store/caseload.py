"""Cases, what was said in them, what happened, and who was told."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, bindparam, func, insert, select, update

from gateway.errors import Conflict
from gateway.ports.caseload import CaseEvent, CaseRow
from gateway.store.case_lines import NOT_LOCAL, SqlCaseLines
from gateway.store.case_steps import SqlCaseSteps
from gateway.store.inserting import insert_new
from gateway.store.schema.casework import CASE_ENTRY, CASE_EVENT, CASE_POST, CASES, WRONG_TRY
from gateway.store.schema.columns import word
from gateway.store.schema.desk import POST, POST_HOLDER
from gateway.store.schema.sending import OUTBOX

# The columns that a case's record holds as they are; only the answers are sealed.
PLAIN = tuple(field.name for field in fields(CaseRow) if field.name != "answers")

EVENT_COLUMNS = tuple(field.name for field in fields(CaseEvent))


def _locked(query: Select[Any]) -> Select[Any]:
    """Whoever reads a case in order to write takes it first, before its steps: so two never wait for each other."""
    return query.with_for_update(key_share=True)


_BY_ID = select(CASES).where(CASES.c.id == bindparam("case_id"))
_BY_CODE = select(CASES).where(CASES.c.code == bindparam("code"))
_ALL_OPEN_OF = (
    select(CASES)
    .where(CASES.c.contact_id == bindparam("contact_id"), CASES.c.state != word("closed"))
    .order_by(CASES.c.opened_at.desc(), CASES.c.id.desc())
)
_OWNED_BY = (
    select(CASES)
    .where(CASES.c.acknowledged_by == bindparam("post_id"), CASES.c.state != word("closed"))
    .order_by(CASES.c.opened_at, CASES.c.id)
)
_OPEN_OF = _ALL_OPEN_OF.limit(1)
_LOCKING = {query: _locked(query) for query in (_BY_ID, _BY_CODE, _OPEN_OF)}
_CODE = select(CASES.c.id).where(CASES.c.code == bindparam("code"))
_ADD, _ADD_ENTRY, _ADD_EVENT = insert(CASES), insert(CASE_ENTRY), insert(CASE_EVENT)
_SAVE = update(CASES).where(CASES.c.id == bindparam("case_id"), CASES.c.version == bindparam("known_version"))
_ENTRIES = (
    select(CASE_ENTRY).where(CASE_ENTRY.c.case_id == bindparam("for_case")).order_by(CASE_ENTRY.c.at, CASE_ENTRY.c.id)
)
_ENTRY_IDS = select(CASE_ENTRY.c.case_id, CASE_ENTRY.c.id).order_by(CASE_ENTRY.c.case_id, CASE_ENTRY.c.at)
_EVENTS = (
    select(CASE_EVENT).where(CASE_EVENT.c.case_id == bindparam("for_case")).order_by(CASE_EVENT.c.at, CASE_EVENT.c.id)
)
_POSTS = (
    select(CASE_POST.c.post_id)
    .where(CASE_POST.c.case_id == bindparam("for_case"))
    .order_by(CASE_POST.c.alerted_at, CASE_POST.c.post_id)
)
# A post is its present holder's phone: what another post of the same phone was sent counts too.
_ALERTS = (
    select(func.count())
    .select_from(OUTBOX)
    .join(POST_HOLDER, POST_HOLDER.c.contact_id == OUTBOX.c.contact_id)
    .where(
        POST_HOLDER.c.post_id == bindparam("post_id"),
        POST_HOLDER.c.held_to.is_(None),
        OUTBOX.c.case_id == bindparam("for_case"),
        OUTBOX.c.kind == "alert",
        OUTBOX.c.created_at >= bindparam("since"),
        OUTBOX.c.state.not_in(("cancelled", "suppressed")),
    )
)
_OPEN_CODES = (
    select(CASES.c.code, CASES.c.level, CASES.c.opened_at)
    .distinct()
    .join(CASE_POST, CASE_POST.c.case_id == CASES.c.id)
    .where(
        CASE_POST.c.post_id.in_(bindparam("posts", expanding=True)),
        CASES.c.state != "closed",
        CASES.c.code.is_not(None),
        (~CASES.c.local_excluded & ~CASES.c.duress)
        | CASE_POST.c.post_id.in_(select(POST.c.id).where(POST.c.level.in_(NOT_LOCAL))),
    )
    .order_by(CASES.c.level, CASES.c.opened_at)
)
_TRIES = select(func.count()).where(WRONG_TRY.c.subject == bindparam("whose"), WRONG_TRY.c.at >= bindparam("since"))


class SqlCaseload(SqlCaseSteps, SqlCaseLines):
    """Cases (gateway.ports.caseload); their steps and lists are in the two modules beside this one."""

    def add(self, case: CaseRow) -> None:
        """Store a new case; Conflict when its code is taken."""
        self.tx.connection.execute(_ADD, self._values(case))

    def get(self, case_id: str) -> CaseRow | None:
        """Return a case by id."""
        return self._one(_BY_ID, case_id=case_id)

    def by_code(self, code: str) -> CaseRow | None:
        """Return a case by code."""
        return self._one(_BY_CODE, code=code)

    def open_of(self, contact_id: str) -> CaseRow | None:
        """Return the newest case of a contact that is not closed."""
        return self._one(_OPEN_OF, contact_id=contact_id)

    def all_open_of(self, contact_id: str) -> tuple[CaseRow, ...]:
        """Return every case of a contact that is not closed, newest first."""
        return tuple(map(self._case, self.tx.connection.execute(_ALL_OPEN_OF, {"contact_id": contact_id})))

    def save(self, case: CaseRow) -> CaseRow:
        """Store a changed case (its version must match, else Conflict); return it with the next version."""
        saved = replace(case, version=case.version + 1)
        known = {"case_id": case.id, "known_version": case.version}
        if self.tx.connection.execute(_SAVE, {**self._values(saved), **known}).rowcount == 0:
            raise Conflict
        return saved

    def add_entry(self, entry_id: str, case_id: str, kind: str, sealed: str, author: str, at: datetime) -> None:
        """Append a sealed text (story, note, message) to a case."""
        row = {"id": entry_id, "case_id": case_id, "kind": kind, "sealed": sealed, "author": author, "at": at}
        self.tx.connection.execute(_ADD_ENTRY, row)

    def entries(self, case_id: str) -> tuple[tuple[str, str, str, str, datetime], ...]:
        """Return (entry id, kind, sealed, author, at) of a case, oldest first."""
        rows = self.tx.connection.execute(_ENTRIES, {"for_case": case_id})
        return tuple((row.id, row.kind, row.sealed, row.author, row.at) for row in rows)

    def entry_ids(self) -> Mapping[str, tuple[str, ...]]:
        """Return the ids of the texts of every case that has some, oldest case first."""
        found: defaultdict[str, tuple[str, ...]] = defaultdict(tuple)
        for row in self.tx.connection.execute(_ENTRY_IDS):
            found[row.case_id] += (row.id,)
        return found

    def note_alerted(self, case_id: str, post_id: str, at: datetime) -> None:
        """Remember that a post was told of a case; the first time counts."""
        insert_new(self.tx.connection, CASE_POST, {"case_id": case_id, "post_id": post_id, "alerted_at": at})

    def alerted_posts(self, case_id: str) -> tuple[str, ...]:
        """Return the ids of posts that were told of a case, first told first."""
        return tuple(self.tx.connection.execute(_POSTS, {"for_case": case_id}).scalars())

    def alerts_since(self, post_id: str, case_id: str, since: datetime) -> int:
        """How many alerts of a case the phone of a post's holder was sent since ``since``."""
        known = {"post_id": post_id, "for_case": case_id, "since": since}
        return self.tx.connection.execute(_ALERTS, known).scalar_one()

    def open_codes(self, post_ids: tuple[str, ...]) -> tuple[str, ...]:
        """Return codes of cases not closed of which these posts were told, most urgent first, then the longest open."""
        return tuple(row.code for row in self.tx.connection.execute(_OPEN_CODES, {"posts": list(post_ids)}))

    def owned_by(self, post_id: str) -> tuple[CaseRow, ...]:
        """Return the cases not closed that a post has accepted, oldest first."""
        query = _locked(_OWNED_BY) if self.tx.writing else _OWNED_BY
        return tuple(map(self._case, self.tx.connection.execute(query, {"post_id": post_id})))

    def add_event(self, event: CaseEvent) -> None:
        """Append an event."""
        self.tx.connection.execute(_ADD_EVENT, {name: getattr(event, name) for name in EVENT_COLUMNS})

    def events(self, case_id: str) -> tuple[CaseEvent, ...]:
        """Return the events of a case, oldest first."""
        rows = self.tx.connection.execute(_EVENTS, {"for_case": case_id})
        return tuple(CaseEvent(row.id, row.case_id, row.at, row.actor, row.kind, row.detail) for row in rows)

    def wrong_tries(self, subject: str, since: datetime) -> int:
        """How many wrong code-and-PIN tries a subject made since ``since``."""
        return self.tx.connection.execute(_TRIES, {"whose": subject, "since": since}).scalar_one()

    def note_wrong_try(self, subject: str, at: datetime) -> None:
        """Count one wrong try."""
        self.tx.connection.execute(insert(WRONG_TRY), {"subject": subject, "at": at})

    def _one(self, query: Select[Any], **known: str) -> CaseRow | None:
        row = self.tx.connection.execute(_LOCKING[query] if self.tx.writing else query, known).first()
        return self._case(row) if row is not None else None

    def _values(self, case: CaseRow) -> dict[str, Any]:
        values = {name: getattr(case, name) for name in PLAIN}
        return {**values, "answers_ct": self.tx.keyring.seal(case.answers, "cases", case.id, "answers")}

    def _case(self, row: Row[Any]) -> CaseRow:
        plain = {name: getattr(row, name) for name in PLAIN}
        return CaseRow(**plain, answers=self.tx.keyring.open(row.answers_ct, "cases", row.id, "answers"))
