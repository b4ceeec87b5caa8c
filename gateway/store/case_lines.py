"""The list of cases: what may be shown of a scope without opening anything sealed."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, false, func, literal, or_, select, true

from gateway.ports.caseload import CaseLine, Wanted
from gateway.ports.scope import Scope
from gateway.store.schema.casework import CASE_POST, CASES, ESCALATION
from gateway.store.schema.columns import Instant, word
from gateway.store.schema.desk import POST
from gateway.store.schema.sending import OUTBOX
from gateway.store.transaction import Repository

PAGE = 200
PROVINCE = len("LA17")
NOT_LOCAL = ("province", "national")

_CASES = select(
    CASES.c.id,
    CASES.c.code,
    CASES.c.state,
    CASES.c.level,
    CASES.c.province,
    CASES.c.district,
    CASES.c.opened_at,
    CASES.c.acknowledged_at,
).where(CASES.c.code.is_not(None))
_NEWEST = (CASES.c.opened_at.desc(), CASES.c.id.desc())
_NEXT_DUE = (
    select(func.min(ESCALATION.c.due_at))
    .where(ESCALATION.c.case_id == CASES.c.id, ESCALATION.c.state == word("due"))
    .scalar_subquery()
)
_FAR = literal(datetime(9999, 1, 1, tzinfo=UTC), Instant)
_URGENCY = (
    CASES.c.acknowledged_at.is_not(None),
    CASES.c.level,
    func.coalesce(_NEXT_DUE, _FAR),
    CASES.c.opened_at,
    CASES.c.id,
)


class SqlCaseLines(Repository):
    """Lists of cases (gateway.ports.caseload)."""

    __slots__ = ()

    def knows(self, scope: Scope, case_id: str) -> bool:
        """Whether a case lies within a scope."""
        query = select(CASES.c.id).where(CASES.c.id == case_id, within(scope))
        return self.tx.connection.execute(query).first() is not None

    def lines(self, scope: Scope, limit: int | None = None) -> Iterator[CaseLine]:
        """Stream the list of cases of a scope, newest first."""
        query = _CASES.where(within(scope)).order_by(*_NEWEST)
        rows = self.tx.connection.execute(query.limit(limit), execution_options={"yield_per": PAGE})
        for page in rows.partitions(PAGE):
            ids = [row.id for row in page]
            yield from self._lines(page, self._messages(ids))

    def count(self, scope: Scope, wanted: Wanted, at_most: int) -> int:
        """How many cases of a scope are wanted, counting no further than ``at_most``."""
        found = select(CASES.c.id).where(within(scope), *_wanted(wanted)).limit(at_most).subquery()
        return self.tx.connection.execute(select(func.count()).select_from(found)).scalar_one()

    def page(self, scope: Scope, wanted: Wanted, limit: int, offset: int = 0) -> tuple[CaseLine, ...]:
        """Return wanted cases of a scope: open ones the most pressing first, else newest first."""
        query: Select[*tuple[Any, ...]] = _CASES.where(within(scope), *_wanted(wanted))
        order = _URGENCY if wanted.state == "open" else _NEWEST
        rows = self.tx.connection.execute(query.order_by(*order).limit(limit).offset(offset)).all()
        return tuple(self._lines(rows, {}))

    def _lines(
        self, rows: Sequence[Row[*tuple[Any, ...]]], messages: Mapping[str, Sequence[str]]
    ) -> Iterator[CaseLine]:
        due = self._next_steps([row.id for row in rows])
        for row in rows:
            yield CaseLine(
                row.id,
                row.code or "",
                row.state,
                row.level,
                row.province,
                row.district,
                row.opened_at,
                row.acknowledged_at,
                due.get(row.id),
                tuple(messages.get(row.id, ())),
            )

    def _next_steps(self, ids: list[str]) -> dict[str, datetime]:
        query = (
            select(ESCALATION.c.case_id, func.min(ESCALATION.c.due_at))
            .where(ESCALATION.c.case_id.in_(ids), ESCALATION.c.state == word("due"))
            .group_by(ESCALATION.c.case_id)
        )
        return {case_id: due_at for case_id, due_at in self.tx.connection.execute(query)}

    def _messages(self, ids: list[str]) -> defaultdict[str, list[str]]:
        query = (
            select(OUTBOX.c.case_id, OUTBOX.c.id)
            .where(OUTBOX.c.case_id.in_(ids))
            .order_by(OUTBOX.c.case_id, OUTBOX.c.created_at, OUTBOX.c.id)
        )
        found: defaultdict[str, list[str]] = defaultdict(list)
        for case_id, message_id in self.tx.connection.execute(query):
            found[case_id].append(message_id)
        return found


def within(scope: Scope) -> ColumnElement[bool]:
    """Return the condition that a case lies within a scope; the one place where that is decided."""
    if scope.country:
        return true()
    ways: list[ColumnElement[bool]] = []
    provinces = sorted(place for place in scope.places if len(place) == PROVINCE)
    districts = sorted(scope.places - set(provinces))
    if provinces:
        ways.append(CASES.c.province.in_(provinces))
    if districts:
        ways.append(CASES.c.district.in_(districts) & ~CASES.c.local_excluded)
    if scope.posts:
        posts = sorted(scope.posts)
        told = select(CASE_POST.c.case_id).where(CASE_POST.c.case_id == CASES.c.id, CASE_POST.c.post_id.in_(posts))
        local = select(POST.c.id).where(POST.c.id.in_(posts), POST.c.level.not_in(NOT_LOCAL)).exists()
        # Asked case by case: a post is told of thousands over the years, and a list shows few of them.
        ways.append(told.correlate(CASES).exists() & (~local | (~CASES.c.local_excluded & ~CASES.c.duress)))
    return or_(*ways) if ways else false()


def _wanted(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.state != "any":
        yield CASES.c.state == word("closed") if wanted.state == "closed" else CASES.c.state != word("closed")
    if wanted.place is not None:
        yield (CASES.c.province if len(wanted.place) == PROVINCE else CASES.c.district) == wanted.place
    if wanted.since is not None:
        yield CASES.c.opened_at >= wanted.since
    if wanted.until is not None:
        yield CASES.c.opened_at < wanted.until
    if wanted.level is not None:
        yield CASES.c.level == wanted.level
    if wanted.kind is not None:
        yield CASES.c.kind == wanted.kind
    if wanted.unanswered:
        yield CASES.c.acknowledged_at.is_(None)
