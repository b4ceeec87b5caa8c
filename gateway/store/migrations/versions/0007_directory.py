"""The directory through turnover: monthly checks, shifts of posts, and hand-overs."""

from alembic import op
from sqlalchemy import JSON, Column, PrimaryKeyConstraint, Text, UniqueConstraint

from gateway.store.schema.columns import Instant

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("post", Column("asked_at", Instant))
    op.add_column("post", Column("shifts", JSON, nullable=False, server_default="[]"))
    op.create_table(
        "hand_over",
        Column("id", Text, nullable=False),
        Column("code", Text, nullable=False),
        Column("posts", JSON, nullable=False),
        Column("leaver_id", Text),
        Column("state", Text, nullable=False),
        Column("asked_by", Text, nullable=False),
        Column("asked_at", Instant, nullable=False),
        Column("name_ct", Text, nullable=False),
        Column("until", Instant),
        Column("approved_by", Text),
        Column("key_fingerprint", Text),
        Column("key_expires_at", Instant),
        Column("successor_id", Text),
        Column("acts_at", Instant),
        PrimaryKeyConstraint("id"),
        UniqueConstraint("code"),
    )
    op.create_index("ix_hand_over_state_asked_at", "hand_over", ["state", "asked_at"])


def downgrade() -> None:
    op.drop_table("hand_over")
    op.drop_column("post", "shifts")
    op.drop_column("post", "asked_at")
