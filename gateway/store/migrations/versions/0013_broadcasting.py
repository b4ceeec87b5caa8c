"""Broadcasts: plans, series and editions; dates of contacts, declared disasters, calendar feeds."""

from alembic import op
from sqlalchemy import Boolean, Column, Date, ForeignKey, Integer, PrimaryKeyConstraint, Text, UniqueConstraint

from gateway.store.schema.columns import Instant

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.add_column("campaign", Column("plan", Text, nullable=False, server_default="{}"))
    op.add_column("campaign", Column("series", Text))
    op.create_table(
        "campaign_edition",
        Column("campaign_id", Text, ForeignKey("campaign.id"), nullable=False),
        Column("number", Integer, nullable=False),
        Column("at", Instant, nullable=False),
        Column("author", Text, nullable=False),
        Column("content", Text, nullable=False),
        Column("content_hash", Text, nullable=False),
        PrimaryKeyConstraint("campaign_id", "number"),
    )
    op.create_table(
        "contact_date",
        Column("contact_id", Text, nullable=False),
        Column("of", Text, nullable=False),
        Column("on_day", Date, nullable=False),
        PrimaryKeyConstraint("contact_id", "of"),
    )
    op.create_index("ix_contact_date_of_on_day", "contact_date", ["of", "on_day"])
    op.create_table(
        "declaration",
        Column("id", Text, primary_key=True),
        Column("name", Text, nullable=False),
        Column("districts", Text, nullable=False),
        Column("declared_by", Text, nullable=False),
        Column("declared_at", Instant, nullable=False),
        Column("lifts_quiet", Boolean, nullable=False),
        Column("ends_at", Instant, nullable=False),
        Column("confirmed_by", Text),
        Column("confirmed_at", Instant),
        Column("ended_at", Instant),
    )
    op.create_table(
        "calendar_feed",
        Column("id", Text, primary_key=True),
        Column("token_sha256", Text, nullable=False),
        Column("made_by", Text, nullable=False),
        Column("made_at", Instant, nullable=False),
        Column("revoked_at", Instant),
        UniqueConstraint("token_sha256"),
    )


def downgrade() -> None:
    for table in ("calendar_feed", "declaration", "contact_date", "campaign_edition"):
        op.drop_table(table)
    op.drop_column("campaign", "series")
    op.drop_column("campaign", "plan")
