"""Courses, lists, survey answers; and disasters, which change how a district is heard."""

from alembic import op
from sqlalchemy import Column, PrimaryKeyConstraint, Text

from gateway.store.schema.columns import Instant

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "membership",
        Column("contact_id", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("name", Text, nullable=False),
        Column("state", Text, nullable=False),
        Column("since", Instant, nullable=False),
        PrimaryKeyConstraint("contact_id", "kind", "name"),
    )
    op.create_index("ix_membership_kind_name", "membership", ["kind", "name"])
    op.create_table(
        "survey_answer",
        Column("survey", Text, nullable=False),
        Column("item", Text, nullable=False),
        Column("respondent", Text, nullable=False),
        Column("code", Text),
        Column("value_ct", Text),
        Column("bundle", Text, nullable=False),
        Column("language", Text, nullable=False),
        Column("at", Instant, nullable=False),
        PrimaryKeyConstraint("survey", "item", "respondent"),
    )
    op.create_table(
        "disaster",
        Column("id", Text, nullable=False),
        Column("place", Text, nullable=False),
        Column("declared_by", Text, nullable=False),
        Column("declared_at", Instant, nullable=False),
        Column("until", Instant, nullable=False),
        Column("confirmed_by", Text),
        Column("confirmed_at", Instant),
        Column("ended_by", Text),
        Column("ended_at", Instant),
        PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_disaster_place_until", "disaster", ["place", "until"])


def downgrade() -> None:
    op.drop_table("disaster")
    op.drop_table("survey_answer")
    op.drop_table("membership")
