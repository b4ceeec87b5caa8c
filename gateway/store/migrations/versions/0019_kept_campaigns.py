"""Broadcasts that are prepared for the next time."""

from alembic import op
from sqlalchemy import Boolean, Column, false

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.add_column("campaign", Column("kept", Boolean, nullable=False, server_default=false()))


def downgrade() -> None:
    op.drop_column("campaign", "kept")
