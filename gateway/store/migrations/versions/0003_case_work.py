"""Case work by SMS: referrals, closings that wait, and the PIN of whoever holds a post."""

from alembic import op
from sqlalchemy import Column, ForeignKeyConstraint, PrimaryKeyConstraint, Text

from gateway.store.schema.columns import Instant

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "referral",
        Column("id", Text, nullable=False),
        Column("case_id", Text, nullable=False),
        Column("agency", Text, nullable=False),
        Column("from_actor", Text, nullable=False),
        Column("to_post", Text, nullable=False),
        Column("ground", Text, nullable=False),
        Column("state", Text, nullable=False),
        Column("asked_at", Instant, nullable=False),
        Column("answered_at", Instant),
        PrimaryKeyConstraint("id"),
        ForeignKeyConstraint(["case_id"], ["cases.id"]),
    )
    op.create_index("ix_referral_case_id_asked_at", "referral", ["case_id", "asked_at"])
    op.create_table(
        "closing",
        Column("id", Text, nullable=False),
        Column("case_id", Text, nullable=False),
        Column("outcome", Text, nullable=False),
        Column("kept", Text),
        Column("actor", Text, nullable=False),
        Column("agency", Text, nullable=False),
        Column("second", Text),
        Column("state", Text, nullable=False),
        Column("asked_at", Instant, nullable=False),
        PrimaryKeyConstraint("id"),
        ForeignKeyConstraint(["case_id"], ["cases.id"]),
    )
    op.create_index("ix_closing_case_id_asked_at", "closing", ["case_id", "asked_at"])
    op.add_column("post_holder", Column("pin_fingerprint", Text))


def downgrade() -> None:
    op.drop_column("post_holder", "pin_fingerprint")
    op.drop_table("closing")
    op.drop_table("referral")
