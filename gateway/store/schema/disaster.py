"""The table of disasters: where, declared by whom, until when, and what it allows."""

from sqlalchemy import Boolean, Column, Index, Table

from gateway.store.schema.columns import METADATA, instant, maybe_instant, maybe_text, text

DISASTER = Table(
    "disaster",
    METADATA,
    text("id", primary_key=True),
    text("name"),
    text("places"),
    text("declared_by"),
    instant("declared_at"),
    instant("until"),
    Column("lifts_quiet", Boolean, nullable=False),
    maybe_text("confirmed_by"),
    maybe_instant("confirmed_at"),
    maybe_text("ended_by"),
    maybe_instant("ended_at"),
    Index(None, "until"),
)
"""One row a declaration; ``places`` is a list of codes as JSON."""
