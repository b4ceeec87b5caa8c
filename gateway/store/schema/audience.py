"""Tables of who may be written to: groups, roles in the cascade, fields, and the imports they come from."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table
from sqlalchemy import text as sql

from gateway.store.schema.columns import METADATA, instant, maybe_text, text
from gateway.store.schema.talk import CONSENT, CONTACT

CONTACT_GROUP = Table(
    "contact_group", METADATA, text("id", primary_key=True), text("name", unique=True), instant("created_at")
)

GROUP_MEMBER = Table(
    "group_member",
    METADATA,
    Column("group_id", ForeignKey("contact_group.id"), primary_key=True),
    text("contact_id", primary_key=True),
    Index(None, "contact_id"),
    sqlite_with_rowid=False,
)

CONTACT_ROLE = Table(
    "contact_role",
    METADATA,
    text("role", primary_key=True),
    text("contact_id", primary_key=True),
    Index(None, "contact_id"),
    sqlite_with_rowid=False,
)

CONTACT_FIELD = Table(
    "contact_field",
    METADATA,
    text("contact_id", primary_key=True),
    text("name", primary_key=True),
    text("value_ct"),
    Column("characters", Integer, nullable=False),
    sqlite_with_rowid=False,
)
"""Name and village of somebody, sealed: for whoever looks at the list, never for a text; ``characters`` as written."""

# All that a head count asks of somebody, so that it reads one index and no row with its sealed number.
Index(
    "ix_contact_audience",
    CONTACT.c.district,
    CONTACT.c.id,
    CONTACT.c.language,
    CONTACT.c.opted_in,
    CONTACT.c.opted_out_at,
    CONTACT.c.safety,
    CONTACT.c.province,
)
Index("ix_contact_province", CONTACT.c.province)
_OF_PERSON = sql("case_id IS NULL AND contact_id IS NOT NULL")
Index(
    "uq_consent_person",
    CONSENT.c.contact_id,
    CONSENT.c.recipient,
    CONSENT.c.purpose,
    unique=True,
    sqlite_where=_OF_PERSON,
    postgresql_where=_OF_PERSON,
)

IMPORT_JOB = Table(
    "import_job",
    METADATA,
    text("id", primary_key=True),
    text("file_sha256"),
    text("name"),
    text("state"),
    text("format"),
    text("wording"),
    text("actor"),
    Column("stored", Boolean, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("good", Integer, nullable=False),
    Column("flawed", Integer, nullable=False),
    Column("without_consent", Integer, nullable=False),
    Column("repeated", Integer, nullable=False),
    Column("unchanged", Integer, nullable=False, server_default="0"),
    Column("done", Integer, nullable=False),
    instant("created_at"),
    instant("moved_at"),
    maybe_text("refusal"),
    Index(None, "state"),
    Index(None, "file_sha256"),
)
"""One file; ``done``: rows already taken. ``stored``: its bytes lie in ``import_piece``, else on somebody's disk."""

IMPORT_PIECE = Table(
    "import_piece",
    METADATA,
    Column("job_id", ForeignKey("import_job.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    text("bytes_ct"),
)

IMPORT_FLAW = Table(
    "import_flaw",
    METADATA,
    Column("job_id", ForeignKey("import_job.id"), primary_key=True),
    Column("line", Integer, primary_key=True, autoincrement=False),
    text("column", primary_key=True),
    text("reason"),
    text("cell_ct"),
    maybe_text("repaired_ct"),
    maybe_text("repaired_by"),
)
"""A cell that nobody can read, and what somebody typed instead; both may be numbers, so both are sealed."""
