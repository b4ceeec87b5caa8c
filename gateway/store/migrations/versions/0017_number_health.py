"""Health of numbers: refusals in a row, since when broadcasts leave a number alone, and receipts that say so."""

from alembic import op
from sqlalchemy import Boolean, Column, Integer, Text, false, text

from gateway.store.schema.columns import Instant

revision = "0017"
down_revision = "0016"

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


def downgrade() -> None:
    op.drop_column("delivery_receipt", "dead_number")
    op.drop_table("number_health")
