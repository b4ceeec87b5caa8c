"""What came of a campaign, its answers, and the calendars that show when others leave (gateway.ports.campaign_book)."""

import json
from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import bindparam, distinct, func, insert, select, update

from gateway.ports.campaign_book import Fate, Feed, Told
from gateway.store.schema.broadcasting import CALENDAR_FEED
from gateway.store.schema.columns import word
from gateway.store.schema.sending import CAMPAIGN, OUTBOX, RECIPIENT
from gateway.store.schema.talk import CONTACT, INBOUND
from gateway.store.transaction import Repository

_FEED = tuple(Feed.__dataclass_fields__)
_LAST_TOLD = (
    select(CAMPAIGN.c.id, CAMPAIGN.c.plan)
    .join(OUTBOX, OUTBOX.c.campaign_id == CAMPAIGN.c.id)
    .where(
        OUTBOX.c.contact_id == bindparam("of_contact"),
        OUTBOX.c.created_at > bindparam("since"),
        OUTBOX.c.kind == "broadcast",
        OUTBOX.c.copies > 0,
    )
    .order_by(OUTBOX.c.created_at.desc())
    .limit(1)
)
_FATES = (
    select(CONTACT.c.district, OUTBOX.c.language, OUTBOX.c.state, OUTBOX.c.reason, func.count())
    .join(CONTACT, CONTACT.c.id == OUTBOX.c.contact_id)
    .where(OUTBOX.c.campaign_id == bindparam("of_campaign"))
    .group_by(CONTACT.c.district, OUTBOX.c.language, OUTBOX.c.state, OUTBOX.c.reason)
)
_STATES = (
    select(OUTBOX.c.campaign_id, OUTBOX.c.state, func.count())
    .where(OUTBOX.c.campaign_id.in_(bindparam("ids", expanding=True)))
    .group_by(OUTBOX.c.campaign_id, OUTBOX.c.state)
)
_PLANNED = (
    select(RECIPIENT.c.campaign_id, RECIPIENT.c.state, func.count())
    .where(RECIPIENT.c.campaign_id.in_(bindparam("ids", expanding=True)), RECIPIENT.c.state == word("planned"))
    .group_by(RECIPIENT.c.campaign_id, RECIPIENT.c.state)
)
_ANSWERED = (
    select(func.count(distinct(INBOUND.c.contact_id)))
    .join(CONTACT, CONTACT.c.id == INBOUND.c.contact_id)
    .where(INBOUND.c.answers == bindparam("of_campaign"), CONTACT.c.opted_out_at.is_(None))
)
_FEEDS = select(*(CALENDAR_FEED.c[name] for name in _FEED)).where(CALENDAR_FEED.c.revoked_at.is_(None))
_REVOKE = update(CALENDAR_FEED).where(CALENDAR_FEED.c.id == bindparam("feed_id"), CALENDAR_FEED.c.revoked_at.is_(None))


class SqlCampaignResults(Repository):
    """Fates, answers and feeds."""

    __slots__ = ()

    def last_told(self, contact_id: str, since: datetime) -> Told | None:
        """Return the last broadcast to a contact after ``since``; None when there was none."""
        row = self.tx.connection.execute(_LAST_TOLD, {"of_contact": contact_id, "since": since}).first()
        return Told(row.id, json.loads(row.plan).get("reply_flow")) if row is not None else None

    def fates(self, campaign_id: str) -> tuple[Fate, ...]:
        """Count the people of a campaign by district, language, state and reason."""
        return tuple(Fate(*row) for row in self.tx.connection.execute(_FATES, {"of_campaign": campaign_id}))

    def tallies(self, ids: Collection[str]) -> Mapping[str, Mapping[str, int]]:
        """Return the tally of each of these campaigns, in as many statements as one takes."""
        found = {campaign_id: {"planned": 0} for campaign_id in ids}
        for statement in (_STATES, _PLANNED) if found else ():
            for campaign_id, state, count in self.tx.connection.execute(statement, {"ids": list(found)}):
                found[campaign_id][state] = count
        return found

    def answered(self, campaign_id: str) -> int:
        """Count the people who answered it, and did not STOP since."""
        return int(self.tx.connection.execute(_ANSWERED, {"of_campaign": campaign_id}).scalar_one())

    def add_feed(self, feed: Feed) -> None:
        """Keep a calendar feed."""
        self.tx.connection.execute(insert(CALENDAR_FEED), {name: getattr(feed, name) for name in _FEED})

    def feeds(self) -> tuple[Feed, ...]:
        """Return every feed that was not revoked, newest first."""
        rows = self.tx.connection.execute(_FEEDS.order_by(CALENDAR_FEED.c.made_at.desc()))
        return tuple(Feed(*row) for row in rows)

    def revoke_feed(self, feed_id: str, now: datetime) -> bool:
        """End a feed; False when there is none."""
        return self.tx.connection.execute(_REVOKE.values(revoked_at=now), {"feed_id": feed_id}).rowcount == 1
