"""Tables around broadcasts: what each edit said, dates of contacts, secret calendars."""

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, Table

from gateway.store.schema.columns import METADATA, instant, maybe_instant, text

CAMPAIGN_EDITION = Table(
    "campaign_edition",
    METADATA,
    Column("campaign_id", ForeignKey("campaign.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    instant("at"),
    text("author"),
    text("content"),
    text("content_hash"),
)
"""What the campaign said after each saving, so that an approver sees what a later edit changed."""

CONTACT_DATE = Table(
    "contact_date",
    METADATA,
    text("contact_id", primary_key=True),
    text("of", primary_key=True),
    Column("on_day", Date, nullable=False),
    Index(None, "of", "on_day"),
)
"""A day of a contact that messages go by: ``departure`` (planned) or ``return``."""

CALENDAR_FEED = Table(
    "calendar_feed",
    METADATA,
    text("id", primary_key=True),
    text("token_sha256", unique=True),
    text("made_by"),
    instant("made_at"),
    maybe_instant("revoked_at"),
)
