"""Audit that is pruned only behind a sealed checkpoint, and legal holds."""

from alembic import op
from sqlalchemy import BigInteger, Column, ForeignKey, Integer, Text

from gateway.store.schema.columns import Instant

revision = "0016"
down_revision = "0015"

REFUSAL = "the audit is append-only"
SQLITE_FORMER = (
    "DROP TRIGGER audit_no_delete",
    f"CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
)
SQLITE_GUARDS = (
    "DROP TRIGGER audit_no_delete",
    "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit "
    "WHEN OLD.seq > coalesce((SELECT max(seq) FROM audit_checkpoint), 0) "
    f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
    "CREATE TRIGGER audit_checkpoint_no_update BEFORE UPDATE ON audit_checkpoint "
    f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
    "CREATE TRIGGER audit_checkpoint_no_delete BEFORE DELETE ON audit_checkpoint "
    f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
)
POSTGRES_FORMER = (
    "DROP TRIGGER audit_no_delete ON audit",
    "DROP FUNCTION audit_is_kept()",
    "DROP TRIGGER audit_no_change ON audit",
    "CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
    "FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()",
)
POSTGRES_GUARDS = (
    "DROP TRIGGER audit_no_change ON audit",
    "CREATE TRIGGER audit_no_change BEFORE UPDATE OR TRUNCATE ON audit "
    "FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()",
    f"""
    CREATE FUNCTION audit_is_kept() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN
      IF OLD.seq > coalesce((SELECT max(seq) FROM audit_checkpoint), 0) THEN RAISE EXCEPTION '{REFUSAL}'; END IF;
      RETURN OLD;
    END $$
    """,
    "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_is_kept()",
    "CREATE TRIGGER audit_checkpoint_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_checkpoint "
    "FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()",
)


def upgrade() -> None:
    op.create_table(
        "audit_checkpoint",
        Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
        Column("mac", Text, nullable=False),
        Column("rows", Integer, nullable=False),
        Column("at", Instant, nullable=False),
        Column("previous", Text, nullable=False),
        Column("seal", Text, nullable=False),
    )
    op.create_table(
        "legal_hold",
        Column("id", Text, primary_key=True),
        Column("case_id", Text, ForeignKey("cases.id"), nullable=False),
        Column("state", Text, nullable=False),
        Column("version", Integer, nullable=False),
        Column("reason_ct", Text, nullable=False),
        Column("asked_by", Text, nullable=False),
        Column("asked_at", Instant, nullable=False),
        Column("agreed_by", Text),
        Column("agreed_at", Instant),
        Column("lift_reason_ct", Text),
        Column("lift_asked_by", Text),
        Column("lift_asked_at", Instant),
        Column("ended_by", Text),
        Column("ended_at", Instant),
    )
    op.create_index("ix_legal_hold_case_id", "legal_hold", ["case_id"])
    for guard in SQLITE_GUARDS if _sqlite() else POSTGRES_GUARDS:
        op.execute(guard)


def downgrade() -> None:
    for guard in SQLITE_FORMER if _sqlite() else POSTGRES_FORMER:
        op.execute(guard)
    op.drop_table("legal_hold")
    op.drop_table("audit_checkpoint")


def _sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"
