"""The list of cases, streamed: what may be shown without opening anything sealed."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, or_, select

from gateway.ports.caseload import CaseLine
from gateway.store.schema.casework import CASES, ESCALATION
from gateway.store.schema.sending import OUTBOX
from gateway.store.transaction import Repository

PAGE = 200

_CASES = (
    select(
        CASES.c.id,
        CASES.c.code,
        CASES.c.state,
        CASES.c.level,
        CASES.c.province,
        CASES.c.district,
        CASES.c.opened_at,
        CASES.c.acknowledged_at,
    )
    .where(CASES.c.code.is_not(None))
    .order_by(CASES.c.opened_at.desc(), CASES.c.id.desc())
)


class SqlCaseLines(Repository):
    """Lines of ``gateway case list`` (gateway.ports.caseload)."""

    __slots__ = ()

    def lines(self, places: frozenset[str] | None = None, limit: int | None = None) -> Iterator[CaseLine]:
        """Stream the list of cases of these provinces and districts, newest first; None means the whole country.

        A case that excludes local offices does not exist for its district.
        """
        query = _CASES
        if places is not None:
            query = query.where(
                or_(
                    CASES.c.province.in_(sorted(places)), CASES.c.district.in_(sorted(places)) & ~CASES.c.local_excluded
                )
            )
        rows = self.tx.connection.execute(query.limit(limit), execution_options={"yield_per": PAGE})
        for page in rows.partitions(PAGE):
            yield from self._page(page)

    def _page(self, page: Sequence[Row[*tuple[Any, ...]]]) -> Iterator[CaseLine]:
        ids = [row.id for row in page]
        due, messages = self._next_steps(ids), self._messages(ids)
        for row in page:
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
                tuple(messages[row.id]),
            )

    def _next_steps(self, ids: list[str]) -> dict[str, datetime]:
        query = (
            select(ESCALATION.c.case_id, func.min(ESCALATION.c.due_at))
            .where(ESCALATION.c.case_id.in_(ids), ESCALATION.c.state == "due")
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
