"""Audience: groups, roles, fields, consent per purpose, imports, and the indexes by which people are counted."""

from alembic import op
from sqlalchemy import Boolean, Column, ForeignKey, Integer, Text, text

from gateway.store.schema.columns import Instant

revision = "0012"
down_revision = "0011"

PERSON = text("case_id IS NULL AND contact_id IS NOT NULL")
OF_CAMPAIGN = text("campaign_id IS NOT NULL")
AUDIENCE = ["district", "id", "language", "opted_in", "opted_out_at", "safety", "province"]
TABLES = ("import_flaw", "import_piece", "import_job", "contact_field", "contact_role", "group_member", "contact_group")


def upgrade() -> None:
    _people()
    _imports()
    op.create_index("ix_contact_audience", "contact", AUDIENCE)
    op.create_index("ix_contact_province", "contact", ["province"])
    op.create_index(
        "uq_consent_person",
        "consent",
        ["contact_id", "recipient", "purpose"],
        unique=True,
        sqlite_where=PERSON,
        postgresql_where=PERSON,
    )
    _index_campaigns("campaign_id", "state", "contact_id")


def _people() -> None:
    op.create_table(
        "contact_group",
        Column("id", Text, primary_key=True),
        Column("name", Text, nullable=False, unique=True),
        Column("created_at", Instant, nullable=False),
    )
    op.create_table(
        "group_member",
        Column("group_id", Text, ForeignKey("contact_group.id"), primary_key=True),
        Column("contact_id", Text, primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "contact_role",
        Column("role", Text, primary_key=True),
        Column("contact_id", Text, primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "contact_field",
        Column("contact_id", Text, primary_key=True),
        Column("name", Text, primary_key=True),
        Column("value_ct", Text, nullable=False),
        Column("characters", Integer, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_group_member_contact_id", "group_member", ["contact_id"])
    op.create_index("ix_contact_role_contact_id", "contact_role", ["contact_id"])


def _imports() -> None:
    counts = ("rows", "good", "flawed", "without_consent", "repeated", "done")
    op.create_table(
        "import_job",
        Column("id", Text, primary_key=True),
        *(
            Column(name, Text, nullable=False)
            for name in ("file_sha256", "name", "state", "format", "wording", "actor")
        ),
        Column("stored", Boolean, nullable=False),
        *(Column(name, Integer, nullable=False) for name in counts),
        Column("created_at", Instant, nullable=False),
        Column("moved_at", Instant, nullable=False),
        Column("refusal", Text),
    )
    op.create_index("ix_import_job_state", "import_job", ["state"])
    op.create_index("ix_import_job_file_sha256", "import_job", ["file_sha256"])
    op.create_table(
        "import_piece",
        Column("job_id", Text, ForeignKey("import_job.id"), primary_key=True),
        Column("number", Integer, primary_key=True, autoincrement=False),
        Column("bytes_ct", Text, nullable=False),
    )
    op.create_table(
        "import_flaw",
        Column("job_id", Text, ForeignKey("import_job.id"), primary_key=True),
        Column("line", Integer, primary_key=True, autoincrement=False),
        Column("column", Text, primary_key=True),
        Column("reason", Text, nullable=False),
        Column("cell_ct", Text, nullable=False),
        Column("repaired_ct", Text),
        Column("repaired_by", Text),
    )


def _index_campaigns(*columns: str) -> None:
    op.drop_index("ix_outbox_campaign", "outbox")
    op.create_index(
        "ix_outbox_campaign", "outbox", list(columns), sqlite_where=OF_CAMPAIGN, postgresql_where=OF_CAMPAIGN
    )


def downgrade() -> None:
    _index_campaigns("campaign_id", "state")
    for name, table in (
        ("uq_consent_person", "consent"),
        ("ix_contact_province", "contact"),
        ("ix_contact_audience", "contact"),
    ):
        op.drop_index(name, table)
    for table in TABLES:
        op.drop_table(table)
