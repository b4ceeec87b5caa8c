"""Parts: what comes and goes over SMPP in pieces, until it is whole and every piece is accounted for."""

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, Integer, PrimaryKeyConstraint, Text

from gateway.store.schema.columns import Instant

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "delivery_part",
        Column("outbox_id", Text, nullable=False),
        Column("number", Integer, nullable=False),
        Column("total", Integer, nullable=False),
        Column("channel", Text, nullable=False),
        Column("provider_id", Text),
        Column("state", Text, nullable=False),
        Column("rank", Integer, nullable=False),
        PrimaryKeyConstraint("outbox_id", "number"),
    )
    op.create_index("ix_delivery_part_provider_id", "delivery_part", ["provider_id"])
    op.create_table(
        "smpp_arrival",
        Column("channel", Text, nullable=False),
        Column("bind", Text, nullable=False),
        Column("sequence", BigInteger, nullable=False),
        Column("group_key", Text, nullable=False),
        Column("origin", Text, nullable=False),
        Column("content", Text, nullable=False),
        Column("reference", Integer, nullable=False),
        Column("total", Integer, nullable=False),
        Column("number", Integer, nullable=False),
        Column("body_ct", Text),
        Column("at", Instant, nullable=False),
        Column("repeated", Boolean, nullable=False),
        Column("settled", Boolean, nullable=False),
        PrimaryKeyConstraint("channel", "bind", "sequence"),
    )
    op.create_index("ix_smpp_arrival_at", "smpp_arrival", ["at"])
    op.create_index("ix_smpp_arrival_channel_content", "smpp_arrival", ["channel", "content"])
    op.create_index("ix_smpp_arrival_channel_group_key", "smpp_arrival", ["channel", "group_key"])


def downgrade() -> None:
    op.drop_table("smpp_arrival")
    op.drop_table("delivery_part")
