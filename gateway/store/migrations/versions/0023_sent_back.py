"""Broadcasts: who sent one back and why, and when it began."""

from alembic import op
from sqlalchemy import Column, Text

from gateway.store.schema.columns import Instant

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    for column in (Column("sent_back_by", Text), Column("sent_back_why", Text), Column("started_at", Instant)):
        op.add_column("campaign", column)


def downgrade() -> None:
    for name in ("started_at", "sent_back_why", "sent_back_by"):
        op.drop_column("campaign", name)
