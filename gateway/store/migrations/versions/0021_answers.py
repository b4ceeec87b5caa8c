"""A message says to which broadcast it is an answer."""

from alembic import op
from sqlalchemy import Column, Text, text

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.add_column("inbound", Column("answers", Text))
    some = text("answers IS NOT NULL")
    op.create_index(
        "ix_inbound_answers", "inbound", ["answers", "contact_id"], sqlite_where=some, postgresql_where=some
    )


def downgrade() -> None:
    op.drop_index("ix_inbound_answers", "inbound")
    op.drop_column("inbound", "answers")
