"""Tables of those who answer and of the installation: posts, hotlines, accounts, audit, duties."""

from sqlalchemy import JSON, BigInteger, Boolean, Column, Date, Float, ForeignKey, Index, Integer, Table
from sqlalchemy import text as sql

from gateway.store.schema.columns import METADATA, instant, maybe_instant, maybe_text, text

AGENCY = Table(
    "agency",
    METADATA,
    text("code", primary_key=True),
    text("house"),
    maybe_text("word"),
    Column("names", JSON, nullable=False),
    maybe_instant("suspended_at"),
)

POST = Table(
    "post",
    METADATA,
    text("id", primary_key=True),
    text("agency"),
    text("level"),
    maybe_text("place"),
    Column("duty_order", Integer, nullable=False),
    text("state"),
    Column("on_duty", Boolean, nullable=False),
    maybe_instant("answered_at"),
    Column("misses", Integer, nullable=False),
    maybe_instant("until"),
    Column("courses", JSON, nullable=False),
    maybe_instant("asked_at"),
    Column("shifts", JSON, nullable=False, server_default="[]"),
    Column("taken_over", JSON, nullable=False, server_default="[]"),
    Column("given_away", JSON, nullable=False, server_default="[]"),
    Index(None, "level", "place"),
)

POST_HOLDER = Table(
    "post_holder",
    METADATA,
    text("id", primary_key=True),
    Column("post_id", ForeignKey("post.id"), nullable=False, index=True),
    Column("contact_id", ForeignKey("contact.id"), nullable=False, index=True),
    text("name_ct"),
    text("language"),
    instant("held_from"),
    maybe_instant("held_to"),
    maybe_text("pin_fingerprint"),
)
Index(
    "uq_post_holder_present",
    POST_HOLDER.c.post_id,
    unique=True,
    sqlite_where=sql("held_to IS NULL"),
    postgresql_where=sql("held_to IS NULL"),
)

HAND_OVER = Table(
    "hand_over",
    METADATA,
    text("id", primary_key=True),
    text("code", unique=True),
    Column("posts", JSON, nullable=False),
    maybe_text("leaver_id"),
    text("state"),
    text("asked_by"),
    instant("asked_at"),
    text("name_ct"),
    maybe_instant("until"),
    maybe_text("approved_by"),
    maybe_text("key_fingerprint"),
    maybe_instant("key_expires_at"),
    maybe_text("successor_id"),
    maybe_instant("acts_at"),
    Index(None, "state", "asked_at"),
)

SWAP = Table(
    "swap",
    METADATA,
    text("id", primary_key=True),
    text("code", unique=True),
    text("asker"),
    text("colleague"),
    text("gives"),
    maybe_text("gets"),
    text("asked_by"),
    instant("asked_at"),
    instant("until"),
    text("state"),
    Index(None, "state", "until"),
)
"""A turn that one post asks another to take; what was accepted stands with the posts."""

HOTLINE = Table(
    "hotline",
    METADATA,
    text("id", primary_key=True),
    text("country"),
    text("number"),
    text("owner"),
    text("purposes"),
    text("hours"),
    text("toll_free"),
    text("languages"),
    text("audience"),
    text("source"),
    text("source_year"),
    text("confidence"),
    text("note"),
    Column("nationals_only", Boolean, nullable=False),
    Column("recorded", Boolean, nullable=False),
    text("verified_by"),
    Column("verified_on", Date),
    Column("expires", Date),
)
"""``purposes`` and ``languages`` are words with a space between them."""

ACCOUNT = Table(
    "account",
    METADATA,
    text("id", primary_key=True),
    text("name", unique=True),
    text("password_hash"),
    Column("roles", JSON, nullable=False),
    Column("places", JSON, nullable=False),
    text("language"),
    Column("disabled", Boolean, nullable=False),
    instant("created_at"),
    maybe_text("post_id"),
)

SIGN_IN = Table(
    "sign_in",
    METADATA,
    text("token_sha256", primary_key=True),
    Column("account_id", ForeignKey("account.id"), nullable=False, index=True),
    text("csrf"),
    instant("created_at"),
    instant("last_seen_at"),
    maybe_instant("confirmed_at"),
)
"""``confirmed_at``: when a code of the second factor was last given in this session."""

SECOND_FACTOR = Table(
    "second_factor",
    METADATA,
    Column("account_id", ForeignKey("account.id"), primary_key=True),
    text("secret_ct"),
    maybe_instant("enrolled_at"),
    Column("used_step", BigInteger),
)
"""``enrolled_at`` is empty until the first code was right; ``used_step``: the newest code that was taken."""

INVITATION = Table(
    "invitation",
    METADATA,
    text("token_sha256", primary_key=True),
    Column("account_id", ForeignKey("account.id"), nullable=False, index=True),
    instant("created_at"),
    instant("expires_at"),
    maybe_instant("used_at"),
)

ALARM = Table(
    "alarm",
    METADATA,
    text("id", primary_key=True),
    text("kind"),
    text("subject"),
    instant("at"),
    maybe_text("seen_by"),
    maybe_instant("seen_at"),
    Index(None, "at"),
)
"""``subject``: an account's name, or the network that tries to come in."""

FAILED_SIGN_IN = Table(
    "failed_sign_in",
    METADATA,
    Column("id", Integer, primary_key=True),
    text("subject"),
    instant("at"),
    Index(None, "subject", "at"),
)

AUDIT = Table(
    "audit",
    METADATA,
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    instant("at"),
    text("actor"),
    text("role"),
    text("action"),
    text("object"),
    text("result"),
    text("previous"),
    text("mac"),
    maybe_text("why_ct"),
    Index(None, "actor", "at"),
)
"""Triggers refuse UPDATE and DELETE (migration 0001)."""

DUTY = Table("duty", METADATA, text("name", primary_key=True), instant("taken_at"))

HEARTBEAT = Table(
    "heartbeat",
    METADATA,
    text("worker", primary_key=True),
    text("role"),
    text("host"),
    Column("pid", Integer, nullable=False),
    instant("beat_at"),
    maybe_text("boot_id"),
    Column("monotonic", Float),
)

MARK = Table("mark", METADATA, text("name", primary_key=True), text("value"))
