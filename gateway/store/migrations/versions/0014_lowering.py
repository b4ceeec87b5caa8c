"""Wishes to make a case less urgent, which wait for a second agency."""

from alembic import op
from sqlalchemy import Column, ForeignKeyConstraint, PrimaryKeyConstraint, Text

from gateway.store.schema.columns import Instant

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_table(
        "lowering",
        Column("id", Text, nullable=False),
        Column("case_id", Text, nullable=False),
        Column("level", Text, nullable=False),
        Column("actor", Text, nullable=False),
        Column("agency", Text, nullable=False),
        Column("second", Text),
        Column("state", Text, nullable=False),
        Column("asked_at", Instant, nullable=False),
        PrimaryKeyConstraint("id"),
        ForeignKeyConstraint(["case_id"], ["cases.id"]),
    )
    op.create_index("ix_lowering_case_id_state", "lowering", ["case_id", "state"])


def downgrade() -> None:
    op.drop_table("lowering")
