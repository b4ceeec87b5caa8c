"""Declared disasters, moved by conditional updates."""

from datetime import datetime

from sqlalchemy import bindparam, insert, select, update

from gateway.cases.disaster import Disaster
from gateway.store.schema.disaster import DISASTER
from gateway.store.transaction import Repository

_COLUMNS = tuple(Disaster.__dataclass_fields__)
_OPEN = (
    select(*(DISASTER.c[name] for name in _COLUMNS))
    .where(DISASTER.c.ended_at.is_(None), DISASTER.c.until > bindparam("now"))
    .order_by(DISASTER.c.declared_at, DISASTER.c.id)
)
_CONFIRM = update(DISASTER).where(DISASTER.c.id == bindparam("of"), DISASTER.c.confirmed_at.is_(None))
_END = update(DISASTER).where(DISASTER.c.id == bindparam("of"), DISASTER.c.ended_at.is_(None))


class SqlDisasters(Repository):
    """Declared disasters (gateway.ports.disasters)."""

    __slots__ = ()

    def add(self, disaster: Disaster) -> None:
        """Store a declaration."""
        self.tx.connection.execute(insert(DISASTER), {name: getattr(disaster, name) for name in _COLUMNS})

    def open(self, now: datetime) -> tuple[Disaster, ...]:
        """Return what was neither ended nor is over, oldest first; whether one is in force is its own matter."""
        return tuple(Disaster(*row) for row in self.tx.connection.execute(_OPEN, {"now": now}))

    def confirm(self, disaster_id: str, by: str, at: datetime) -> bool:
        """Keep who confirmed; False when somebody else did."""
        confirmed = _CONFIRM.values(confirmed_by=by, confirmed_at=at)
        return self.tx.connection.execute(confirmed, {"of": disaster_id}).rowcount == 1

    def end(self, disaster_id: str, by: str, at: datetime) -> bool:
        """Keep who ended it; False when somebody else did."""
        return self.tx.connection.execute(_END.values(ended_by=by, ended_at=at), {"of": disaster_id}).rowcount == 1
