"""Sealing: keys of offices and people, unlocked sessions, seals still owed, and when a case is handed over."""

from alembic import op
from sqlalchemy import Column, ForeignKeyConstraint, Integer, PrimaryKeyConstraint, Text, text

from gateway.store.schema.columns import Instant

revision = "0008"
down_revision = "0007"

TO_SEAL = text("sealed_version IS NULL OR sealed_version <> version")
TO_HAND_OVER = text("hand_over_at IS NOT NULL")
CURRENT = text("retired_at IS NULL")
WITH_WORDS = (
    ("ix_inbound_to_empty", "inbound", "received_at", text("(body_ct IS NOT NULL OR reply_ct IS NOT NULL)")),
    ("ix_outbox_to_empty", "outbox", "created_at", text("body_ct IS NOT NULL")),
)


def upgrade() -> None:
    _keys()
    _holders()
    op.create_table(
        "pending_seal",
        Column("case_id", Text, nullable=False),
        Column("agency", Text, nullable=False),
        Column("place", Text, nullable=False),
        Column("asked_at", Instant, nullable=False),
        PrimaryKeyConstraint("case_id", "agency", "place"),
        ForeignKeyConstraint(["case_id"], ["cases.id"]),
    )
    op.add_column("cases", Column("sealed_version", Integer))
    op.add_column("cases", Column("hand_over_at", Instant))
    op.add_column("cases", Column("shredded_at", Instant))
    op.create_index("ix_cases_to_seal", "cases", ["opened_at"], sqlite_where=TO_SEAL, postgresql_where=TO_SEAL)
    op.create_index(
        "ix_cases_to_hand_over", "cases", ["hand_over_at"], sqlite_where=TO_HAND_OVER, postgresql_where=TO_HAND_OVER
    )

    for name, table, column, where in WITH_WORDS:
        op.create_index(name, table, [column], sqlite_where=where, postgresql_where=where)


def _keys() -> None:
    op.create_table(
        "office_key",
        Column("id", Text, nullable=False),
        Column("agency", Text, nullable=False),
        Column("place", Text, nullable=False),
        Column("public", Text, nullable=False),
        Column("created_at", Instant, nullable=False),
        Column("retired_at", Instant),
        PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "uq_office_key_current",
        "office_key",
        ["agency", "place"],
        unique=True,
        sqlite_where=CURRENT,
        postgresql_where=CURRENT,
    )
    op.create_table(
        "personal_key",
        Column("account_id", Text, nullable=False),
        Column("public", Text, nullable=False),
        Column("wrapped", Text, nullable=False),
        Column("salt", Text, nullable=False),
        Column("version", Integer, nullable=False),
        PrimaryKeyConstraint("account_id"),
        ForeignKeyConstraint(["account_id"], ["account.id"]),
    )


def _holders() -> None:
    op.create_table(
        "office_member",
        Column("key_id", Text, nullable=False),
        Column("account_id", Text, nullable=False),
        Column("wrapped", Text, nullable=False),
        PrimaryKeyConstraint("key_id", "account_id"),
        ForeignKeyConstraint(["key_id"], ["office_key.id"]),
        ForeignKeyConstraint(["account_id"], ["account.id"]),
    )
    op.create_index("ix_office_member_account_id", "office_member", ["account_id"])
    op.create_table(
        "unlocked_session",
        Column("token_sha256", Text, nullable=False),
        Column("wrapped", Text, nullable=False),
        PrimaryKeyConstraint("token_sha256"),
        ForeignKeyConstraint(["token_sha256"], ["sign_in.token_sha256"], ondelete="CASCADE"),
    )


def downgrade() -> None:
    for name, table, *_ in WITH_WORDS:
        op.drop_index(name, table)
    for index in ("ix_cases_to_hand_over", "ix_cases_to_seal"):
        op.drop_index(index, "cases")
    for column in ("shredded_at", "hand_over_at", "sealed_version"):
        op.drop_column("cases", column)
    for table in ("pending_seal", "unlocked_session", "office_member", "personal_key", "office_key"):
        op.drop_table(table)
