"""Counts for the guards: replies a number a day, senders of a range in some minutes."""

from alembic import op
from sqlalchemy import Column, Date, Integer, PrimaryKeyConstraint, Text

from gateway.store.schema.columns import Instant

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "reply_count",
        Column("day", Date, nullable=False),
        Column("contact_id", Text, nullable=False),
        Column("replies", Integer, nullable=False),
        PrimaryKeyConstraint("day", "contact_id"),
    )
    op.create_table(
        "range_sender",
        Column("number_range", Text, nullable=False),
        Column("contact_id", Text, nullable=False),
        Column("seen_at", Instant, nullable=False),
        PrimaryKeyConstraint("number_range", "contact_id"),
    )
    op.create_index("ix_range_sender_seen_at", "range_sender", ["seen_at"])


def downgrade() -> None:
    op.drop_table("range_sender")
    op.drop_table("reply_count")
