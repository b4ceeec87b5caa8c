"""Tables of the content's versions: immutable bundles, editions, and the journal of what was live."""

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, Table

from gateway.store.schema.columns import METADATA, instant, maybe_instant, maybe_text, text

BUNDLE = Table(
    "bundle",
    METADATA,
    text("hash", primary_key=True),
    text("name"),
    text("document"),
    instant("created_at"),
)
"""``document`` is text, not JSON: its hash is taken of these very bytes. Triggers refuse UPDATE (migration 0002)."""

EDITION = Table(
    "edition",
    METADATA,
    text("hash", primary_key=True),
    Column("parts", JSON, nullable=False),
    text("author"),
    text("note"),
    instant("created_at"),
    Column("base", Integer, nullable=False),
    text("people"),
    Column("steps", JSON, nullable=False),
    Column("report", JSON, nullable=False),
    Column("cost", JSON, nullable=False),
    maybe_text("approver"),
    maybe_instant("approved_at"),
    Index(None, "created_at"),
)

LIVE_MOVE = Table(
    "live_move",
    METADATA,
    Column("number", Integer, primary_key=True),
    text("name"),
    Column("bundle", ForeignKey("bundle.hash")),
    Column("edition", ForeignKey("edition.hash"), nullable=False),
    text("why"),
    text("actor"),
    instant("at"),
    text("people"),
    Column("steps", JSON, nullable=False),
)
