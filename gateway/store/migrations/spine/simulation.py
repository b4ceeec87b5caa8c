"""Tables of the simulated phones of a demo, as revision 0001 makes them."""

from alembic import op
from sqlalchemy import Boolean, Column, Integer, PrimaryKeyConstraint, Text

from gateway.store.schema.columns import Instant

TABLES = (
    "simulated_text",
    "simulated_count",
    "simulated_receipt",
)


def create() -> None:
    """Make the tables with their indexes."""
    _simulated_text()
    _simulated_count()
    _simulated_receipt()


def _simulated_text() -> None:
    op.create_table(
        "simulated_text",
        Column("phone_index", Text, nullable=False),
        Column("message_id", Text, nullable=False),
        Column("copy", Integer, autoincrement=False, nullable=False),
        Column("at", Instant, nullable=False),
        Column("body_ct", Text, nullable=False),
        Column("segments", Integer, nullable=False),
        PrimaryKeyConstraint("phone_index", "message_id", "copy"),
    )


def _simulated_count() -> None:
    op.create_table(
        "simulated_count",
        Column("phone_index", Text, nullable=False),
        Column("what", Text, nullable=False),
        Column("count", Integer, nullable=False),
        Column("first_at", Instant, nullable=False),
        PrimaryKeyConstraint("phone_index", "what"),
    )


def _simulated_receipt() -> None:
    op.create_table(
        "simulated_receipt",
        Column("id", Integer, nullable=False),
        Column("due_at", Instant, nullable=False),
        Column("channel", Text, nullable=False),
        Column("message_id", Text),
        Column("provider_id", Text),
        Column("status_word", Text, nullable=False),
        Column("state", Text),
        Column("code", Text),
        Column("receipt_key", Text, nullable=False),
        Column("at", Instant, nullable=False),
        Column("part", Integer),
        Column("opted_out", Boolean, nullable=False),
        PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_simulated_receipt_due_at_id", "simulated_receipt", ["due_at", "id"])
