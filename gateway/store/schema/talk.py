"""Tables of people and of what they write: contacts, sessions, timers, inbound texts."""

from sqlalchemy import JSON, BigInteger, Boolean, Column, ForeignKey, Index, Integer, Table, UniqueConstraint
from sqlalchemy import text as sql

from gateway.store.schema.columns import METADATA, instant, maybe_instant, maybe_text, text

CONTACT = Table(
    "contact",
    METADATA,
    text("id", primary_key=True),
    text("msisdn_ct"),
    text("msisdn_index", unique=True),
    maybe_text("language"),
    maybe_text("province"),
    maybe_text("district"),
    text("safety"),
    maybe_text("contact_ok"),
    Column("hours_from", Integer),
    Column("hours_to", Integer),
    maybe_text("safe_word_hash"),
    maybe_text("duress_hash"),
    Column("opted_in", Boolean, nullable=False),
    maybe_instant("opted_out_at"),
    Column("tags", JSON, nullable=False),
    instant("created_at"),
    instant("last_message_at"),
)

NUMBER_HEALTH = Table(
    "number_health",
    METADATA,
    text("contact_id", primary_key=True),
    Column("failures", Integer, nullable=False),
    instant("last_failure_at"),
    maybe_instant("dead_since"),
)
_DEAD = sql("dead_since IS NOT NULL")
Index("ix_number_health_dead", NUMBER_HEALTH.c.contact_id, sqlite_where=_DEAD, postgresql_where=_DEAD)

CONSENT = Table(
    "consent",
    METADATA,
    text("id", primary_key=True),
    maybe_text("contact_id"),
    maybe_text("case_id"),
    text("recipient"),
    text("purpose"),
    text("state"),
    text("wording"),
    text("wording_sha256"),
    text("language"),
    instant("at"),
    maybe_text("ground"),
    maybe_text("officer"),
    Index(None, "contact_id"),
    Index(None, "case_id"),
)
"""``ground`` and ``officer`` record why and by whom a case was forwarded without a yes."""

SESSION = Table(
    "session",
    METADATA,
    text("id", primary_key=True),
    Column("contact_id", ForeignKey("contact.id"), nullable=False, index=True),
    text("channel"),
    text("flow"),
    text("bundle"),
    text("step"),
    text("document_ct"),
    Column("foreground", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    instant("expires_at"),
    Index(None, "expires_at"),
)
# One running conversation answers a phone on a channel; the others are paused beneath it.
Index(
    "uq_session_foreground",
    SESSION.c.contact_id,
    SESSION.c.channel,
    unique=True,
    sqlite_where=sql("foreground"),
    postgresql_where=sql("foreground"),
)

TIMER = Table(
    "timer",
    METADATA,
    text("id", primary_key=True),
    text("session_id"),  # no foreign key: a turn starts its timers before its new session is stored
    text("kind"),
    Column("turn", Integer, nullable=False),
    instant("due_at"),
    UniqueConstraint("session_id", "kind"),
    Index(None, "due_at"),
)

INBOUND = Table(
    "inbound",
    METADATA,
    text("id", primary_key=True),
    text("channel"),
    text("dedupe_key"),
    Column("weak", Boolean, nullable=False),
    text("kind"),
    maybe_text("provider_id"),
    maybe_text("session_id"),
    maybe_text("contact_id"),
    maybe_text("body_ct"),
    text("body_mac"),
    instant("received_at"),
    text("state"),
    maybe_text("reply_ct"),
    maybe_text("reply_sha256"),
    maybe_text("bundle"),
    maybe_text("step"),
    Column("attempts", Integer, nullable=False),
    maybe_instant("settled_at"),
    maybe_text("language"),
    maybe_text("answered_bundle"),
    maybe_text("answered_step"),
    maybe_text("asked_sha256"),
    maybe_text("answers"),
    UniqueConstraint("channel", "dedupe_key"),
    Index(None, "received_at", "id"),
    Index(None, "contact_id"),
)
"""Bodies and replies are emptied by retention; the row and its key stay for ever.

``bundle`` and ``step``: where the conversation stands afterwards. ``answered_*``, ``language`` and ``asked_sha256``
(its first twelve characters): which version of which question the message answered, and in which words it was asked.
``answers``: the broadcast to which it is an answer; whoever asks for help, stops or names something else answers none.
"""

ANSWERS = sql("answers IS NOT NULL")
Index(
    "ix_inbound_answers",
    INBOUND.c.answers,
    INBOUND.c.contact_id,
    sqlite_where=ANSWERS,
    postgresql_where=ANSWERS,
)

TO_EMPTY = sql("(body_ct IS NOT NULL OR reply_ct IS NOT NULL)")
Index("ix_inbound_to_empty", INBOUND.c.received_at, sqlite_where=TO_EMPTY, postgresql_where=TO_EMPTY)

USSD_MEMORY = Table(
    "ussd_memory",
    METADATA,
    text("channel", primary_key=True),
    text("session_id", primary_key=True),
    text("msisdn_index", primary_key=True),
    Column("length", Integer, nullable=False),
    text("digest"),
    Column("typed", Integer, nullable=False),
    text("event"),
    Column("lost", Boolean, nullable=False),
    instant("seen_at"),
    Index(None, "seen_at"),
)

SMPP_ARRIVAL = Table(
    "smpp_arrival",
    METADATA,
    text("channel", primary_key=True),
    text("bind", primary_key=True),
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    text("group_key"),
    text("origin"),
    text("content"),
    Column("reference", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    maybe_text("body_ct"),
    instant("at"),
    Column("repeated", Boolean, nullable=False),
    Column("settled", Boolean, nullable=False),
    Index(None, "channel", "content"),
    Index(None, "channel", "group_key"),
    Index(None, "at"),
)
"""One row a delivery over a bind; ``repeated`` once a later bind's delivery was taken for it."""
