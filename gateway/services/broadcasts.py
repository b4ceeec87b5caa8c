"""Broadcasts from draft to last receipt: two people, one exact content, humane hours, each person once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from gateway.campaigns.audience import AudienceRule
from gateway.campaigns.campaign import Campaign, Content, Event, approved, edited, moved, refused, submitted
from gateway.campaigns.cost import Cost, cost
from gateway.campaigns.pacing import PacingSettings, after_first, ends_at
from gateway.errors import Conflict
from gateway.ports.campaign_book import CampaignRow, Reach
from gateway.ports.content import Content as RunningContent
from gateway.ports.outside import Outside
from gateway.ports.unit_of_work import UnitOfWork
from gateway.services.campaign_rows import as_campaign, as_json, found, rule_of
from gateway.text.segments import measure

PLAN_CHUNK = 10_000
RELEASE_AHEAD = 10.0  # seconds of sending that may wait in the outbox: a STOP finds the rest still unreleased
UNSETTLED = ("queued", "claimed", "wait_retry", "ambiguous", "held")
FAILED = ("failed", "undelivered", "rejected", "expired")
UNSENT = ("planned", "suppressed", "cancelled")
LATEST = timedelta(days=366)
Change = Callable[[Campaign], Campaign]


@dataclass(frozen=True, slots=True)
class Preview:
    """What approving would mean: people by language, who is left out and why, price, and when the last text leaves."""

    reach: Reach
    cost: Cost
    ends_at: datetime
    content_hash: str


@dataclass(frozen=True, slots=True)
class Broadcasts:
    """Every step is checked by the life table of campaigns and written to the audit.

    ``rate``: texts a second; ``prices``: kip a segment by script, where set.
    """

    outside: Outside
    content: RunningContent
    pacing: PacingSettings
    rate: float
    prices: Mapping[str, int | None]
    channel: str

    def draft(
        self,
        name: str,
        texts: Mapping[str, str],
        rule: AudienceRule,
        starts_at: datetime | None,
        author: str,
        campaign_id: str | None = None,
    ) -> str:
        """Create a draft, or change one (which voids its approval); return its id."""
        now = self.outside.clock.now()
        self._check(texts, rule, starts_at, now)
        body = Content(dict(texts), rule, starts_at, self.channel)
        with self.outside.store.writing() as work:
            if campaign_id is not None:
                row = found(work, campaign_id)
                self._store(work, row, edited(as_campaign(row), author, body), author, "edited", now, name=name)
                return row.id
            row = CampaignRow(
                self.outside.chance.new_id(),
                name,
                "draft",
                body.texts,
                as_json(rule),
                self.channel,
                starts_at,
                None,
                author,
                now,
                rate=int(self.rate),
            )
            work.campaigns.add(row)
            work.audit.append(now, author, "manager", "campaign.drafted", row.id)
        return row.id

    def _check(self, texts: Mapping[str, str], rule: AudienceRule, starts_at: datetime | None, now: datetime) -> None:
        """Refuse what could only go wrong: no text or district, a past or far hour, four segments, a guarded word."""
        written = {language: text for language, text in texts.items() if text.strip()}
        if not written:
            raise Conflict("Write the text in at least one language.")
        if not rule.districts:
            raise Conflict("Choose at least one district.")
        if starts_at is not None and not now - timedelta(minutes=1) <= starts_at <= now + LATEST:
            raise Conflict("The hour lies in the past, or more than a year ahead.")
        for language, text in written.items():
            if measure(text).segments > 3:
                raise Conflict(f"The {language} text is longer than three segments: shorten it.")
            if self.content.library().guarded.hit(text) is not None:
                raise Conflict(f"The {language} text holds a word that must not reach a shared phone.")

    def submit(self, campaign_id: str, by: str) -> None:
        """Ask for approval."""
        self._step(campaign_id, by, "submitted", lambda campaign: submitted(campaign, by))

    def approve(self, campaign_id: str, by: str, seen_hash: str) -> None:
        """Approve exactly the content of ``seen_hash``, as a second person; with an hour set, schedule it at once."""
        self._step(campaign_id, by, "approved", lambda campaign: approved(campaign, by, seen_hash))
        with self.outside.store.reading() as work:
            row = found(work, campaign_id)
        if row.starts_at is not None:
            self.schedule(campaign_id, by)

    def refuse(self, campaign_id: str, by: str) -> None:
        """Send it back to its author."""
        self._step(campaign_id, by, "refused", lambda campaign: refused(campaign, by))

    def schedule(self, campaign_id: str, by: str) -> None:
        """Let it leave at its hour, or at the next humane one."""
        self._move(campaign_id, by, "schedule")

    def pause(self, campaign_id: str, by: str) -> None:
        """Hold it; what is on its way arrives."""
        self._move(campaign_id, by, "pause")

    def resume(self, campaign_id: str, by: str) -> None:
        """Go on; whoever resumes it in spite of its first failures is not asked about them again."""
        now = self.outside.clock.now()
        with self.outside.store.writing() as work:
            row = found(work, campaign_id)
            in_spite = self._fate(row, work.campaigns.tally(row.id), now) == "pause"
            row = self._store(work, row, moved(as_campaign(row), "resume"), by, "resumed", now)
            if in_spite:
                work.campaigns.save(replace(row, planned_at=None))

    def stop(self, campaign_id: str, by: str) -> int:
        """End it for good, at once; return how many texts had already left."""
        self._move(campaign_id, by, "stop")
        with self.outside.store.writing() as work:
            work.outbox.cancel(campaign_id=campaign_id, state="suppressed", reason="stopped")
            tally = work.campaigns.tally(campaign_id)
        unsent = {"planned", "queued", "wait_retry", "held", "suppressed", "cancelled"}
        return sum(count for state, count in tally.items() if state not in unsent)

    def preview(self, campaign_id: str) -> Preview:
        """Return reach, cost and end of a campaign as it stands."""
        with self.outside.store.reading() as work:
            row = found(work, campaign_id)
            rule = rule_of(row)
            reach = work.campaigns.reach(rule.districts, tuple(sorted(row.texts)), row.channel)
        total = sum(reach.by_language.values())
        start = max(row.starts_at or self.outside.clock.now(), self.outside.clock.now())
        return Preview(
            reach,
            cost(row.texts, reach.by_language, self.prices),
            ends_at(total, start, self.rate, self.pacing),
            as_campaign(row).content.hash(),
        )

    def release_due(self) -> int:
        """Plan, release and finish whatever is due; return how many texts were released."""
        now = self.outside.clock.now()
        with self.outside.store.reading() as work:
            due = work.campaigns.due(now)
        released = sum(self._go_on(row, now) for row in due) if self.pacing.quiet.open_at(now) else 0
        if released:
            self.outside.wakeup.wake("broadcasts")
        return released

    def _go_on(self, row: CampaignRow, now: datetime) -> int:
        """Take one campaign a round further; one that fails, or that another clock has just taken, stops no other."""
        try:
            return self._release(self._start(row, now) if row.state == "scheduled" else row, now)
        except Exception as error:  # noqa: BLE001 - the outermost door of one campaign: the others go on all the same
            self.outside.meter.event("campaign_failed", campaign=row.id, error=type(error).__name__)
            self.outside.meter.count("campaigns_failed", error=type(error).__name__)
            return 0

    def _start(self, row: CampaignRow, now: datetime) -> CampaignRow:
        """Write down who gets it, a few thousand at a time, then let it run. A crash goes on where it stopped."""
        rule, after = rule_of(row), ""
        while True:
            with self.outside.store.writing() as work:
                last = work.campaigns.plan(row.id, rule.districts, tuple(sorted(row.texts)), after, PLAN_CHUNK)
            if last is None:
                break
            after = last
        with self.outside.store.writing() as work:
            row = found(work, row.id)
            row = self._store(work, row, moved(as_campaign(row), "start"), "gateway", "started", now)
            return work.campaigns.save(replace(row, planned_at=now))

    def _release(self, row: CampaignRow, now: datetime) -> int:
        """Move the next people to the outbox: the first few alone, then as many as ten seconds of sending hold."""
        with self.outside.store.writing() as work:
            tally = work.campaigns.tally(row.id)
            waiting = sum(tally.get(state, 0) for state in UNSETTLED)
            planned = tally.get("planned", 0)
            if not planned and not waiting:
                self._store(work, row, moved(as_campaign(row), "finish"), "gateway", "finished", now)
                return 0
            room = self._room(work, row, tally, now) - waiting
            count = min(room, planned)
            if count <= 0:
                return 0
            ids = tuple(self.outside.chance.new_id() for _ in range(count))
            segments = {language: measure(text).segments for language, text in row.texts.items()}
            not_after = self.pacing.quiet.worthless_after(now)
            return work.campaigns.release(
                replace(row, not_after=not_after or now + timedelta(days=1)), now, count, ids, segments
            )

    def _room(self, work: UnitOfWork, row: CampaignRow, tally: Mapping[str, int], now: datetime) -> int:
        """How many texts may wait at once; more than a fifth of the first fifty failing pauses the campaign."""
        gone = sum(count for state, count in tally.items() if state not in UNSENT)
        if gone < self.pacing.first:
            return self.pacing.first - gone + sum(tally.get(state, 0) for state in UNSETTLED)
        fate = self._fate(row, tally, now)
        if fate == "pause":
            self._store(work, row, moved(as_campaign(row), "pause"), "gateway", "paused_by_failures", now)
        return max(self.pacing.first, int(self.rate * RELEASE_AHEAD)) if fate == "go" else 0

    def _fate(self, row: CampaignRow, tally: Mapping[str, int], now: datetime) -> Literal["wait", "go", "pause"]:
        """What the first people's fate allows, while no others went; without ``planned_at`` a person overruled it."""
        gone = sum(count for state, count in tally.items() if state not in UNSENT)
        if gone != self.pacing.first or row.planned_at is None:
            return "go"
        settled = gone - sum(tally.get(state, 0) for state in (*UNSETTLED, "accepted", "sent"))
        failed = sum(tally.get(state, 0) for state in FAILED)
        return after_first(gone, settled, failed, now - row.planned_at, self.pacing)

    def _move(self, campaign_id: str, by: str, event: Event) -> None:
        said = {"schedule": "scheduled", "pause": "paused", "resume": "resumed", "stop": "stopped"}[event]
        self._step(campaign_id, by, said, lambda campaign: moved(campaign, event))

    def _step(self, campaign_id: str, by: str, said: str, change: Change) -> None:
        now = self.outside.clock.now()
        with self.outside.store.writing() as work:
            row = found(work, campaign_id)
            self._store(work, row, change(as_campaign(row)), by, said, now)

    @staticmethod
    def _store(
        work: UnitOfWork,
        row: CampaignRow,
        campaign: Campaign,
        by: str,
        said: str,
        now: datetime,
        name: str | None = None,
    ) -> CampaignRow:
        saved = work.campaigns.save(
            replace(
                row,
                name=name or row.name,
                state=campaign.state,
                texts=dict(campaign.content.texts),
                rule=as_json(campaign.content.audience),
                starts_at=campaign.content.starts_at,
                author=campaign.author,
                submitted_by=campaign.submitted_by,
                approved_by=campaign.approved_by,
                approved_hash=campaign.approved_hash,
                finished_at=now if campaign.state in ("finished", "stopped") else None,
            )
        )
        work.audit.append(now, by, "manager", f"campaign.{said}", row.id)
        return saved
