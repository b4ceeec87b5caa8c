"""Tables of cases and their escalation, as revision 0001 makes them."""

from alembic import op
from sqlalchemy import Boolean, Column, ForeignKeyConstraint, Integer, PrimaryKeyConstraint, Text, UniqueConstraint

from gateway.store.migrations.spine.parts import partial_index
from gateway.store.schema.columns import Instant

TABLES = (
    "cases",
    "case_entry",
    "case_event",
    "case_post",
    "escalation",
    "wrong_try",
)


def create() -> None:
    """Make the tables with their indexes."""
    _cases()
    _case_entry()
    _case_event()
    _case_post()
    _escalation()
    _wrong_try()


def _cases() -> None:
    op.create_table(
        "cases",
        Column("id", Text, nullable=False),
        Column("code", Text),
        Column("state", Text, nullable=False),
        Column("level", Text, nullable=False),
        Column("rule", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("channel", Text, nullable=False),
        Column("language", Text, nullable=False),
        Column("contact_id", Text),
        Column("answers_ct", Text, nullable=False),
        Column("opened_at", Instant, nullable=False),
        Column("last_answer_at", Instant, nullable=False),
        Column("what", Text),
        Column("country", Text),
        Column("province", Text),
        Column("district", Text),
        Column("danger_at", Instant),
        Column("routed_at", Instant),
        Column("released_at", Instant),
        Column("acknowledged_at", Instant),
        Column("acknowledged_by", Text),
        Column("acted_at", Instant),
        Column("closed_at", Instant),
        Column("outcome", Text),
        Column("pin_fingerprint", Text),
        Column("local_excluded", Boolean, nullable=False),
        Column("duress", Boolean, nullable=False),
        Column("ladder_round", Integer, nullable=False),
        Column("paused_until", Instant),
        Column("handed_over_at", Instant),
        Column("deidentified_at", Instant),
        Column("version", Integer, nullable=False),
        PrimaryKeyConstraint("id"),
        UniqueConstraint("code"),
    )
    op.create_index("ix_cases_contact_id_opened_at", "cases", ["contact_id", "opened_at"])
    op.create_index("ix_cases_district_opened_at", "cases", ["district", "opened_at"])
    partial_index("ix_cases_open", "cases", ["contact_id"], "state <> 'closed'")
    op.create_index("ix_cases_opened_at_id", "cases", ["opened_at", "id"])


def _case_entry() -> None:
    op.create_table(
        "case_entry",
        Column("id", Text, nullable=False),
        Column("case_id", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("sealed", Text, nullable=False),
        Column("author", Text, nullable=False),
        Column("at", Instant, nullable=False),
        PrimaryKeyConstraint("id"),
        ForeignKeyConstraint(["case_id"], ["cases.id"]),
    )
    op.create_index("ix_case_entry_case_id_at", "case_entry", ["case_id", "at"])


def _case_event() -> None:
    op.create_table(
        "case_event",
        Column("id", Text, nullable=False),
        Column("case_id", Text, nullable=False),
        Column("at", Instant, nullable=False),
        Column("actor", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("detail", Text, nullable=False),
        PrimaryKeyConstraint("id"),
        ForeignKeyConstraint(["case_id"], ["cases.id"]),
    )
    op.create_index("ix_case_event_case_id_at", "case_event", ["case_id", "at"])


def _case_post() -> None:
    op.create_table(
        "case_post",
        Column("case_id", Text, nullable=False),
        Column("post_id", Text, nullable=False),
        Column("alerted_at", Instant, nullable=False),
        PrimaryKeyConstraint("case_id", "post_id"),
        ForeignKeyConstraint(["case_id"], ["cases.id"]),
    )
    op.create_index("ix_case_post_post_id", "case_post", ["post_id"])


def _escalation() -> None:
    op.create_table(
        "escalation",
        Column("id", Text, nullable=False),
        Column("case_id", Text, nullable=False),
        Column("name", Text, nullable=False),
        Column("round", Integer, nullable=False),
        Column("due_at", Instant, nullable=False),
        Column("state", Text, nullable=False),
        Column("claim_no", Integer, nullable=False),
        PrimaryKeyConstraint("id"),
        UniqueConstraint("case_id", "name", "round"),
        ForeignKeyConstraint(["case_id"], ["cases.id"]),
    )
    partial_index("ix_escalation_due", "escalation", ["due_at"], "state = 'due'")


def _wrong_try() -> None:
    op.create_table(
        "wrong_try",
        Column("id", Integer, nullable=False),
        Column("subject", Text, nullable=False),
        Column("at", Instant, nullable=False),
        PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_wrong_try_subject_at", "wrong_try", ["subject", "at"])
