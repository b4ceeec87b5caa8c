"""Heartbeats, duties shared by clocks, and facts of the installation."""

from datetime import datetime, timedelta

from sqlalchemy import select, update

from gateway.ports.duties import Heartbeat
from gateway.store.inserting import insert_new, insert_or_replace
from gateway.store.schema.desk import DUTY, HEARTBEAT, MARK
from gateway.store.transaction import Repository

OFFSET = "clock_offset_seconds"


class SqlDuties(Repository):
    """Who is alive and whose turn it is (gateway.ports.duties)."""

    __slots__ = ()

    def beat(self, heartbeat: Heartbeat) -> None:
        """Say that a process lives."""
        row = {
            "worker": heartbeat.worker,
            "role": heartbeat.role,
            "host": heartbeat.host,
            "pid": heartbeat.pid,
            "beat_at": heartbeat.beat_at,
        }
        insert_or_replace(self.tx.connection, HEARTBEAT, row, ("worker",))

    def heartbeats(self) -> tuple[Heartbeat, ...]:
        """Return the last sign of life of every process, by name."""
        rows = self.tx.connection.execute(select(HEARTBEAT).order_by(HEARTBEAT.c.worker))
        return tuple(Heartbeat(row.worker, row.role, row.host, row.pid, row.beat_at) for row in rows)

    def take(self, name: str, now: datetime, every: timedelta) -> bool:
        """Take a duty if nobody took it within ``every``; False when another was faster."""
        free = DUTY.c.taken_at <= now - every
        return insert_or_replace(self.tx.connection, DUTY, {"name": name, "taken_at": now}, ("name",), only_if=free)

    def clock_offset(self) -> timedelta:
        """How far the demo's clock was moved forward; zero in production."""
        return timedelta(seconds=float(self.mark(OFFSET) or 0))

    def advance_clock(self, by: timedelta) -> None:
        """Move the demo's clock forward; it never goes back."""
        insert_new(self.tx.connection, MARK, {"name": OFFSET, "value": "0"})
        query = select(MARK.c.value).where(MARK.c.name == OFFSET).with_for_update()
        before = float(self.tx.connection.execute(query).scalar_one())
        after = before + max(by, timedelta(0)).total_seconds()
        self.tx.connection.execute(update(MARK).where(MARK.c.name == OFFSET), {"value": str(after)})

    def mark(self, name: str) -> str | None:
        """Return a stored fact of the installation, or None."""
        found: str | None = self.tx.connection.execute(select(MARK.c.value).where(MARK.c.name == name)).scalar()
        return found

    def set_mark(self, name: str, value: str) -> None:
        """Store a fact of the installation."""
        insert_or_replace(self.tx.connection, MARK, {"name": name, "value": value}, ("name",))
