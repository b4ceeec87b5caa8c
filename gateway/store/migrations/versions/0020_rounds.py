"""How a broadcast goes on: what was seen of it is stored; columns that nothing read go."""

from alembic import op
from sqlalchemy import Column, Integer, Text

from gateway.store.schema.columns import Instant

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    for column in (
        Column("first_passed_at", Instant),
        Column("seen_gone", Integer, nullable=False, server_default="0"),
        Column("seen_failed", Integer, nullable=False, server_default="0"),
        Column("paused_for", Text),
    ):
        op.add_column("campaign", column)
    for name in ("planned_at", "rate", "not_after"):
        op.drop_column("campaign", name)


def downgrade() -> None:
    for column in (
        Column("planned_at", Instant),
        Column("rate", Integer, nullable=False, server_default="0"),
        Column("not_after", Instant),
    ):
        op.add_column("campaign", column)
    for name in ("first_passed_at", "seen_gone", "seen_failed", "paused_for"):
        op.drop_column("campaign", name)
