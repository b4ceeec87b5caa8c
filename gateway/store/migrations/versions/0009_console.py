"""Who comes in: second factors, invitations, alarms; why something was read; lists of cases by province."""

from alembic import op
from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, PrimaryKeyConstraint, Text, text

from gateway.store.schema.columns import Instant

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("sign_in", Column("confirmed_at", Instant))
    op.add_column("audit", Column("why_ct", Text))
    op.create_index("ix_audit_actor_at", "audit", ["actor", "at"])
    op.create_index("ix_cases_province_opened_at", "cases", ["province", "opened_at"])
    op.create_index(
        "ix_cases_waiting",
        "cases",
        ["acknowledged_at", "level", "opened_at", "id", "province", "district", "local_excluded", "duress"],
        sqlite_where=text("state <> 'closed'"),
        postgresql_where=text("state <> 'closed'"),
    )
    due = text("state = 'due'")
    op.create_index("ix_escalation_next", "escalation", ["case_id", "due_at"], sqlite_where=due, postgresql_where=due)
    op.create_table(
        "second_factor",
        Column("account_id", Text, nullable=False),
        Column("secret_ct", Text, nullable=False),
        Column("enrolled_at", Instant),
        Column("used_step", BigInteger),
        PrimaryKeyConstraint("account_id"),
        ForeignKeyConstraint(["account_id"], ["account.id"]),
    )
    op.create_table(
        "invitation",
        Column("token_sha256", Text, nullable=False),
        Column("account_id", Text, nullable=False),
        Column("created_at", Instant, nullable=False),
        Column("expires_at", Instant, nullable=False),
        Column("used_at", Instant),
        PrimaryKeyConstraint("token_sha256"),
        ForeignKeyConstraint(["account_id"], ["account.id"]),
    )
    op.create_index("ix_invitation_account_id", "invitation", ["account_id"])
    op.create_table(
        "alarm",
        Column("id", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("subject", Text, nullable=False),
        Column("at", Instant, nullable=False),
        Column("seen_by", Text),
        Column("seen_at", Instant),
        PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_alarm_at", "alarm", ["at"])


def downgrade() -> None:
    op.drop_table("alarm")
    op.drop_table("invitation")
    op.drop_table("second_factor")
    op.drop_index("ix_escalation_next", "escalation")
    op.drop_index("ix_cases_waiting", "cases")
    op.drop_index("ix_cases_province_opened_at", "cases")
    op.drop_index("ix_audit_actor_at", "audit")
    op.drop_column("audit", "why_ct")
    op.drop_column("sign_in", "confirmed_at")
