"""Versions of the content: bundles, editions, the journal of what was live; and of which version each text was."""

from alembic import op
from sqlalchemy import JSON, Column, ForeignKeyConstraint, Integer, PrimaryKeyConstraint, Text

from gateway.store.schema.columns import Instant

revision = "0002"
down_revision = "0001"

ADDED = (
    ("outbox", "flow_step"),
    ("inbound", "language"),
    ("inbound", "answered_bundle"),
    ("inbound", "answered_step"),
    ("inbound", "asked_sha256"),
)

SQLITE_GUARDS = (
    "CREATE TRIGGER bundle_no_update BEFORE UPDATE ON bundle BEGIN SELECT RAISE(ABORT, 'a bundle never changes'); END",
)
POSTGRES_GUARDS = (
    """
    CREATE FUNCTION bundle_never_changes() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'a bundle never changes'; END $$
    """,
    """
    CREATE TRIGGER bundle_no_update BEFORE UPDATE ON bundle
    FOR EACH STATEMENT EXECUTE FUNCTION bundle_never_changes()
    """,
)


def upgrade() -> None:
    _bundle()
    _edition()
    _live_move()
    for table, column in ADDED:
        op.add_column(table, Column(column, Text))
    for guard in SQLITE_GUARDS if _sqlite() else POSTGRES_GUARDS:
        op.execute(guard)


def downgrade() -> None:
    for table, column in reversed(ADDED):
        op.drop_column(table, column)
    for table in ("live_move", "edition", "bundle"):
        op.drop_table(table)
    if not _sqlite():
        op.execute("DROP FUNCTION bundle_never_changes()")


def _bundle() -> None:
    op.create_table(
        "bundle",
        Column("hash", Text, nullable=False),
        Column("name", Text, nullable=False),
        Column("document", Text, nullable=False),
        Column("created_at", Instant, nullable=False),
        PrimaryKeyConstraint("hash"),
    )


def _edition() -> None:
    op.create_table(
        "edition",
        Column("hash", Text, nullable=False),
        Column("parts", JSON, nullable=False),
        Column("author", Text, nullable=False),
        Column("note", Text, nullable=False),
        Column("created_at", Instant, nullable=False),
        Column("base", Integer, nullable=False),
        Column("people", Text, nullable=False),
        Column("steps", JSON, nullable=False),
        Column("report", JSON, nullable=False),
        Column("cost", JSON, nullable=False),
        Column("approver", Text),
        Column("approved_at", Instant),
        PrimaryKeyConstraint("hash"),
    )
    op.create_index("ix_edition_created_at", "edition", ["created_at"])


def _live_move() -> None:
    op.create_table(
        "live_move",
        Column("number", Integer, nullable=False),
        Column("name", Text, nullable=False),
        Column("bundle", Text),
        Column("edition", Text, nullable=False),
        Column("why", Text, nullable=False),
        Column("actor", Text, nullable=False),
        Column("at", Instant, nullable=False),
        Column("people", Text, nullable=False),
        Column("steps", JSON, nullable=False),
        PrimaryKeyConstraint("number"),
        ForeignKeyConstraint(["bundle"], ["bundle.hash"]),
        ForeignKeyConstraint(["edition"], ["edition.hash"]),
    )


def _sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"
