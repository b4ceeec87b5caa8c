"""What stands beside a campaign: what each edit said, dates that messages go by, how far it is planned."""

from datetime import date, datetime

from sqlalchemy import bindparam, delete, func, insert, literal, select

from gateway.campaigns.audience import AudienceRule
from gateway.ports.campaign_book import Dated, Edition
from gateway.store import audience
from gateway.store.campaign_results import SqlCampaignResults
from gateway.store.inserting import COUNTED, insert_or_replace, inserting
from gateway.store.schema.broadcasting import CAMPAIGN_EDITION, CONTACT_DATE
from gateway.store.schema.sending import RECIPIENT
from gateway.store.schema.talk import CONTACT

_EDITION = tuple(Edition.__dataclass_fields__)
_EDITIONS = (
    select(*(CAMPAIGN_EDITION.c[name] for name in _EDITION))
    .where(CAMPAIGN_EDITION.c.campaign_id == bindparam("of_campaign"))
    .order_by(CAMPAIGN_EDITION.c.number)
)
_FORGET_DATE = delete(CONTACT_DATE).where(
    CONTACT_DATE.c.contact_id == bindparam("of_contact"), CONTACT_DATE.c.of == bindparam("of_kind")
)
_PLANNED_UNTIL = select(func.max(RECIPIENT.c.contact_id)).where(RECIPIENT.c.campaign_id == bindparam("of_campaign"))


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

    def planned_until(self, campaign_id: str) -> str:
        """Return the last contact id that is written down for a campaign; empty when there is none."""
        return self.tx.connection.execute(_PLANNED_UNTIL, {"of_campaign": campaign_id}).scalar() or ""

    def plan_dated(
        self, campaign_id: str, rule: AudienceRule, languages: tuple[str, ...], now: datetime, dated: Dated
    ) -> int:
        """Insert everybody of a rule whose own date it is and who has no row yet; return how many."""
        turn = select(CONTACT_DATE.c.contact_id).where(
            CONTACT_DATE.c.of == dated.of, CONTACT_DATE.c.on_day.between(dated.first, dated.last)
        )
        who = CONTACT.c.id.in_(turn) & audience.eligible(rule, languages, now, {})
        spoken = audience.language(rule, languages)
        chosen = select(literal(campaign_id), CONTACT.c.id, spoken, literal("planned")).where(who)
        insert_chosen = inserting(self.tx.connection, RECIPIENT).from_select(
            ["campaign_id", "contact_id", "language", "state"], chosen.order_by(CONTACT.c.id)
        )
        return self.tx.connection.execute(insert_chosen.on_conflict_do_nothing(), execution_options=COUNTED).rowcount
