"""Tables of people and of what they write, as revision 0001 makes them."""

from alembic import op
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
)

from gateway.store.migrations.spine.parts import partial_index
from gateway.store.schema.columns import Instant

TABLES = (
    "contact",
    "consent",
    "session",
    "timer",
    "inbound",
    "ussd_memory",
    "smpp_arrival",
)


def create() -> None:
    """Make the tables with their indexes."""
    _contact()
    _consent()
    _session()
    _timer()
    _inbound()
    _ussd_memory()
    _smpp_arrival()


def _contact() -> None:
    op.create_table(
        "contact",
        Column("id", Text, nullable=False),
        Column("msisdn_ct", Text, nullable=False),
        Column("msisdn_index", Text, nullable=False),
        Column("language", Text),
        Column("province", Text),
        Column("district", Text),
        Column("safety", Text, nullable=False),
        Column("contact_ok", Text),
        Column("hours_from", Integer),
        Column("hours_to", Integer),
        Column("safe_word_hash", Text),
        Column("duress_hash", Text),
        Column("opted_in", Boolean, nullable=False),
        Column("opted_out_at", Instant),
        Column("tags", JSON, nullable=False),
        Column("created_at", Instant, nullable=False),
        Column("last_message_at", Instant, nullable=False),
        PrimaryKeyConstraint("id"),
        UniqueConstraint("msisdn_index"),
    )


def _consent() -> None:
    op.create_table(
        "consent",
        Column("id", Text, nullable=False),
        Column("contact_id", Text),
        Column("case_id", Text),
        Column("recipient", Text, nullable=False),
        Column("purpose", Text, nullable=False),
        Column("state", Text, nullable=False),
        Column("wording", Text, nullable=False),
        Column("wording_sha256", Text, nullable=False),
        Column("language", Text, nullable=False),
        Column("at", Instant, nullable=False),
        Column("ground", Text),
        Column("officer", Text),
        PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_consent_case_id", "consent", ["case_id"])
    op.create_index("ix_consent_contact_id", "consent", ["contact_id"])


def _session() -> None:
    op.create_table(
        "session",
        Column("id", Text, nullable=False),
        Column("contact_id", Text, nullable=False),
        Column("channel", Text, nullable=False),
        Column("flow", Text, nullable=False),
        Column("bundle", Text, nullable=False),
        Column("step", Text, nullable=False),
        Column("document_ct", Text, nullable=False),
        Column("foreground", Boolean, nullable=False),
        Column("version", Integer, nullable=False),
        Column("expires_at", Instant, nullable=False),
        PrimaryKeyConstraint("id"),
        ForeignKeyConstraint(["contact_id"], ["contact.id"]),
    )
    op.create_index("ix_session_contact_id", "session", ["contact_id"])
    op.create_index("ix_session_expires_at", "session", ["expires_at"])
    partial_index("uq_session_foreground", "session", ["contact_id", "channel"], "foreground", unique=True)


def _timer() -> None:
    op.create_table(
        "timer",
        Column("id", Text, nullable=False),
        Column("session_id", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("turn", Integer, nullable=False),
        Column("due_at", Instant, nullable=False),
        PrimaryKeyConstraint("id"),
        UniqueConstraint("session_id", "kind"),
    )
    op.create_index("ix_timer_due_at", "timer", ["due_at"])


def _inbound() -> None:
    op.create_table(
        "inbound",
        Column("id", Text, nullable=False),
        Column("channel", Text, nullable=False),
        Column("dedupe_key", Text, nullable=False),
        Column("weak", Boolean, nullable=False),
        Column("kind", Text, nullable=False),
        Column("provider_id", Text),
        Column("session_id", Text),
        Column("contact_id", Text),
        Column("body_ct", Text),
        Column("body_mac", Text, nullable=False),
        Column("received_at", Instant, nullable=False),
        Column("state", Text, nullable=False),
        Column("reply_ct", Text),
        Column("reply_sha256", Text),
        Column("bundle", Text),
        Column("step", Text),
        Column("attempts", Integer, nullable=False),
        Column("settled_at", Instant),
        PrimaryKeyConstraint("id"),
        UniqueConstraint("channel", "dedupe_key"),
    )
    op.create_index("ix_inbound_contact_id", "inbound", ["contact_id"])
    op.create_index("ix_inbound_received_at_id", "inbound", ["received_at", "id"])


def _ussd_memory() -> None:
    op.create_table(
        "ussd_memory",
        Column("channel", Text, nullable=False),
        Column("session_id", Text, nullable=False),
        Column("msisdn_index", Text, nullable=False),
        Column("length", Integer, nullable=False),
        Column("digest", Text, nullable=False),
        Column("typed", Integer, nullable=False),
        Column("event", Text, nullable=False),
        Column("lost", Boolean, nullable=False),
        Column("seen_at", Instant, nullable=False),
        PrimaryKeyConstraint("channel", "session_id", "msisdn_index"),
    )
    op.create_index("ix_ussd_memory_seen_at", "ussd_memory", ["seen_at"])


def _smpp_arrival() -> None:
    op.create_table(
        "smpp_arrival",
        Column("channel", Text, nullable=False),
        Column("bind", Text, nullable=False),
        Column("sequence", BigInteger, nullable=False),
        Column("group_key", Text, nullable=False),
        Column("origin", Text, nullable=False),
        Column("content", Text, nullable=False),
        Column("reference", Integer, nullable=False),
        Column("total", Integer, nullable=False),
        Column("number", Integer, nullable=False),
        Column("body_ct", Text),
        Column("at", Instant, nullable=False),
        Column("repeated", Boolean, nullable=False),
        Column("settled", Boolean, nullable=False),
        PrimaryKeyConstraint("channel", "bind", "sequence"),
    )
    op.create_index("ix_smpp_arrival_at", "smpp_arrival", ["at"])
    op.create_index("ix_smpp_arrival_channel_content", "smpp_arrival", ["channel", "content"])
    op.create_index("ix_smpp_arrival_channel_group_key", "smpp_arrival", ["channel", "group_key"])
