"""Tables of cases: what was reported, what happened, and the escalation steps that nobody may lose."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint
from sqlalchemy import text as sql

from gateway.store.schema.columns import METADATA, instant, maybe_instant, maybe_text, text


def _case_id(*, primary_key: bool = False) -> Column[str]:
    return Column("case_id", ForeignKey("cases.id"), nullable=False, primary_key=primary_key)


CASES = Table(
    "cases",
    METADATA,
    text("id", primary_key=True),
    Column("code", Text, unique=True),  # empty once the case is de-identified
    text("state"),
    text("level"),
    text("rule"),
    text("kind"),
    text("channel"),
    text("language"),
    maybe_text("contact_id"),
    text("answers_ct"),
    instant("opened_at"),
    instant("last_answer_at"),
    maybe_text("what"),
    maybe_text("country"),
    maybe_text("province"),
    maybe_text("district"),
    maybe_instant("danger_at"),
    maybe_instant("routed_at"),
    maybe_instant("released_at"),
    maybe_instant("acknowledged_at"),
    maybe_text("acknowledged_by"),
    maybe_instant("acted_at"),
    maybe_instant("closed_at"),
    maybe_text("outcome"),
    maybe_text("pin_fingerprint"),
    Column("local_excluded", Boolean, nullable=False),
    Column("duress", Boolean, nullable=False),
    Column("ladder_round", Integer, nullable=False),
    maybe_instant("paused_until"),
    maybe_instant("handed_over_at"),
    maybe_instant("deidentified_at"),
    Column("version", Integer, nullable=False),
    Column("sealed_version", Integer),
    maybe_instant("hand_over_at"),
    maybe_instant("shredded_at"),
    Index(None, "contact_id", "opened_at"),
    Index(None, "opened_at", "id"),
    Index(None, "district", "opened_at"),
    Index(None, "province", "opened_at"),
)
# Everything that looks for work looks at open cases only; most rows are closed.
Index(
    "ix_cases_open",
    CASES.c.contact_id,
    sqlite_where=sql("state <> 'closed'"),
    postgresql_where=sql("state <> 'closed'"),
)

TO_SEAL = sql("sealed_version IS NULL OR sealed_version <> version")
Index("ix_cases_to_seal", CASES.c.opened_at, sqlite_where=TO_SEAL, postgresql_where=TO_SEAL)
TO_HAND_OVER = sql("hand_over_at IS NOT NULL")
Index("ix_cases_to_hand_over", CASES.c.hand_over_at, sqlite_where=TO_HAND_OVER, postgresql_where=TO_HAND_OVER)
"""``sealed_version``: the version for which the offices were worked out last; ``hand_over_at``: when the server's own
copy of the data keys goes (empty once it went); ``shredded_at``: when the texts became unreadable for everybody."""
# The inbox judges every open case by these; from the index alone, since a case's row is long.
Index(
    "ix_cases_waiting",
    CASES.c.acknowledged_at,
    CASES.c.level,
    CASES.c.opened_at,
    CASES.c.id,
    CASES.c.province,
    CASES.c.district,
    CASES.c.local_excluded,
    CASES.c.duress,
    sqlite_where=sql("state <> 'closed'"),
    postgresql_where=sql("state <> 'closed'"),
)

REFERRAL = Table(
    "referral",
    METADATA,
    text("id", primary_key=True),
    _case_id(),
    text("agency"),
    text("from_actor"),
    text("to_post"),
    text("ground"),
    text("state"),
    instant("asked_at"),
    maybe_instant("answered_at"),
    Index(None, "case_id", "asked_at"),
)

CLOSING = Table(
    "closing",
    METADATA,
    text("id", primary_key=True),
    _case_id(),
    text("outcome"),
    maybe_text("kept"),
    text("actor"),
    text("agency"),
    maybe_text("second"),
    text("state"),
    instant("asked_at"),
    Index(None, "case_id", "asked_at"),
)

LOWERING = Table(
    "lowering",
    METADATA,
    text("id", primary_key=True),
    _case_id(),
    text("level"),
    text("actor"),
    text("agency"),
    maybe_text("second"),
    text("state"),
    instant("asked_at"),
    Index(None, "case_id", "state"),
)

HELD_ALERT = Table(
    "held_alert",
    METADATA,
    text("post_id", primary_key=True),
    Column("case_id", Text, ForeignKey("cases.id"), primary_key=True),
    instant("held_at"),
)

CASE_ENTRY = Table(
    "case_entry",
    METADATA,
    text("id", primary_key=True),
    _case_id(),
    text("kind"),
    text("sealed"),
    text("author"),
    instant("at"),
    Index(None, "case_id", "at"),
)

CASE_EVENT = Table(
    "case_event",
    METADATA,
    text("id", primary_key=True),
    _case_id(),
    instant("at"),
    text("actor"),
    text("kind"),
    text("detail"),
    Index(None, "case_id", "at"),
)

CASE_POST = Table(
    "case_post",
    METADATA,
    _case_id(primary_key=True),
    text("post_id", primary_key=True),
    instant("alerted_at"),
    Index(None, "post_id"),
)

ESCALATION = Table(
    "escalation",
    METADATA,
    text("id", primary_key=True),
    _case_id(),
    text("name"),
    Column("round", Integer, nullable=False),
    instant("due_at"),
    text("state"),
    Column("claim_no", Integer, nullable=False),
    UniqueConstraint("case_id", "name", "round"),
)
_IS_DUE = sql("state = 'due'")
Index("ix_escalation_due", ESCALATION.c.due_at, sqlite_where=_IS_DUE, postgresql_where=_IS_DUE)
Index("ix_escalation_next", ESCALATION.c.case_id, ESCALATION.c.due_at, sqlite_where=_IS_DUE, postgresql_where=_IS_DUE)

WRONG_TRY = Table(
    "wrong_try",
    METADATA,
    Column("id", Integer, primary_key=True),
    text("subject"),
    instant("at"),
    Index(None, "subject", "at"),
)

RELAY_TEXT = Table(
    "relay_text",
    METADATA,
    text("id", primary_key=True),
    _case_id(),
    text("contact_id"),
    text("author"),
    maybe_text("body_ct"),  # empty once it was told: the sealed record keeps what was said
    instant("written_at"),
    maybe_instant("due_at"),
    text("state"),
    maybe_instant("given_at"),
    maybe_text("given_by"),
    Index(None, "case_id"),
    Index(None, "contact_id", "state"),
)
_WAITS = sql("state = 'waiting'")
Index("ix_relay_text_due", RELAY_TEXT.c.due_at, sqlite_where=_WAITS, postgresql_where=_WAITS)

RELAY_OPENING = Table("relay_opening", METADATA, text("contact_id", primary_key=True), instant("until"))
