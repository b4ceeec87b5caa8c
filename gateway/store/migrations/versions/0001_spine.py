"""The first schema: everything that safety needs to be true on disk, and the audit that nobody can rewrite."""

from alembic import op

from gateway.store.migrations.spine import casework, desk, sending, simulation, talk

revision = "0001"
down_revision = None

GROUPS = (talk, casework, sending, desk, simulation)

SQLITE_GUARDS = (
    "CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END",
    "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END",
)
POSTGRES_GUARDS = (
    """
    CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the audit is append-only'; END $$
    """,
    """
    CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()
    """,
)


def upgrade() -> None:
    for group in GROUPS:
        group.create()
    for guard in SQLITE_GUARDS if _sqlite() else POSTGRES_GUARDS:
        op.execute(guard)


def downgrade() -> None:
    for group in reversed(GROUPS):
        for table in reversed(group.TABLES):
            op.drop_table(table)
    if not _sqlite():
        op.execute("DROP FUNCTION audit_is_append_only()")


def _sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"
