"""Tables of courses, lists and surveys: who joined what, and what was answered."""

from sqlalchemy import Index, Table

from gateway.store.schema.columns import METADATA, instant, maybe_text, text

MEMBERSHIP = Table(
    "membership",
    METADATA,
    text("contact_id", primary_key=True),
    text("kind", primary_key=True),
    text("name", primary_key=True),
    text("state"),
    instant("since"),
    Index(None, "kind", "name"),
)
"""``since``: when the present state began."""

SURVEY_ANSWER = Table(
    "survey_answer",
    METADATA,
    text("survey", primary_key=True),
    text("item", primary_key=True),
    text("respondent", primary_key=True),
    maybe_text("code"),
    maybe_text("value_ct"),
    text("bundle"),
    text("language"),
    instant("at"),
)
"""A chosen ``code`` stays readable, to be counted; anything typed is sealed in ``value_ct``. No contact stands here."""
