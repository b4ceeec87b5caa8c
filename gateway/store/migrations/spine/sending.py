"""Tables of what goes out, as revision 0001 makes them."""

from alembic import op
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
)

from gateway.store.migrations.spine.parts import NUMBERED, partial_index
from gateway.store.schema.columns import Instant

TABLES = (
    "outbox",
    "delivery_attempt",
    "delivery_receipt",
    "delivery_part",
    "campaign",
    "recipient",
    "spend",
)


def create() -> None:
    """Make the tables with their indexes."""
    _outbox()
    _outbox_indexes()
    _delivery_attempt()
    _delivery_receipt()
    _delivery_part()
    _campaign()
    _recipient()
    _spend()


def _outbox() -> None:
    op.create_table(
        "outbox",
        Column("id", Text, nullable=False),
        Column("idempotency_key", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("lane", Text, nullable=False),
        Column("channel", Text, nullable=False),
        Column("contact_id", Text, nullable=False),
        Column("body_ct", Text),
        Column("created_at", Instant, nullable=False),
        Column("not_before", Instant, nullable=False),
        Column("not_after", Instant, nullable=False),
        Column("state", Text, nullable=False),
        Column("rank", Integer, nullable=False),
        Column("reason", Text),
        Column("language", Text, nullable=False),
        Column("content_id", Text),
        Column("bundle", Text),
        Column("text_sha256", Text),
        Column("segments", Integer, nullable=False),
        Column("case_id", Text),
        Column("step_id", Text),
        Column("campaign_id", Text),
        Column("attempts", Integer, nullable=False),
        Column("copies", Integer, nullable=False),
        Column("claim_no", Integer, nullable=False),
        Column("claim_owner", Text),
        Column("claimed_at", Instant),
        Column("claim_until", Instant),
        Column("doubtful", Boolean, nullable=False),
        Column("provider_id", Text),
        Column("provider_code", Text),
        Column("moved_at", Instant, nullable=False),
        Column("settled_at", Instant),
        PrimaryKeyConstraint("id"),
        UniqueConstraint("idempotency_key"),
    )


def _outbox_indexes() -> None:
    partial_index("ix_outbox_campaign", "outbox", ["campaign_id", "state"], "campaign_id IS NOT NULL")
    partial_index("ix_outbox_case", "outbox", ["case_id", "created_at"], "case_id IS NOT NULL")
    partial_index("ix_outbox_claimed", "outbox", ["claim_until"], "state = 'claimed'")
    op.create_index("ix_outbox_contact_id_created_at", "outbox", ["contact_id", "created_at"])
    op.create_index("ix_outbox_created_at_id", "outbox", ["created_at", "id"])
    partial_index(
        "ix_outbox_due", "outbox", ["lane", "not_before", "id"], "state IN ('queued', 'wait_retry', 'ambiguous')"
    )
    partial_index("ix_outbox_provider", "outbox", ["provider_id"], "provider_id IS NOT NULL")
    partial_index("ix_outbox_silent", "outbox", ["moved_at"], "state IN ('accepted', 'sent')")
    partial_index("ix_outbox_step", "outbox", ["step_id"], "step_id IS NOT NULL")


def _delivery_attempt() -> None:
    op.create_table(
        "delivery_attempt",
        Column("id", NUMBERED, nullable=False),
        Column("outbox_id", Text, nullable=False),
        Column("claim_no", Integer, nullable=False),
        Column("channel", Text, nullable=False),
        Column("started_at", Instant, nullable=False),
        Column("ended_at", Instant, nullable=False),
        Column("outcome", Text, nullable=False),
        Column("provider_id", Text),
        Column("detail", Text, nullable=False),
        PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_delivery_attempt_outbox_id", "delivery_attempt", ["outbox_id"])
    op.create_index("ix_delivery_attempt_provider_id", "delivery_attempt", ["provider_id"])


def _delivery_receipt() -> None:
    op.create_table(
        "delivery_receipt",
        Column("id", NUMBERED, nullable=False),
        Column("channel", Text, nullable=False),
        Column("receipt_key", Text, nullable=False),
        Column("message_id", Text),
        Column("provider_id", Text),
        Column("status_word", Text, nullable=False),
        Column("state", Text),
        Column("code", Text),
        Column("part", Integer),
        Column("opted_out", Boolean, nullable=False),
        Column("at", Instant, nullable=False),
        PrimaryKeyConstraint("id"),
        UniqueConstraint("channel", "receipt_key"),
    )
    op.create_index("ix_delivery_receipt_message_id", "delivery_receipt", ["message_id"])
    op.create_index("ix_delivery_receipt_provider_id", "delivery_receipt", ["provider_id"])


def _delivery_part() -> None:
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


def _campaign() -> None:
    op.create_table(
        "campaign",
        Column("id", Text, nullable=False),
        Column("name", Text, nullable=False),
        Column("state", Text, nullable=False),
        Column("texts", Text, nullable=False),
        Column("rule", Text, nullable=False),
        Column("channel", Text, nullable=False),
        Column("starts_at", Instant),
        Column("not_after", Instant),
        Column("author", Text, nullable=False),
        Column("created_at", Instant, nullable=False),
        Column("submitted_by", Text),
        Column("approved_by", Text),
        Column("approved_hash", Text),
        Column("purpose", Text, nullable=False),
        Column("rate", Integer, nullable=False),
        Column("version", Integer, nullable=False),
        Column("planned_at", Instant),
        Column("finished_at", Instant),
        PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_campaign_state", "campaign", ["state"])


def _recipient() -> None:
    op.create_table(
        "recipient",
        Column("campaign_id", Text, nullable=False),
        Column("contact_id", Text, nullable=False),
        Column("language", Text, nullable=False),
        Column("state", Text, nullable=False),
        PrimaryKeyConstraint("campaign_id", "contact_id"),
        ForeignKeyConstraint(["campaign_id"], ["campaign.id"]),
        sqlite_with_rowid=False,
    )
    partial_index(
        "ix_recipient_planned", "recipient", ["campaign_id", "state", "contact_id", "language"], "state = 'planned'"
    )


def _spend() -> None:
    op.create_table(
        "spend",
        Column("day", Date, nullable=False),
        Column("lane", Text, nullable=False),
        Column("reserved", BigInteger, nullable=False),
        Column("spent", BigInteger, nullable=False),
        PrimaryKeyConstraint("day", "lane"),
    )
