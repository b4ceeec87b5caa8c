"""What stands beside a campaign: what each edit said, dates that messages go by, how far it is planned."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection, Select, bindparam, delete, func, insert, or_, select

from gateway.campaigns.plan import Dated
from gateway.ports.campaign_book import Edition
from gateway.store.campaign_results import SqlCampaignResults
from gateway.store.inserting import insert_or_replace
from gateway.store.schema.broadcasting import CAMPAIGN_EDITION, CONTACT_DATE
from gateway.store.schema.columns import word
from gateway.store.schema.sending import CAMPAIGN, OUTBOX, RECIPIENT

_EDITION = tuple(Edition.__dataclass_fields__)
_EDITIONS = (
    select(*(CAMPAIGN_EDITION.c[name] for name in _EDITION))
    .where(CAMPAIGN_EDITION.c.campaign_id == bindparam("of_campaign"))
    .order_by(CAMPAIGN_EDITION.c.number)
)
_FORGET_DATE = delete(CONTACT_DATE).where(
    CONTACT_DATE.c.contact_id == bindparam("of_contact"), CONTACT_DATE.c.of == bindparam("of_kind")
)
_FORGET = delete(RECIPIENT).where(RECIPIENT.c.campaign_id == bindparam("of_campaign"))
_FORGET_PLANNED = _FORGET.where(RECIPIENT.c.state == word("planned"))
_WAITING = select(OUTBOX.c.contact_id).where(
    OUTBOX.c.campaign_id == bindparam("of_campaign"),
    OUTBOX.c.state.in_(("queued", "wait_retry")),
    OUTBOX.c.copies == 0,
)
_PLANNED_UNTIL = select(func.max(RECIPIENT.c.contact_id)).where(RECIPIENT.c.campaign_id == bindparam("of_campaign"))

_FIRST = select(func.coalesce(CAMPAIGN.c.series, CAMPAIGN.c.id)).where(CAMPAIGN.c.id == bindparam("of_campaign"))
_ROUNDS = select(CAMPAIGN.c.id).where(or_(CAMPAIGN.c.id == bindparam("first"), CAMPAIGN.c.series == bindparam("first")))


def rounds_of(connection: Connection, campaign_id: str) -> Sequence[str]:
    """Return the ids of the series that a campaign is a round of, its own among them."""
    first = connection.execute(_FIRST, {"of_campaign": campaign_id}).scalar() if campaign_id else None
    return connection.execute(_ROUNDS, {"first": first}).scalars().all() if first else ()


def people_of(dated: Dated) -> Select[tuple[str]]:
    """Return the query of the contacts whose own date lies within a span."""
    return select(CONTACT_DATE.c.contact_id).where(
        CONTACT_DATE.c.of == dated.of, CONTACT_DATE.c.on_day.between(dated.first, dated.last)
    )


class SqlCampaignNotes(SqlCampaignResults):
    """Editions and dates (gateway.ports.campaign_book)."""

    __slots__ = ()

    def add_edition(self, edition: Edition) -> None:
        """Keep what a campaign says after a saving."""
        self.tx.connection.execute(insert(CAMPAIGN_EDITION), {name: getattr(edition, name) for name in _EDITION})

    def editions(self, campaign_id: str) -> tuple[Edition, ...]:
        """Return what a campaign said, oldest first."""
        return tuple(Edition(*row) for row in self.tx.connection.execute(_EDITIONS, {"of_campaign": campaign_id}))

    def set_date(self, contact_id: str, of: str, on_day: date | None) -> None:
        """Keep a date of a contact, or forget it."""
        if on_day is None:
            self.tx.connection.execute(_FORGET_DATE, {"of_contact": contact_id, "of_kind": of})
            return
        row = {"contact_id": contact_id, "of": of, "on_day": on_day}
        insert_or_replace(self.tx.connection, CONTACT_DATE, row, ("contact_id", "of"))

    def forget_planned(self, campaign_id: str) -> None:
        """Forget who is written down for a campaign and has not been released to the outbox."""
        self.tx.connection.execute(_FORGET_PLANNED, {"of_campaign": campaign_id})

    def forget_undue(self, campaign_id: str, dated: Dated) -> None:
        """Forget whoever waits for a campaign, planned or released, and has no date within ``dated`` any more."""
        known, due = {"of_campaign": campaign_id}, people_of(dated)
        waiting = _WAITING.where(OUTBOX.c.contact_id.not_in(due))
        self.tx.connection.execute(_FORGET.where(RECIPIENT.c.contact_id.in_(waiting)), known)
        self.tx.connection.execute(delete(OUTBOX).where(OUTBOX.c.id.in_(waiting.with_only_columns(OUTBOX.c.id))), known)
        self.tx.connection.execute(_FORGET_PLANNED.where(RECIPIENT.c.contact_id.not_in(due)), known)

    def planned_until(self, campaign_id: str) -> str:
        """Return the last contact id that is written down for a campaign; empty when there is none."""
        return self.tx.connection.execute(_PLANNED_UNTIL, {"of_campaign": campaign_id}).scalar() or ""
