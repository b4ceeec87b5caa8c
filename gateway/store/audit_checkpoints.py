"""Where the audit begins: a sealed note of the last row that was pruned, so that pruning differs from cutting off."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlalchemy import delete, insert, select

from gateway.ports.audit import AuditRow
from gateway.store.encryption import Keyring
from gateway.store.schema.desk import AUDIT
from gateway.store.schema.keeping import AUDIT_CHECKPOINT
from gateway.store.transaction import Repository

GENESIS = "0" * 64
_ALL = select(AUDIT_CHECKPOINT).order_by(AUDIT_CHECKPOINT.c.seq)
_NEWEST = select(AUDIT_CHECKPOINT).order_by(AUDIT_CHECKPOINT.c.seq.desc()).limit(1)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Rows up to ``seq`` are gone, the last of them with the digest ``mac``; ``rows``: how many went this time."""

    seq: int
    mac: str
    rows: int
    at: datetime
    previous: str
    seal: str


NOTHING_PRUNED = Checkpoint(0, GENESIS, 0, datetime(2000, 1, 1, tzinfo=UTC), GENESIS, GENESIS)


def checkpoint_faults(found: Sequence[Checkpoint], keyring: Keyring) -> Iterator[str]:
    """Yield the first fault of the checkpoints, oldest first: each is sealed with the one before it."""
    before = NOTHING_PRUNED
    for one in found:
        if one.previous != before.seal or one.seal != keyring.chain(before.seal, _canonical(one)):
            yield f"the checkpoint at row {one.seq} was changed, or one before it is missing"
            return
        if one.rows != one.seq - before.seq:
            yield f"the checkpoint at row {one.seq} does not follow row {before.seq}"
            return
        before = one


class SqlCheckpoints(Repository):
    """Checkpoints of one transaction."""

    __slots__ = ()

    def all(self) -> tuple[Checkpoint, ...]:
        """Return every checkpoint, oldest first."""
        return tuple(Checkpoint(**row._mapping) for row in self.tx.connection.execute(_ALL))

    def newest(self) -> Checkpoint:
        """Return where the audit begins."""
        row = self.tx.connection.execute(_NEWEST).first()
        return Checkpoint(**row._mapping) if row is not None else NOTHING_PRUNED

    def prune(self, rows: Sequence[AuditRow], now: datetime) -> None:
        """Seal a checkpoint at the last of these rows, which follow the newest one, and delete them."""
        before, last = self.newest(), rows[-1]
        one = Checkpoint(last.seq, last.mac, len(rows), now, before.seal, "")
        one = replace(one, seal=self.tx.keyring.chain(before.seal, _canonical(one)))
        values = {name: getattr(one, name) for name in Checkpoint.__dataclass_fields__}
        self.tx.connection.execute(insert(AUDIT_CHECKPOINT), values)
        self.tx.connection.execute(delete(AUDIT).where(AUDIT.c.seq <= last.seq))


def _canonical(one: Checkpoint) -> str:
    at = one.at.astimezone(UTC).isoformat(timespec="microseconds")
    return json.dumps({"checkpoint": one.seq, "mac": one.mac, "rows": one.rows, "at": at}, sort_keys=True)
