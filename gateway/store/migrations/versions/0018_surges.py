"""Alerts that wait for the digest of a post to whose phone too many leave at once."""

from alembic import op
from sqlalchemy import Column, ForeignKeyConstraint, PrimaryKeyConstraint, Text

from gateway.store.schema.columns import Instant

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.create_table(
        "held_alert",
        Column("post_id", Text, nullable=False),
        Column("case_id", Text, nullable=False),
        Column("held_at", Instant, nullable=False),
        PrimaryKeyConstraint("post_id", "case_id"),
        ForeignKeyConstraint(["case_id"], ["cases.id"]),
    )


def downgrade() -> None:
    op.drop_table("held_alert")
