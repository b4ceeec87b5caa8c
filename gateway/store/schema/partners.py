"""Tables of what other systems are told."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, UniqueConstraint
from sqlalchemy import text as sql

from gateway.store.schema.columns import METADATA, instant, maybe_text, text

PUSH = Table(
    "push",
    METADATA,
    text("id", primary_key=True),
    text("partner"),
    text("event_id"),
    text("kind"),
    text("case_id"),
    maybe_text("body_ct"),  # empty once it was taken
    instant("created_at"),
    instant("due_at"),
    text("state"),
    Column("tries", Integer, nullable=False),
    UniqueConstraint("partner", "event_id"),
)
_WAITS = sql("state = 'waiting'")
Index("ix_push_due", PUSH.c.due_at, sqlite_where=_WAITS, postgresql_where=_WAITS)

PUSH_TRY = Table(
    "push_try",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("push_id", ForeignKey("push.id"), nullable=False, index=True),
    instant("at"),
    text("outcome"),
    Column("status", Integer, nullable=False),
    Column("milliseconds", Integer, nullable=False),
    text("why"),
)
