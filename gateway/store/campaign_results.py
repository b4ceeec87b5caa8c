"""What came of a campaign, its answers, and the calendars that show when others leave (gateway.ports.campaign_book)."""

import json
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, distinct, func, insert, or_, select, update

from gateway.ports.campaign_book import Fate, Feed
from gateway.store.schema.broadcasting import CALENDAR_FEED
from gateway.store.schema.columns import word
from gateway.store.schema.sending import CAMPAIGN, OUTBOX, RECIPIENT
from gateway.store.schema.talk import CONTACT, INBOUND
from gateway.store.transaction import Repository

ANSWERS_FOR = timedelta(days=7)
"""After a broadcast has ended; what somebody writes later is no answer to it any more."""
_FEED = tuple(Feed.__dataclass_fields__)
_REPLY_FLOW = (
    select(CAMPAIGN.c.plan)
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
_WROTE = and_(INBOUND.c.contact_id == OUTBOX.c.contact_id, INBOUND.c.received_at > OUTBOX.c.created_at)
_ANSWERED = (
    select(func.count(distinct(OUTBOX.c.contact_id)))
    .join(INBOUND, _WROTE)
    .join(CAMPAIGN, CAMPAIGN.c.id == OUTBOX.c.campaign_id)
    .join(CONTACT, CONTACT.c.id == OUTBOX.c.contact_id)
    .where(
        OUTBOX.c.campaign_id == bindparam("of_campaign"),
        OUTBOX.c.copies > 0,
        CONTACT.c.opted_out_at.is_(None),
        or_(CAMPAIGN.c.finished_at.is_(None), INBOUND.c.received_at < bindparam("until")),
    )
)
_ENDED = select(CAMPAIGN.c.finished_at).where(CAMPAIGN.c.id == bindparam("of_campaign"))
_FEEDS = select(*(CALENDAR_FEED.c[name] for name in _FEED)).where(CALENDAR_FEED.c.revoked_at.is_(None))
_REVOKE = update(CALENDAR_FEED).where(CALENDAR_FEED.c.id == bindparam("feed_id"), CALENDAR_FEED.c.revoked_at.is_(None))


class SqlCampaignResults(Repository):
    """Fates, answers and feeds."""

    __slots__ = ()

    def reply_flow(self, contact_id: str, since: datetime) -> str | None:
        """Return the flow that the last broadcast to a contact names for its answers; None when it names none."""
        plan = self.tx.connection.execute(_REPLY_FLOW, {"of_contact": contact_id, "since": since}).scalar()
        named: str | None = json.loads(plan).get("reply_flow") if plan else None
        return named

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
        """Count the people who wrote after it had left, up to seven days after its end, and did not STOP."""
        known = {"of_campaign": campaign_id}
        ended = self.tx.connection.execute(_ENDED, known).scalar() or self.tx.clock.now()
        return int(self.tx.connection.execute(_ANSWERED, {**known, "until": ended + ANSWERS_FOR}).scalar_one())

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
