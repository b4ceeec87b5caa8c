"""Declared disasters (gateway.ports.disaster_book)."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update

from gateway.ports.disaster_book import Disaster
from gateway.store.schema.broadcasting import DECLARATION
from gateway.store.transaction import Repository

COLUMNS = tuple(Disaster.__dataclass_fields__)
_BY_ID = select(DECLARATION).where(DECLARATION.c.id == bindparam("disaster_id"))
_ALL = select(DECLARATION).order_by(DECLARATION.c.declared_at.desc(), DECLARATION.c.id)
_OPEN = update(DECLARATION).where(DECLARATION.c.id == bindparam("disaster_id"), DECLARATION.c.ended_at.is_(None))


class SqlDisasterBook(Repository):
    """The declarations."""

    __slots__ = ()

    def add(self, disaster: Disaster) -> None:
        """Store a declaration."""
        values = {name: getattr(disaster, name) for name in COLUMNS}
        self.tx.connection.execute(insert(DECLARATION), {**values, "districts": json.dumps(sorted(disaster.districts))})

    def get(self, disaster_id: str) -> Disaster | None:
        """Return one."""
        row = self.tx.connection.execute(_BY_ID, {"disaster_id": disaster_id}).first()
        return _disaster(row) if row is not None else None

    def list(self) -> tuple[Disaster, ...]:
        """Return every declaration, newest first."""
        return tuple(_disaster(row) for row in self.tx.connection.execute(_ALL))

    def confirm(self, disaster_id: str, by: str, now: datetime) -> bool:
        """Keep who confirmed it; False when somebody had, or it has ended."""
        first = _OPEN.where(DECLARATION.c.confirmed_by.is_(None)).values(confirmed_by=by, confirmed_at=now)
        return self.tx.connection.execute(first, {"disaster_id": disaster_id}).rowcount == 1

    def end(self, disaster_id: str, now: datetime) -> bool:
        """End it; False when it had ended."""
        return self.tx.connection.execute(_OPEN.values(ended_at=now), {"disaster_id": disaster_id}).rowcount == 1


def _disaster(row: Row[Any]) -> Disaster:
    values = {name: getattr(row, name) for name in COLUMNS}
    return Disaster(**{**values, "districts": frozenset(json.loads(row.districts))})
