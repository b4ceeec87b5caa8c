"""The table of disasters: where, declared by whom, until when."""

from sqlalchemy import Index, Table

from gateway.store.schema.columns import METADATA, instant, maybe_instant, maybe_text, text

DISASTER = Table(
    "disaster",
    METADATA,
    text("id", primary_key=True),
    text("place"),
    text("declared_by"),
    instant("declared_at"),
    instant("until"),
    maybe_text("confirmed_by"),
    maybe_instant("confirmed_at"),
    maybe_text("ended_by"),
    maybe_instant("ended_at"),
    Index(None, "place", "until"),
)
"""One row a declaration; it ends by itself at ``until``, or an hour after it was declared if nobody confirmed it."""
