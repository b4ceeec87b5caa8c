"""Lists of contacts: how many of their people were here already, just as the list says."""

from alembic import op
from sqlalchemy import Column, Integer

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.add_column("import_job", Column("unchanged", Integer, nullable=False, server_default="0"))


def downgrade() -> None:
    op.drop_column("import_job", "unchanged")
