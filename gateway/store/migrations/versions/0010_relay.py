"""Relay: texts that officers pass to persons, and phones that are in their owner's hands for a while."""

from alembic import op
from sqlalchemy import Column, ForeignKey, Text, text

from gateway.store.schema.columns import Instant

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "relay_text",
        Column("id", Text, primary_key=True),
        Column("case_id", Text, ForeignKey("cases.id"), nullable=False),
        Column("contact_id", Text, nullable=False),
        Column("author", Text, nullable=False),
        Column("body_ct", Text),
        Column("written_at", Instant, nullable=False),
        Column("due_at", Instant),
        Column("state", Text, nullable=False),
        Column("given_at", Instant),
        Column("given_by", Text),
    )
    op.create_index("ix_relay_text_case_id", "relay_text", ["case_id"])
    op.create_index("ix_relay_text_contact_id_state", "relay_text", ["contact_id", "state"])
    waits = text("state = 'waiting'")
    op.create_index("ix_relay_text_due", "relay_text", ["due_at"], sqlite_where=waits, postgresql_where=waits)
    op.create_table(
        "relay_opening",
        Column("contact_id", Text, primary_key=True),
        Column("until", Instant, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("relay_opening")
    op.drop_table("relay_text")
