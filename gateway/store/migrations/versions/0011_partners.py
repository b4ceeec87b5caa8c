"""Partners: what other systems are told, and how each try went."""

from alembic import op
from sqlalchemy import Column, ForeignKey, Integer, Text, UniqueConstraint, text

from gateway.store.schema.columns import Instant

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "push",
        Column("id", Text, primary_key=True),
        Column("partner", Text, nullable=False),
        Column("event_id", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("case_id", Text, nullable=False),
        Column("body_ct", Text),
        Column("created_at", Instant, nullable=False),
        Column("due_at", Instant, nullable=False),
        Column("state", Text, nullable=False),
        Column("tries", Integer, nullable=False),
        UniqueConstraint("partner", "event_id"),
    )
    waits = text("state = 'waiting'")
    op.create_index("ix_push_due", "push", ["due_at"], sqlite_where=waits, postgresql_where=waits)
    op.create_table(
        "push_try",
        Column("id", Integer, primary_key=True),
        Column("push_id", Text, ForeignKey("push.id"), nullable=False),
        Column("at", Instant, nullable=False),
        Column("outcome", Text, nullable=False),
        Column("status", Integer, nullable=False),
        Column("milliseconds", Integer, nullable=False),
        Column("why", Text, nullable=False),
    )
    op.create_index("ix_push_try_push_id", "push_try", ["push_id"])


def downgrade() -> None:
    op.drop_table("push_try")
    op.drop_table("push")
