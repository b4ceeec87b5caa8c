"""What every table is made of: the one list of tables, instants in UTC, lists as JSON."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, DateTime, Dialect, MetaData, Text, literal_column
from sqlalchemy.sql.expression import ColumnClause
from sqlalchemy.types import TypeDecorator, TypeEngine

from gateway.errors import Defect

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
"""Named after their columns, so that a migration can drop on either database what another made."""


class Instant(TypeDecorator[datetime]):
    """An aware moment, kept in UTC to the microsecond: timestamptz on PostgreSQL, sortable text on SQLite."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the column type of a database; on SQLite plain text, for the library's own form is slow to write."""
        return dialect.type_descriptor(DateTime(timezone=True) if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | str | None:
        """Turn an aware instant into what is stored; Defect for one without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise Defect("an instant without a time zone cannot be stored")
        in_utc = value.astimezone(UTC)
        if dialect.name == "postgresql":
            return in_utc
        return in_utc.replace(tzinfo=None).isoformat(" ", "microseconds")

    def process_result_value(self, value: datetime | str | None, dialect: Dialect) -> datetime | None:
        """Return the stored instant, aware, in UTC."""
        if value is None:
            return None
        instant = datetime.fromisoformat(value) if isinstance(value, str) else value
        return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)


def word(value: str) -> ColumnClause[str]:
    """Return a word that stands in the statement itself: only so does a database know that a partial index fits."""
    if not value.replace("_", "").isalpha():
        raise Defect("only a fixed word may stand in a statement")
    return literal_column(f"'{value}'", Text)


def text(name: str, **options: Any) -> Column[str]:  # noqa: ANN401 - the options of Column
    """Return a text that is always there."""
    return Column(name, Text, nullable=False, **options)


def maybe_text(name: str) -> Column[str]:
    """Return a text that may be missing."""
    return Column(name, Text, nullable=True)


def instant(name: str) -> Column[datetime]:
    """Return an instant that is always there."""
    return Column(name, Instant, nullable=False)


def maybe_instant(name: str) -> Column[datetime]:
    """Return an instant that may be missing."""
    return Column(name, Instant, nullable=True)
