"""Tables of the guards: replies a number had today, and who of which range wrote lately."""

from sqlalchemy import Column, Date, Index, Integer, Table

from gateway.store.schema.columns import METADATA, instant, text

REPLY_COUNT = Table(
    "reply_count",
    METADATA,
    Column("day", Date, primary_key=True),
    text("contact_id", primary_key=True),
    Column("replies", Integer, nullable=False),
)
"""Emptied day by day, when the first reply of the next one is counted."""

RANGE_SENDER = Table(
    "range_sender",
    METADATA,
    text("number_range", primary_key=True),
    text("contact_id", primary_key=True),
    instant("seen_at"),
    Index(None, "seen_at"),
)
"""Foreign numbers only, by the beginning they share; forgotten after minutes."""
