"""Health of numbers: refusals in a row, receipts that tell of one; and alerts that failed, found at once."""

from alembic import op
from sqlalchemy import Boolean, Column, Integer, Text, false, text

from gateway.store.schema.columns import Instant

revision = "0017"
down_revision = "0016"

FAILED_ALERT = text("kind = 'alert' AND state IN ('undelivered', 'expired', 'rejected', 'failed')")
DEAD = text("dead_since IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "number_health",
        Column("contact_id", Text, primary_key=True),
        Column("failures", Integer, nullable=False),
        Column("last_failure_at", Instant, nullable=False),
        Column("dead_since", Instant),
    )
    op.create_index("ix_number_health_dead", "number_health", ["contact_id"], sqlite_where=DEAD, postgresql_where=DEAD)
    op.add_column("delivery_receipt", Column("dead_number", Boolean, nullable=False, server_default=false()))
    op.create_index(
        "ix_outbox_failed_alert", "outbox", ["moved_at"], sqlite_where=FAILED_ALERT, postgresql_where=FAILED_ALERT
    )


def downgrade() -> None:
    op.drop_index("ix_outbox_failed_alert", "outbox")
    op.drop_column("delivery_receipt", "dead_number")
    op.drop_table("number_health")
