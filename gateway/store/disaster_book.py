"""Declared disasters (gateway.ports.disaster_book), moved by conditional updates."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update

from gateway.cases.disaster import Disaster
from gateway.store.schema.disaster import DISASTER
from gateway.store.transaction import Repository

_COLUMNS = tuple(Disaster.__dataclass_fields__)
_BY_ID = select(DISASTER).where(DISASTER.c.id == bindparam("of"))
_ALL = select(DISASTER).order_by(DISASTER.c.declared_at.desc(), DISASTER.c.id)
_OPEN = (
    select(DISASTER)
    .where(DISASTER.c.ended_at.is_(None), DISASTER.c.until > bindparam("now"))
    .order_by(DISASTER.c.declared_at, DISASTER.c.id)
)
_NOT_ENDED = update(DISASTER).where(DISASTER.c.id == bindparam("of"), DISASTER.c.ended_at.is_(None))


class SqlDisasterBook(Repository):
    """The declarations."""

    __slots__ = ()

    def add(self, disaster: Disaster) -> None:
        """Store a declaration."""
        values = {name: getattr(disaster, name) for name in _COLUMNS}
        self.tx.connection.execute(insert(DISASTER), {**values, "places": json.dumps(sorted(disaster.places))})

    def get(self, disaster_id: str) -> Disaster | None:
        """Return one."""
        row = self.tx.connection.execute(_BY_ID, {"of": disaster_id}).first()
        return _disaster(row) if row is not None else None

    def list(self) -> tuple[Disaster, ...]:
        """Return every declaration, newest first."""
        return tuple(_disaster(row) for row in self.tx.connection.execute(_ALL))

    def open(self, now: datetime) -> tuple[Disaster, ...]:
        """Return what was neither ended nor is over, oldest first; whether one is in force is its own matter."""
        return tuple(_disaster(row) for row in self.tx.connection.execute(_OPEN, {"now": now}))

    def confirm(self, disaster_id: str, by: str, now: datetime) -> bool:
        """Keep who confirmed it; False when somebody had, or it was ended."""
        first = _NOT_ENDED.where(DISASTER.c.confirmed_by.is_(None)).values(confirmed_by=by, confirmed_at=now)
        return self.tx.connection.execute(first, {"of": disaster_id}).rowcount == 1

    def end(self, disaster_id: str, by: str, now: datetime) -> bool:
        """Keep who ended it; False when somebody had."""
        ended = _NOT_ENDED.values(ended_by=by, ended_at=now)
        return self.tx.connection.execute(ended, {"of": disaster_id}).rowcount == 1


def _disaster(row: Row[Any]) -> Disaster:
    values = {name: getattr(row, name) for name in _COLUMNS}
    return Disaster(**{**values, "places": frozenset(json.loads(row.places))})
