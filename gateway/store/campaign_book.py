"""Campaigns, who gets them, and how far they have come."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    Update,
    and_,
    bindparam,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    text,
    update,
)

from gateway.campaigns.audience import from_facts
from gateway.campaigns.campaign import MAY_SEND, Content
from gateway.campaigns.plan import from_facts as plan_of
from gateway.delivery.life import RANK, WITH_US
from gateway.errors import Conflict
from gateway.ports.campaign_book import Batch, CampaignRow
from gateway.ports.outbox import Outgoing
from gateway.store import audience
from gateway.store.campaign_notes import SqlCampaignNotes, rounds_of
from gateway.store.inserting import insert_new
from gateway.store.outbox import new_row
from gateway.store.schema.columns import word
from gateway.store.schema.sending import CAMPAIGN, DELIVERY_ATTEMPT, OUTBOX, RECIPIENT
from gateway.store.schema.talk import CONTACT

COLUMNS = tuple(field.name for field in fields(CampaignRow))
STATISTICS_FROM = 1_000  # rows at once after which PostgreSQL must look at the table again to choose good plans

_BY_ID = select(CAMPAIGN).where(CAMPAIGN.c.id == bindparam("campaign_id"))
_ALL = select(CAMPAIGN).order_by(CAMPAIGN.c.created_at.desc(), CAMPAIGN.c.id.desc())
_SAVE = update(CAMPAIGN).where(
    CAMPAIGN.c.id == bindparam("campaign_id"), CAMPAIGN.c.version == bindparam("known_version")
)
_OURS = OUTBOX.c.campaign_id == bindparam("of_campaign")
_PAUSED = and_(_OURS, OUTBOX.c.state == "held", OUTBOX.c.reason.in_(("paused", "night")))
_OVERSLEPT = and_(_OURS, OUTBOX.c.state.in_(("queued", "wait_retry")), OUTBOX.c.not_after <= bindparam("now"))
_QUEUED = and_(_OURS, OUTBOX.c.state.in_(("queued", "wait_retry")))
_NEVER_LEFT = OUTBOX.c.copies == 0
_HELD_BACK = and_(or_(_PAUSED, _OVERSLEPT), _NEVER_LEFT)
_NOT_CLAIMED = and_(or_(_PAUSED, _QUEUED), _NEVER_LEFT)
_DOUBT_AGAIN = (
    update(OUTBOX).where(_PAUSED).values(state="ambiguous", not_before=bindparam("now"), moved_at=bindparam("now"))
)
_RELEASED = (
    update(RECIPIENT)
    .where(RECIPIENT.c.campaign_id == bindparam("of_campaign"), RECIPIENT.c.contact_id == bindparam("of_contact"))
    .values(state="released")
)
_LEFT = select(func.count()).where(
    RECIPIENT.c.campaign_id == bindparam("of_campaign"), RECIPIENT.c.state == word("planned")
)
_COSTS = or_(OUTBOX.c.copies > 0, OUTBOX.c.state.in_(sorted(WITH_US)))
_GONE = select(OUTBOX.c.language, func.sum(OUTBOX.c.segments)).where(_OURS, _COSTS).group_by(OUTBOX.c.language)
_LAST_ATTEMPT = (
    select(func.max(DELIVERY_ATTEMPT.c.ended_at)).join(OUTBOX, OUTBOX.c.id == DELIVERY_ATTEMPT.c.outbox_id).where(_OURS)
)
# Two broadcasts that are released at once to one person do not see each other's texts; the number is any free one.
_ALONE = text("SELECT pg_advisory_xact_lock(7243913)")
_STATES = (
    select(OUTBOX.c.state, func.count())
    .where(OUTBOX.c.campaign_id == bindparam("of_campaign"))
    .group_by(OUTBOX.c.state)
)
_RECHECK = (
    select(
        OUTBOX.c.id,
        OUTBOX.c.campaign_id,
        audience.agreed_to_its_campaign().label("agreed"),
        CONTACT.c.opted_out_at,
        CONTACT.c.safety,
        audience.OPEN_CASE.label("open_case"),
        audience.DEAD_NUMBER.label("dead_number"),
    )
    .join(CONTACT, CONTACT.c.id == OUTBOX.c.contact_id)
    .outerjoin(CAMPAIGN, CAMPAIGN.c.id == OUTBOX.c.campaign_id)
    .where(OUTBOX.c.id.in_(bindparam("ids", expanding=True)))
)


class SqlCampaignBook(SqlCampaignNotes):
    """Campaigns and one row per campaign and contact (gateway.ports.campaign_book)."""

    __slots__ = ()

    def add(self, campaign: CampaignRow) -> None:
        """Store a new campaign."""
        self.tx.connection.execute(insert(CAMPAIGN), _values(campaign))

    def get(self, campaign_id: str, *, lock: bool = False) -> CampaignRow | None:
        """Return a campaign; ``lock``: nobody else changes it until this transaction ends."""
        query = _BY_ID.with_for_update() if lock else _BY_ID
        row = self.tx.connection.execute(query, {"campaign_id": campaign_id}).first()
        return _campaign(row) if row is not None else None

    def save(self, campaign: CampaignRow) -> CampaignRow:
        """Store a changed campaign (version must match, else Conflict); return it with the next version."""
        saved = replace(campaign, version=campaign.version + 1)
        known = {"campaign_id": campaign.id, "known_version": campaign.version}
        if self.tx.connection.execute(_SAVE, {**_values(saved), **known}).rowcount == 0:
            raise Conflict
        return saved

    def take_back(self, campaign_id: str, now: datetime, *, queued: bool = False) -> int:
        """Plan again whom a pause or the night has kept a text from that never left; return how many.

        ``queued``: also whose text waits to be claimed. A text of which a copy may have arrived is in doubt again, and
        never sent twice.
        """
        known, kept = {"of_campaign": campaign_id, "now": now}, _NOT_CLAIMED if queued else _HELD_BACK
        planned = self.tx.connection.execute(_plan_again(kept), known).rowcount
        for statement in (delete(OUTBOX).where(kept), _DOUBT_AGAIN):
            self.tx.connection.execute(statement, known)
        return planned

    def alone(self) -> None:
        """Let no other transaction release, or let anything go, until this one ends."""
        if self.tx.postgres:  # SQLite has one writer anyway
            self.tx.connection.execute(_ALONE)

    def last_attempt(self, campaign_id: str) -> datetime | None:
        """Return when the last text of a campaign was handed over; None while none was."""
        found: datetime | None = self.tx.connection.execute(_LAST_ATTEMPT, {"of_campaign": campaign_id}).scalar()
        return found

    def segments_gone(self, campaign_id: str) -> Mapping[str, int]:
        """Return the segments that have left, may have, or are about to, by language."""
        rows = self.tx.connection.execute(_GONE, {"of_campaign": campaign_id})
        return {language: int(segments) for language, segments in rows}

    def list(self) -> tuple[CampaignRow, ...]:
        """Return every campaign, newest first."""
        return tuple(_campaign(row) for row in self.tx.connection.execute(_ALL))

    def due(self, now: datetime) -> tuple[CampaignRow, ...]:
        """Return campaigns that are scheduled and due, or running."""
        starts = CAMPAIGN.c.starts_at.is_(None) | (CAMPAIGN.c.starts_at <= now)
        query = _ALL.where((CAMPAIGN.c.state == "running") | ((CAMPAIGN.c.state == "scheduled") & starts))
        return tuple(_campaign(row) for row in self.tx.connection.execute(query))

    def release(self, campaign: CampaignRow, batch: Batch, new_ids: Sequence[str]) -> int:
        """Move a planned recipient to the outbox for each new id; return how many.

        Who had another broadcast too lately is among them, with a text that is never sent.
        """
        self.alone()
        rounds = rounds_of(self.tx.connection, campaign.id) if batch.rested_since else ()
        planned = {"of_campaign": campaign.id, "most": len(new_ids)}
        people = self.tx.connection.execute(_planned(batch.rested_since, rounds), planned).all()
        if not people:
            return 0
        released = [{"of_campaign": campaign.id, "of_contact": person.contact_id} for person in people]
        self.tx.connection.execute(_RELEASED, released)
        count = insert_new(self.tx.connection, OUTBOX, _texts(campaign, batch, people, new_ids))
        if count >= STATISTICS_FROM and self.tx.postgres:
            self.tx.connection.execute(text("ANALYZE outbox"))
        return count

    def recheck(self, outbox_ids: tuple[str, ...], now: datetime) -> Mapping[str, str]:
        """Return, of claimed broadcast rows, those that may not be sent now, with the reason.

        Reasons: stopped, unapproved, opted_out, unsafe, open_case, dead_number, paused; the first that holds.
        """
        rows = self.tx.connection.execute(_RECHECK, {"ids": list(outbox_ids)}).all()
        states = {campaign_id: self._standing(campaign_id) for campaign_id in {row.campaign_id for row in rows}}
        verdicts = {row.id: _refusal(row, states[row.campaign_id]) for row in rows}
        return {outbox_id: reason for outbox_id, reason in verdicts.items() if reason is not None}

    def tally(self, campaign_id: str) -> Mapping[str, int]:
        """Count recipients by outbox state, plus ``planned`` for those not yet released."""
        states = {state: count for state, count in self.tx.connection.execute(_STATES, {"of_campaign": campaign_id})}
        left = self.tx.connection.execute(_LEFT, {"of_campaign": campaign_id}).scalar_one()
        return {**states, "planned": left}

    def _standing(self, campaign_id: str | None) -> str | None:
        """Return why nothing of a campaign may leave, or None."""
        campaign = self.get(campaign_id) if campaign_id is not None else None
        if campaign is None or campaign.state not in (*MAY_SEND, "paused"):
            return "stopped"
        rule, plan = from_facts(json.loads(campaign.rule)), plan_of(json.loads(campaign.plan))
        content = Content(campaign.texts, rule, campaign.starts_at, campaign.channel, plan)
        if campaign.approved_hash != content.hash():
            return "unapproved"
        return "paused" if campaign.state == "paused" else None


def _refusal(row: Row[Any], standing: str | None) -> str | None:
    reasons = {
        standing or "stopped": standing in ("stopped", "unapproved"),
        "opted_out": row.opted_out_at is not None or not row.agreed,
        "unsafe": row.safety == "unsafe",
        "open_case": row.open_case,
        "dead_number": row.dead_number,
    }
    return next((reason for reason, holds in reasons.items() if holds), standing)


def _plan_again(kept: ColumnElement[bool]) -> Update:
    whose = RECIPIENT.c.contact_id.in_(select(OUTBOX.c.contact_id).where(kept))
    return update(RECIPIENT).where(RECIPIENT.c.campaign_id == bindparam("of_campaign"), whose).values(state="planned")


def _planned(since: datetime | None, rounds: Sequence[str]) -> Select[tuple[str, str, bool]]:
    """Return the query of the next people: contact, language, and whether they had another broadcast too lately."""
    lately = literal(False) if since is None else audience.messaged_since(since, rounds, RECIPIENT.c.contact_id)
    return (
        select(RECIPIENT.c.contact_id, RECIPIENT.c.language, lately.label("lately"))
        .where(RECIPIENT.c.campaign_id == bindparam("of_campaign"), RECIPIENT.c.state == word("planned"))
        .order_by(RECIPIENT.c.contact_id)
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True)
    )


def _texts(
    campaign: CampaignRow, batch: Batch, people: Sequence[Row[Any]], new_ids: Sequence[str]
) -> list[dict[str, Any]]:
    """Return outbox rows without a body: their text is read from the campaign when they are claimed."""
    digests = {language: sha256(text.encode()).hexdigest() for language, text in campaign.texts.items()}
    now = batch.now
    pattern = Outgoing(
        "", "", "broadcast", "broadcasts", campaign.channel, "", None, now, now, batch.until, campaign_id=campaign.id
    )
    common = {**new_row(pattern, None), "reason": None, "settled_at": None}
    kept_back = {"state": "suppressed", "rank": RANK["suppressed"], "reason": "messaged_lately", "settled_at": now}
    return [
        {
            **common,
            **(kept_back if person.lately else {}),
            "id": new_id,
            "idempotency_key": f"broadcast:{campaign.id}:{person.contact_id}",
            "contact_id": person.contact_id,
            "language": person.language,
            "text_sha256": digests.get(person.language),
            "segments": batch.segments.get(person.language, 1),
        }
        for person, new_id in zip(people, new_ids, strict=False)
    ]


def _values(campaign: CampaignRow) -> dict[str, Any]:
    values = {name: getattr(campaign, name) for name in COLUMNS}
    return {**values, "texts": json.dumps(dict(campaign.texts), ensure_ascii=False)}


def _campaign(row: Row[Any]) -> CampaignRow:
    values = {name: getattr(row, name) for name in COLUMNS}
    return CampaignRow(**{**values, "texts": json.loads(row.texts)})
