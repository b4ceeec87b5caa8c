"""Inserts that yield to a row that is already there: one spelling for both databases."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

Values = Mapping[str, Any]
Insert = sqlite.Insert | postgresql.Insert
COUNTED = {"preserve_rowcount": True}  # SQLAlchemy keeps the count of an INSERT only when asked


def inserting(connection: Connection, table: Table) -> Insert:
    """Return an insert that knows ON CONFLICT on this database."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


def insert_new(connection: Connection, table: Table, rows: Values | Sequence[Values]) -> int:
    """Insert rows, leaving out those that break a uniqueness; return how many were new."""
    if not rows:
        return 0
    return connection.execute(_insert_new(connection.dialect.name, table), rows, execution_options=COUNTED).rowcount


def insert_or_replace(
    connection: Connection, table: Table, row: Values, keys: Sequence[str], only_if: ColumnElement[bool] | None = None
) -> bool:
    """Insert a row; where its ``keys`` are known, replace the rest if ``only_if`` holds; say whether it was stored."""
    statement = inserting(connection, table).values(row)
    changes = {name: statement.excluded[name] for name in row if name not in keys}
    upsert = statement.on_conflict_do_update(index_elements=list(keys), set_=changes, where=only_if)
    return connection.execute(upsert, execution_options=COUNTED).rowcount > 0


@cache
def _insert_new(dialect: str, table: Table) -> Insert:
    plain = postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
    return plain.on_conflict_do_nothing()
