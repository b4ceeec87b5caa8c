"""Tables of the simulated phones of a demo: their texts, counts and receipts to come."""

from sqlalchemy import Boolean, Column, Index, Integer, Table

from gateway.store.schema.columns import METADATA, instant, maybe_text, text

SIMULATED_TEXT = Table(
    "simulated_text",
    METADATA,
    text("phone_index", primary_key=True),
    text("message_id", primary_key=True),
    Column("copy", Integer, primary_key=True, autoincrement=False),
    instant("at"),
    text("body_ct"),
    Column("segments", Integer, nullable=False),
)

SIMULATED_COUNT = Table(
    "simulated_count",
    METADATA,
    text("phone_index", primary_key=True),
    text("what", primary_key=True),
    Column("count", Integer, nullable=False),
    instant("first_at"),
)

SIMULATED_RECEIPT = Table(
    "simulated_receipt",
    METADATA,
    Column("id", Integer, primary_key=True),
    instant("due_at"),
    text("channel"),
    maybe_text("message_id"),
    maybe_text("provider_id"),
    text("status_word"),
    maybe_text("state"),
    maybe_text("code"),
    text("receipt_key"),
    instant("at"),
    Column("part", Integer),
    Column("opted_out", Boolean, nullable=False),
    Index(None, "due_at", "id"),
)
