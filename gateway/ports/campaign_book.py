"""Stored campaigns, their recipients and their tallies."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from gateway.campaigns.plan import Dated


@dataclass(frozen=True, slots=True)
class CampaignRow:
    """A campaign as it is stored; ``texts`` by language, ``rule`` is the audience rule as JSON, ``plan`` its plan.

    ``first_passed_at``: when the fate of the first people let the others follow. ``seen_gone``, ``seen_failed``: texts,
    and failures among them, at the hour a person last let it go on in spite of them. ``paused_for``: what paused it,
    None for a person. ``series``: the broadcast of which this is a later round. ``kept``: prepared for the next time.
    ``started_at``: when its people were written down and the first could leave.
    """

    id: str
    name: str
    state: str
    texts: Mapping[str, str]
    rule: str
    channel: str
    starts_at: datetime | None
    author: str
    created_at: datetime
    submitted_by: str | None = None
    approved_by: str | None = None
    approved_hash: str | None = None
    purpose: str = "information"
    version: int = 0
    first_passed_at: datetime | None = None
    seen_gone: int = 0
    seen_failed: int = 0
    paused_for: str | None = None
    finished_at: datetime | None = None
    plan: str = "{}"
    series: str | None = None
    kept: bool = False
    sent_back_by: str | None = None
    sent_back_why: str | None = None
    started_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """How people are released at ``now``: ``until`` when their text is worth sending, its segments by language.

    ``rested_since``: whoever had another broadcast since then gets none; None where that does not matter.
    """

    now: datetime
    until: datetime
    segments: Mapping[str, int]
    rested_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Edition:
    """What a campaign said after one saving; ``content`` is JSON, ``content_hash`` what an approver would approve."""

    campaign_id: str
    number: int
    at: datetime
    author: str
    content: str
    content_hash: str


@dataclass(frozen=True, slots=True)
class Reach:
    """Who would get a campaign: people per language, and how many are left out for each reason.

    ``in_another``: (language read, language sent) -> people who get it in another language than the one they read.
    """

    by_language: Mapping[str, int]
    left_out: Mapping[str, int]
    in_another: Mapping[tuple[str, str], int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fate:
    """How many people of a district and language came to a state, and why."""

    district: str | None
    language: str
    state: str
    reason: str | None
    people: int


@dataclass(frozen=True, slots=True)
class Told:
    """The last broadcast that somebody got, and the flow that it names for answers, if any."""

    campaign: str
    reply_flow: str | None


@dataclass(frozen=True, slots=True)
class Feed:
    """A calendar at a secret address; only the digest of its token is kept."""

    id: str
    token_sha256: str
    made_by: str
    made_at: datetime
    revoked_at: datetime | None = None


class CampaignBook(Protocol):
    """Campaigns and one row per campaign and contact."""

    def add(self, campaign: CampaignRow) -> None:
        """Store a new campaign."""
        ...

    def get(self, campaign_id: str, *, lock: bool = False) -> CampaignRow | None:
        """Return a campaign; ``lock``: nobody else changes it until this transaction ends."""
        ...

    def save(self, campaign: CampaignRow) -> CampaignRow:
        """Store a changed campaign (version must match, else Conflict); return it with the next version."""
        ...

    def list(self) -> tuple[CampaignRow, ...]:
        """Return every campaign, newest first."""
        ...

    def due(self, now: datetime) -> tuple[CampaignRow, ...]:
        """Return campaigns that are scheduled and due, or running."""
        ...

    def forget_planned(self, campaign_id: str) -> None:
        """Forget who is written down for a campaign and has not been released to the outbox."""
        ...

    def forget_undue(self, campaign_id: str, dated: Dated) -> None:
        """Forget whoever waits for a campaign, planned or released, and has no date within ``dated`` any more."""
        ...

    def planned_until(self, campaign_id: str) -> str:
        """Return the last contact id that is written down for a campaign; empty when there is none."""
        ...

    def release(self, campaign: CampaignRow, batch: Batch, new_ids: Sequence[str]) -> int:
        """Move a planned recipient to the outbox for each new id, once per campaign and contact; return how many.

        Who had another broadcast too lately is among them, with a text that is never sent.
        """
        ...

    def alone(self) -> None:
        """Let no other transaction release, or let anything go, until this one ends."""
        ...

    def recheck(self, outbox_ids: tuple[str, ...], now: datetime) -> Mapping[str, str]:
        """Return, of claimed broadcast rows, those that may not be sent now, with the reason.

        Reasons: opted_out, open_case, dead_number, stopped, unapproved, paused.
        """
        ...

    def take_back(self, campaign_id: str, now: datetime, *, queued: bool = False) -> int:
        """Plan again whom a pause or the night has kept a text from that never left; return how many.

        ``queued``: also whose text waits to be claimed.
        """
        ...

    def last_attempt(self, campaign_id: str) -> datetime | None:
        """Return when the last text of a campaign was handed over; None while none was."""
        ...

    def segments_gone(self, campaign_id: str) -> Mapping[str, int]:
        """Return the segments that have left, may have, or are about to, by language."""
        ...

    def add_edition(self, edition: Edition) -> None:
        """Keep what a campaign says after a saving."""
        ...

    def editions(self, campaign_id: str) -> tuple[Edition, ...]:
        """Return what a campaign said, oldest first."""
        ...

    def set_date(self, contact_id: str, of: str, on_day: date | None) -> None:
        """Keep a date of a contact, or forget it."""
        ...

    def last_told(self, contact_id: str, since: datetime) -> Told | None:
        """Return the last broadcast to a contact after ``since``; None when there was none."""
        ...

    def fates(self, campaign_id: str) -> tuple[Fate, ...]:
        """Count the people of a campaign by district, language, state and reason."""
        ...

    def answered(self, campaign_id: str) -> int:
        """Count the people who answered it, and did not STOP since."""
        ...

    def add_feed(self, feed: Feed) -> None:
        """Keep a calendar feed."""
        ...

    def feeds(self) -> tuple[Feed, ...]:
        """Return every feed that was not revoked, newest first."""
        ...

    def revoke_feed(self, feed_id: str, now: datetime) -> bool:
        """End a feed; False when there is none."""
        ...

    def tally(self, campaign_id: str) -> Mapping[str, int]:
        """Count recipients by outbox state, plus ``planned`` for those not yet released."""
        ...

    def tallies(self, ids: Collection[str]) -> Mapping[str, Mapping[str, int]]:
        """Return the tally of each of these campaigns, in as many statements as one takes."""
        ...
