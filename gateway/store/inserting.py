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
    return of_dialect(connection.dialect.name, table)


def insert_new(connection: Connection, table: Table, rows: Values | Sequence[Values]) -> int:
    """Insert rows, leaving out those that break a uniqueness; return how many were new."""
    if not rows:
        return 0
    return connection.execute(_insert_new(connection.dialect.name, table), rows, execution_options=COUNTED).rowcount


def insert_or_replace(
    connection: Connection, table: Table, row: Values, keys: tuple[str, ...], only_if: ColumnElement[bool] | None = None
) -> bool:
    """Insert a row; where its ``keys`` are known, replace the rest if ``only_if`` holds; say whether it was stored."""
    if only_if is None:
        upsert = _insert_or_replace(connection.dialect.name, table, tuple(row), keys)
    else:
        upsert = _replacing(inserting(connection, table), tuple(row), keys, only_if)
    return connection.execute(upsert, row, execution_options=COUNTED).rowcount > 0


def insert_or_replace_all(connection: Connection, table: Table, rows: Sequence[Values], keys: tuple[str, ...]) -> None:
    """Insert rows of the same columns; where the ``keys`` of one are known, replace the rest."""
    if rows:
        connection.execute(_insert_or_replace(connection.dialect.name, table, tuple(rows[0]), keys), rows)


def _replacing(
    insert: Insert, names: tuple[str, ...], keys: tuple[str, ...], only_if: ColumnElement[bool] | None = None
) -> Insert:
    changes = {name: insert.excluded[name] for name in names if name not in keys}
    return insert.on_conflict_do_update(index_elements=list(keys), set_=changes, where=only_if)


# Statements without values of their own are made once: building one costs more than running it.


@cache
def _insert_new(dialect: str, table: Table) -> Insert:
    return of_dialect(dialect, table).on_conflict_do_nothing()


@cache
def _insert_or_replace(dialect: str, table: Table, names: tuple[str, ...], keys: tuple[str, ...]) -> Insert:
    return _replacing(of_dialect(dialect, table), names, keys)


def of_dialect(dialect: str, table: Table) -> Insert:
    """Return an insert that knows ON CONFLICT in a dialect."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
