"""Alarms for those who watch over the console."""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import Row, insert, select, update

from gateway.ports.alarms import Alarm, Kind
from gateway.store.schema.desk import ALARM
from gateway.store.transaction import Repository

SHOWN = 20


class SqlAlarms(Repository):
    """Alarms (gateway.ports.alarms)."""

    __slots__ = ()

    def sound(self, alarm: Alarm, not_since: datetime) -> bool:
        """Store an alarm unless the same was sounded after ``not_since``; whether it is new."""
        same = (ALARM.c.kind == alarm.kind, ALARM.c.subject == alarm.subject, ALARM.c.at > not_since)
        if self.tx.connection.execute(select(ALARM.c.id).where(*same)).first() is not None:
            return False
        row = {"id": alarm.id, "kind": alarm.kind, "subject": alarm.subject, "at": alarm.at}
        self.tx.connection.execute(insert(ALARM), row)
        return True

    def unseen(self) -> tuple[Alarm, ...]:
        """Return what nobody has seen, newest first."""
        query = select(ALARM).where(ALARM.c.seen_at.is_(None)).order_by(ALARM.c.at.desc(), ALARM.c.id).limit(SHOWN)
        return tuple(map(_alarm, self.tx.connection.execute(query)))

    def see(self, alarm_id: str, actor: str, now: datetime) -> bool:
        """Note who has seen it; False when somebody had, or there is none."""
        query = update(ALARM).where(ALARM.c.id == alarm_id, ALARM.c.seen_at.is_(None))
        return self.tx.connection.execute(query, {"seen_by": actor, "seen_at": now}).rowcount == 1


def _alarm(row: Row[Any]) -> Alarm:
    return Alarm(row.id, cast(Kind, row.kind), row.subject, row.at)
