"""The directory through turnover: monthly checks and shifts of posts."""

from alembic import op
from sqlalchemy import JSON, Column

from gateway.store.schema.columns import Instant

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("post", Column("asked_at", Instant))
    op.add_column("post", Column("shifts", JSON, nullable=False, server_default="[]"))


def downgrade() -> None:
    op.drop_column("post", "shifts")
    op.drop_column("post", "asked_at")
