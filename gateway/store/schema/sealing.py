"""Tables of those who can open sealed cases: keys of offices and people, unlocked sessions, seals still owed."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table
from sqlalchemy import text as sql

from gateway.store.schema.columns import METADATA, instant, maybe_instant, text

OFFICE_KEY = Table(
    "office_key",
    METADATA,
    text("id", primary_key=True),
    text("agency"),
    text("place"),
    text("public"),
    instant("created_at"),
    maybe_instant("retired_at"),
)
Index(
    "uq_office_key_current",
    OFFICE_KEY.c.agency,
    OFFICE_KEY.c.place,
    unique=True,
    sqlite_where=sql("retired_at IS NULL"),
    postgresql_where=sql("retired_at IS NULL"),
)

OFFICE_MEMBER = Table(
    "office_member",
    METADATA,
    Column("key_id", ForeignKey("office_key.id"), nullable=False, primary_key=True),
    Column("account_id", ForeignKey("account.id"), nullable=False, primary_key=True),
    text("wrapped"),
    Index(None, "account_id"),
)
"""``wrapped``: the office's private key, sealed to the member's own."""

PERSONAL_KEY = Table(
    "personal_key",
    METADATA,
    Column("account_id", ForeignKey("account.id"), nullable=False, primary_key=True),
    text("public"),
    text("wrapped"),
    text("salt"),
    Column("version", Integer, nullable=False),
)

UNLOCKED_SESSION = Table(
    "unlocked_session",
    METADATA,
    Column("token_sha256", ForeignKey("sign_in.token_sha256", ondelete="CASCADE"), nullable=False, primary_key=True),
    text("wrapped"),
)
"""A row goes with its session, whoever ends that."""

PENDING_SEAL = Table(
    "pending_seal",
    METADATA,
    Column("case_id", ForeignKey("cases.id"), nullable=False, primary_key=True),
    text("agency", primary_key=True),
    text("place", primary_key=True),
    instant("asked_at"),
)
"""An office that may read a case, of which the server has no key any more: somebody who has one will seal it."""
