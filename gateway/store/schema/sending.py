"""Tables of what goes out: the outbox, its attempts and receipts, campaigns and their recipients, money."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    Table,
    UniqueConstraint,
    false,
)
from sqlalchemy import (
    text as sql,
)

from gateway.store.schema.columns import METADATA, instant, maybe_instant, maybe_text, text

_NUMBERED = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers rows by itself only for INTEGER

OUTBOX = Table(
    "outbox",
    METADATA,
    text("id", primary_key=True),
    text("idempotency_key", unique=True),
    text("kind"),
    text("lane"),
    text("channel"),
    text("contact_id"),
    maybe_text("body_ct"),
    instant("created_at"),
    instant("not_before"),
    instant("not_after"),
    text("state"),
    Column("rank", Integer, nullable=False),
    maybe_text("reason"),
    text("language"),
    maybe_text("content_id"),
    maybe_text("bundle"),
    maybe_text("text_sha256"),
    Column("segments", Integer, nullable=False),
    maybe_text("case_id"),
    maybe_text("step_id"),
    maybe_text("campaign_id"),
    Column("attempts", Integer, nullable=False),
    Column("copies", Integer, nullable=False),
    Column("claim_no", Integer, nullable=False),
    maybe_text("claim_owner"),
    maybe_instant("claimed_at"),
    maybe_instant("claim_until"),
    Column("doubtful", Boolean, nullable=False),
    maybe_text("provider_id"),
    maybe_text("provider_code"),
    instant("moved_at"),
    maybe_instant("settled_at"),
    maybe_text("flow_step"),
    Index(None, "created_at", "id"),
    Index(None, "contact_id", "created_at"),
)
"""``rank`` belongs to ``state`` (gateway/delivery/life.py) and makes a receipt one conditional update.

``attempts``: passed to a provider; ``copies``: of those, how many may have arrived.
"""


def _partial(name: str, condition: str, *columns: str) -> None:
    """Index only the rows that anybody looks for: most rows are settled, and settle once."""
    Index(name, *(OUTBOX.c[column] for column in columns), sqlite_where=sql(condition), postgresql_where=sql(condition))


_partial("ix_outbox_due", "state IN ('queued', 'wait_retry', 'ambiguous')", "lane", "not_before", "id")
_partial("ix_outbox_claimed", "state = 'claimed'", "claim_until")
_partial("ix_outbox_silent", "state IN ('accepted', 'sent')", "moved_at")
_partial(
    "ix_outbox_failed_alert",
    "kind = 'alert' AND state IN ('undelivered', 'expired', 'rejected', 'failed')",
    "moved_at",
)
_partial("ix_outbox_to_empty", "body_ct IS NOT NULL", "created_at")
_partial("ix_outbox_case", "case_id IS NOT NULL", "case_id", "created_at")
_partial("ix_outbox_step", "step_id IS NOT NULL", "step_id")
_partial("ix_outbox_campaign", "campaign_id IS NOT NULL", "campaign_id", "state", "contact_id")
_partial("ix_outbox_provider", "provider_id IS NOT NULL", "provider_id")

DELIVERY_ATTEMPT = Table(
    "delivery_attempt",
    METADATA,
    Column("id", _NUMBERED, primary_key=True),
    text("outbox_id"),
    Column("claim_no", Integer, nullable=False),
    text("channel"),
    instant("started_at"),
    instant("ended_at"),
    text("outcome"),
    maybe_text("provider_id"),
    text("detail"),
    Index(None, "outbox_id"),
    Index(None, "provider_id"),
)

DELIVERY_RECEIPT = Table(
    "delivery_receipt",
    METADATA,
    Column("id", _NUMBERED, primary_key=True),
    text("channel"),
    text("receipt_key"),
    maybe_text("message_id"),
    maybe_text("provider_id"),
    text("status_word"),
    maybe_text("state"),
    maybe_text("code"),
    Column("part", Integer),
    Column("opted_out", Boolean, nullable=False),
    Column("dead_number", Boolean, nullable=False),
    instant("at"),
    UniqueConstraint("channel", "receipt_key"),
    Index(None, "provider_id"),
    Index(None, "message_id"),
)

DELIVERY_PART = Table(
    "delivery_part",
    METADATA,
    text("outbox_id", primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("total", Integer, nullable=False),
    text("channel"),
    maybe_text("provider_id"),
    text("state"),
    Column("rank", Integer, nullable=False),
    Index(None, "provider_id"),
)
"""Parts of a text that the gateway itself has cut, as far as a provider took them; each gets its own receipts."""

CAMPAIGN = Table(
    "campaign",
    METADATA,
    text("id", primary_key=True),
    text("name"),
    text("state"),
    text("texts"),
    text("rule"),
    text("channel"),
    maybe_instant("starts_at"),
    text("author"),
    instant("created_at"),
    maybe_text("submitted_by"),
    maybe_text("approved_by"),
    maybe_text("approved_hash"),
    text("purpose"),
    Column("version", Integer, nullable=False),
    maybe_instant("finished_at"),
    text("plan", server_default="{}"),
    maybe_text("series"),
    Column("kept", Boolean, nullable=False, server_default=false()),
    maybe_instant("first_passed_at"),
    Column("seen_gone", Integer, nullable=False, server_default="0"),
    Column("seen_failed", Integer, nullable=False, server_default="0"),
    maybe_text("paused_for"),
    maybe_text("sent_back_by"),
    maybe_text("sent_back_why"),
    maybe_instant("started_at"),
    Index(None, "state"),
)
"""What the columns from ``kept`` on hold is said at gateway.ports.campaign_book."""

RECIPIENT = Table(
    "recipient",
    METADATA,
    Column("campaign_id", ForeignKey("campaign.id"), primary_key=True),
    text("contact_id", primary_key=True),
    text("language"),
    text("state"),
    sqlite_with_rowid=False,  # the key is the row: a million of them are planned in order
)
Index(
    "ix_recipient_planned",
    RECIPIENT.c.campaign_id,
    RECIPIENT.c.state,  # one word only, but with it the index is a better match than the key,
    RECIPIENT.c.contact_id,
    RECIPIENT.c.language,  # and with this it holds all that is asked for
    sqlite_where=sql("state = 'planned'"),
    postgresql_where=sql("state = 'planned'"),
)

SPEND = Table(
    "spend",
    METADATA,
    Column("day", Date, primary_key=True),
    text("lane", primary_key=True),
    Column("reserved", BigInteger, nullable=False),
    Column("spent", BigInteger, nullable=False),
)
