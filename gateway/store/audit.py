"""The audit: each row's digest covers the row before it, so that nothing can be changed, dropped or slipped in."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import takewhile
from typing import Any

from sqlalchemy import Row, func, insert, select, text

from gateway.errors import Damaged, Defect
from gateway.ports.audit import AuditRow, Beginning
from gateway.store.audit_checkpoints import NOTHING_PRUNED, Checkpoint, SqlCheckpoints, checkpoint_faults
from gateway.store.encryption import Keyring
from gateway.store.schema.desk import AUDIT
from gateway.store.transaction import Repository

PAGE = 1_000
_HEAD = select(AUDIT).order_by(AUDIT.c.seq.desc()).limit(1)
_ADD = insert(AUDIT)
_ALL = select(AUDIT).order_by(AUDIT.c.seq)
# The chain has one end, and two transactions cannot both append to it: the number is any that nothing else locks.
_ALONE = text("SELECT pg_advisory_xact_lock(7243911)")


@dataclass(frozen=True, slots=True)
class SqlAudit(Repository):
    """Append-only (gateway.ports.audit). Rows join the chain at the commit, so the end of the chain is held shortly."""

    pending: list[AuditRow] = field(default_factory=list)

    def append(
        self, at: datetime, actor: str, role: str, action: str, object_: str, result: str = "ok", why: str = ""
    ) -> None:
        """Write one row in the transaction of what it tells of."""
        if not self.tx.writing:
            raise Defect("the audit is written in a writing transaction")
        sealed = self.tx.keyring.seal(why, "audit", object_, "why") if why else ""
        self.pending.append(AuditRow(0, at, actor, role, action, object_, result, "", "", sealed))

    def flush(self) -> None:
        """Join what was appended to the chain."""
        if not self.pending:
            return
        if self.tx.postgres:
            self.tx.connection.execute(_ALONE)
        end: AuditRow | Checkpoint = self._stored_head() or SqlCheckpoints(self.tx).newest()
        chained = []
        for new in self.pending:
            row = replace(new, seq=end.seq + 1, previous=end.mac)
            end = row = replace(row, mac=self.tx.keyring.chain(end.mac, canonical(row)))
            chained.append(row)
        self.tx.connection.execute(_ADD, [_values(one) for one in chained])
        self.pending.clear()

    def head(self) -> AuditRow | None:
        """Return the newest row."""
        self.flush()
        return self._stored_head()

    def rows(self, limit: int = 200, actor: str = "", action: str = "") -> tuple[AuditRow, ...]:
        """Return the newest rows, newest first: of one actor, and of actions that begin so, where these are given."""
        self.flush()
        query = select(AUDIT).order_by(AUDIT.c.seq.desc()).limit(limit)
        query = query.where(AUDIT.c.actor == actor) if actor else query
        query = query.where(AUDIT.c.action.startswith(action, autoescape=True)) if action else query
        found = self.tx.connection.execute(query)
        return tuple(self._opened(_row(row)) for row in found)

    def read_lately(self, actor: str, action: str, since: datetime) -> int:
        """Of how many things an actor's rows of one action tell since ``since``."""
        self.flush()
        query = select(func.count(AUDIT.c.object.distinct())).where(
            AUDIT.c.actor == actor, AUDIT.c.at >= since, AUDIT.c.action == action, AUDIT.c.result == "ok"
        )
        return self.tx.connection.execute(query).scalar_one()

    def _opened(self, row: AuditRow) -> AuditRow:
        return replace(row, why=self.tx.keyring.open(row.why, "audit", row.object, "why")) if row.why else row

    def verify(self) -> Iterator[str]:
        """Yield what is wrong with the chain, naming the first bad row; nothing when it holds."""
        self.flush()
        checkpoints = SqlCheckpoints(self.tx).all()
        yield from (wrong := tuple(checkpoint_faults(checkpoints, self.tx.keyring)))
        if not wrong:
            rows = self.tx.connection.execute(_ALL, execution_options={"yield_per": PAGE})
            yield from faults(map(_row, rows), self.tx.keyring, checkpoints[-1] if checkpoints else NOTHING_PRUNED)

    def beginning(self) -> Beginning:
        """Return where the chain begins."""
        newest = SqlCheckpoints(self.tx).newest()
        return Beginning(newest.seq, newest.at)

    def mac_of(self, seq: int) -> str | None:
        """Return the digest of one row, or of the last that was pruned."""
        self.flush()
        newest = SqlCheckpoints(self.tx).newest()
        if seq == newest.seq:
            return newest.mac
        found: str | None = self.tx.connection.execute(select(AUDIT.c.mac).where(AUDIT.c.seq == seq)).scalar()
        return found

    def prune(self, before: datetime, kept: frozenset[str], most: int) -> int:
        """Forget the oldest rows, whole and in order, behind a sealed checkpoint; return how many."""
        self.flush()
        if self.tx.postgres:
            self.tx.connection.execute(_ALONE)
        start = SqlCheckpoints(self.tx).newest()
        found = map(_row, self.tx.connection.execute(_ALL.where(AUDIT.c.seq > start.seq).limit(most)).all())
        old = tuple(takewhile(lambda row: row.at <= before and row.object not in kept, found))
        for wrong in faults(iter(old), self.tx.keyring, start):
            raise Damaged(f"the audit is not pruned, for it does not hold: {wrong}")
        if old:
            SqlCheckpoints(self.tx).prune(old, self.tx.clock.now())
        return len(old)

    def _stored_head(self) -> AuditRow | None:
        row = self.tx.connection.execute(_HEAD).first()
        return _row(row) if row is not None else None


def faults(rows: Iterator[AuditRow], keyring: Keyring, start: Checkpoint = NOTHING_PRUNED) -> Iterator[str]:
    """Yield the first fault of the rows behind ``start``; a tail cut off shows only beside a head noted elsewhere."""
    expected, previous = start.seq + 1, start.mac
    for row in rows:
        if row.seq != expected:
            yield f"row {expected} is missing: row {row.seq} follows row {expected - 1}"
            return
        if row.previous != previous:
            yield f"row {row.seq} does not follow the row before it"
            return
        if row.mac != keyring.chain(previous, canonical(row)):
            yield f"row {row.seq} was changed"
            return
        expected, previous = row.seq + 1, row.mac


def canonical(row: AuditRow) -> str:
    """Return the JSON of a row that its digest covers: sorted names, no spaces, the instant in UTC microseconds."""
    facts = {
        "seq": row.seq,
        "at": row.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": row.actor,
        "role": row.role,
        "action": row.action,
        "object": row.object,
        "result": row.result,
    } | ({"why": row.why} if row.why else {})
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _values(row: AuditRow) -> dict[str, Any]:
    plain = {name: getattr(row, name) for name in AuditRow.__dataclass_fields__ if name != "why"}
    return {**plain, "why_ct": row.why or None}


def _row(row: Row[Any]) -> AuditRow:
    plain = {name: value for name, value in row._mapping.items() if name != "why_ct"}
    return AuditRow(**plain, why=row.why_ct or "")
