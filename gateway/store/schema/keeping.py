"""Tables of what is kept longer, and of what is no longer kept: legal holds, and checkpoints of the pruned audit."""

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, Table

from gateway.store.schema.columns import METADATA, instant, maybe_instant, maybe_text, text

AUDIT_CHECKPOINT = Table(
    "audit_checkpoint",
    METADATA,
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    text("mac"),
    Column("rows", Integer, nullable=False),
    instant("at"),
    text("previous"),
    text("seal"),
)
"""``seq`` and ``mac`` of the last row that was pruned; ``seal`` covers them and the checkpoint before. Append-only."""

LEGAL_HOLD = Table(
    "legal_hold",
    METADATA,
    text("id", primary_key=True),
    Column("case_id", ForeignKey("cases.id"), nullable=False, index=True),
    text("state"),
    Column("version", Integer, nullable=False),
    text("reason_ct"),
    text("asked_by"),
    instant("asked_at"),
    maybe_text("agreed_by"),
    maybe_instant("agreed_at"),
    maybe_text("lift_reason_ct"),
    maybe_text("lift_asked_by"),
    maybe_instant("lift_asked_at"),
    maybe_text("ended_by"),
    maybe_instant("ended_at"),
)
