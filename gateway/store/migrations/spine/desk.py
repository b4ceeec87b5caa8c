"""Tables of those who answer, and of the installation, as revision 0001 makes them."""

from alembic import op
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    Float,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
)

from gateway.store.migrations.spine.parts import NUMBERED, partial_index
from gateway.store.schema.columns import Instant

TABLES = (
    "agency",
    "post",
    "post_holder",
    "hotline",
    "account",
    "sign_in",
    "failed_sign_in",
    "audit",
    "duty",
    "heartbeat",
    "mark",
)


def create() -> None:
    """Make the tables with their indexes."""
    _agency()
    _post()
    _post_holder()
    _hotline()
    _account()
    _sign_in()
    _failed_sign_in()
    _audit()
    _duty()
    _heartbeat()
    _mark()


def _agency() -> None:
    op.create_table(
        "agency",
        Column("code", Text, nullable=False),
        Column("house", Text, nullable=False),
        Column("word", Text),
        Column("names", JSON, nullable=False),
        Column("suspended_at", Instant),
        PrimaryKeyConstraint("code"),
    )


def _post() -> None:
    op.create_table(
        "post",
        Column("id", Text, nullable=False),
        Column("agency", Text, nullable=False),
        Column("level", Text, nullable=False),
        Column("place", Text),
        Column("duty_order", Integer, nullable=False),
        Column("state", Text, nullable=False),
        Column("on_duty", Boolean, nullable=False),
        Column("answered_at", Instant),
        Column("misses", Integer, nullable=False),
        Column("until", Instant),
        Column("courses", JSON, nullable=False),
        PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_post_level_place", "post", ["level", "place"])


def _post_holder() -> None:
    op.create_table(
        "post_holder",
        Column("id", Text, nullable=False),
        Column("post_id", Text, nullable=False),
        Column("contact_id", Text, nullable=False),
        Column("name_ct", Text, nullable=False),
        Column("language", Text, nullable=False),
        Column("held_from", Instant, nullable=False),
        Column("held_to", Instant),
        PrimaryKeyConstraint("id"),
        ForeignKeyConstraint(["contact_id"], ["contact.id"]),
        ForeignKeyConstraint(["post_id"], ["post.id"]),
    )
    op.create_index("ix_post_holder_contact_id", "post_holder", ["contact_id"])
    op.create_index("ix_post_holder_post_id", "post_holder", ["post_id"])
    partial_index("uq_post_holder_present", "post_holder", ["post_id"], "held_to IS NULL", unique=True)


def _hotline() -> None:
    op.create_table(
        "hotline",
        Column("id", Text, nullable=False),
        Column("country", Text, nullable=False),
        Column("number", Text, nullable=False),
        Column("owner", Text, nullable=False),
        Column("purposes", Text, nullable=False),
        Column("hours", Text, nullable=False),
        Column("toll_free", Text, nullable=False),
        Column("languages", Text, nullable=False),
        Column("audience", Text, nullable=False),
        Column("source", Text, nullable=False),
        Column("source_year", Text, nullable=False),
        Column("confidence", Text, nullable=False),
        Column("note", Text, nullable=False),
        Column("nationals_only", Boolean, nullable=False),
        Column("recorded", Boolean, nullable=False),
        Column("verified_by", Text, nullable=False),
        Column("verified_on", Date),
        Column("expires", Date),
        PrimaryKeyConstraint("id"),
    )


def _account() -> None:
    op.create_table(
        "account",
        Column("id", Text, nullable=False),
        Column("name", Text, nullable=False),
        Column("password_hash", Text, nullable=False),
        Column("roles", JSON, nullable=False),
        Column("places", JSON, nullable=False),
        Column("language", Text, nullable=False),
        Column("disabled", Boolean, nullable=False),
        Column("created_at", Instant, nullable=False),
        Column("post_id", Text),
        PrimaryKeyConstraint("id"),
        UniqueConstraint("name"),
    )


def _sign_in() -> None:
    op.create_table(
        "sign_in",
        Column("token_sha256", Text, nullable=False),
        Column("account_id", Text, nullable=False),
        Column("csrf", Text, nullable=False),
        Column("created_at", Instant, nullable=False),
        Column("last_seen_at", Instant, nullable=False),
        PrimaryKeyConstraint("token_sha256"),
        ForeignKeyConstraint(["account_id"], ["account.id"]),
    )
    op.create_index("ix_sign_in_account_id", "sign_in", ["account_id"])


def _failed_sign_in() -> None:
    op.create_table(
        "failed_sign_in",
        Column("id", Integer, nullable=False),
        Column("subject", Text, nullable=False),
        Column("at", Instant, nullable=False),
        PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_failed_sign_in_subject_at", "failed_sign_in", ["subject", "at"])


def _audit() -> None:
    op.create_table(
        "audit",
        Column("seq", NUMBERED, autoincrement=False, nullable=False),
        Column("at", Instant, nullable=False),
        Column("actor", Text, nullable=False),
        Column("role", Text, nullable=False),
        Column("action", Text, nullable=False),
        Column("object", Text, nullable=False),
        Column("result", Text, nullable=False),
        Column("previous", Text, nullable=False),
        Column("mac", Text, nullable=False),
        PrimaryKeyConstraint("seq"),
    )


def _duty() -> None:
    op.create_table(
        "duty",
        Column("name", Text, nullable=False),
        Column("taken_at", Instant, nullable=False),
        PrimaryKeyConstraint("name"),
    )


def _heartbeat() -> None:
    op.create_table(
        "heartbeat",
        Column("worker", Text, nullable=False),
        Column("role", Text, nullable=False),
        Column("host", Text, nullable=False),
        Column("pid", Integer, nullable=False),
        Column("beat_at", Instant, nullable=False),
        Column("boot_id", Text),
        Column("monotonic", Float),
        PrimaryKeyConstraint("worker"),
    )


def _mark() -> None:
    op.create_table(
        "mark",
        Column("name", Text, nullable=False),
        Column("value", Text, nullable=False),
        PrimaryKeyConstraint("name"),
    )
