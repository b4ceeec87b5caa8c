"""One record of disasters, out of disaster mode and the declarations of broadcasts; and swaps of turns."""

import json
from typing import Any

from alembic import op
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    insert,
    select,
)

from gateway.store.schema.columns import Instant

revision = "0015"
down_revision = "0014"

SHARED = ("id", "declared_by", "declared_at", "confirmed_by", "confirmed_at", "ended_at")


def shared() -> list[Column[Any]]:
    """Return what each of the three tables says."""
    return [
        Column("id", Text, nullable=False),
        Column("declared_by", Text, nullable=False),
        Column("declared_at", Instant, nullable=False),
        Column("confirmed_by", Text),
        Column("confirmed_at", Instant),
        Column("ended_at", Instant),
    ]


def modes() -> list[Column[Any]]:
    """Return disaster mode as it was: one place a row."""
    return [
        *shared(),
        Column("place", Text, nullable=False),
        Column("until", Instant, nullable=False),
        Column("ended_by", Text),
    ]


def declarations() -> list[Column[Any]]:
    """Return the declarations as they were: who ended one stood in the audit only."""
    return [
        *shared(),
        Column("name", Text, nullable=False),
        Column("districts", Text, nullable=False),
        Column("lifts_quiet", Boolean, nullable=False),
        Column("ends_at", Instant, nullable=False),
    ]


def disasters() -> list[Column[Any]]:
    """Return the one record."""
    return [
        *shared(),
        Column("name", Text, nullable=False),
        Column("places", Text, nullable=False),
        Column("until", Instant, nullable=False),
        Column("lifts_quiet", Boolean, nullable=False),
        Column("ended_by", Text),
    ]


def rows_of(name: str, columns: list[Column[Any]]) -> list[dict[str, Any]]:
    """Return everything a table holds."""
    return [dict(row) for row in op.get_bind().execute(select(Table(name, MetaData(), *columns))).mappings()]


def fill(table: Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        op.get_bind().execute(insert(table), rows)


def make_swaps() -> None:
    for name in ("taken_over", "given_away"):
        op.add_column("post", Column(name, JSON, nullable=False, server_default="[]"))
    op.create_table(
        "swap",
        Column("id", Text, nullable=False),
        Column("code", Text, nullable=False),
        Column("asker", Text, nullable=False),
        Column("colleague", Text, nullable=False),
        Column("gives", Text, nullable=False),
        Column("gets", Text),
        Column("asked_by", Text, nullable=False),
        Column("asked_at", Instant, nullable=False),
        Column("until", Instant, nullable=False),
        Column("state", Text, nullable=False),
        PrimaryKeyConstraint("id"),
        UniqueConstraint("code"),
    )
    op.create_index("ix_swap_state_until", "swap", ["state", "until"])


def upgrade() -> None:
    both = [
        {**{name: row[name] for name in (*SHARED, "until", "ended_by")},
         "name": row["place"], "places": json.dumps([row["place"]]), "lifts_quiet": False}
        for row in rows_of("disaster", modes())
    ]  # fmt: skip
    both += [
        {**{name: row[name] for name in (*SHARED, "name", "lifts_quiet")},
         "places": row["districts"], "until": row["ends_at"], "ended_by": None}
        for row in rows_of("declaration", declarations())
    ]  # fmt: skip
    op.drop_table("declaration")
    op.drop_table("disaster")
    made = op.create_table("disaster", *disasters(), PrimaryKeyConstraint("id"))
    op.create_index("ix_disaster_until", "disaster", ["until"])
    fill(made, both)
    make_swaps()


def downgrade() -> None:
    op.drop_table("swap")
    for name in ("given_away", "taken_over"):
        op.drop_column("post", name)
    # A declaration switched disaster mode on as well, so that every row fits there, provinces included.
    back = [
        {**{name: row[name] for name in (*SHARED, "name", "lifts_quiet")},
         "districts": row["places"], "ends_at": row["until"]}
        for row in rows_of("disaster", disasters())
    ]  # fmt: skip
    op.drop_table("disaster")
    op.create_table("disaster", *modes(), PrimaryKeyConstraint("id"))
    op.create_index("ix_disaster_place_until", "disaster", ["place", "until"])
    fill(op.create_table("declaration", *declarations(), PrimaryKeyConstraint("id")), back)
