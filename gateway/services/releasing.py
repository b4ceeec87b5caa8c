"""What time brings to broadcasts: planned in pieces, released a few seconds ahead, finished, and begun again."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Literal

from gateway.campaigns.campaign import is_approved, moved
from gateway.campaigns.pacing import NEVER_QUIET, PacingSettings, QuietHours, after_first
from gateway.campaigns.plan import Plan, dates_due, hour_has_come, next_round
from gateway.cases.disaster import awake
from gateway.delivery.life import FAILURES
from gateway.ports.campaign_book import CampaignRow
from gateway.ports.outside import Outside
from gateway.ports.unit_of_work import UnitOfWork
from gateway.services.broadcast_checks import worst
from gateway.services.campaign_rows import as_campaign, audience_of, found, keep, plan_of, rule_of
from gateway.text.segments import measure

PLAN_CHUNK: Final = 10_000
PLAN_AT_A_STRETCH: Final = timedelta(seconds=5)
RELEASE_AHEAD: Final = 10.0  # seconds of sending that may wait in the outbox: a STOP finds the rest still unreleased
RELEASE_AT_ONCE: Final = 1_000  # a transaction: an alert waits behind no more
UNSETTLED: Final = ("queued", "claimed", "wait_retry", "ambiguous", "held")
UNSENT: Final = ("planned", "suppressed", "cancelled")
SERIES_ENDS: Final = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Releasing:
    """Takes every due broadcast a round further; safe to run in any number of processes at once.

    ``rate``: texts a second; ``prices``: kip a segment by script, where set.
    """

    outside: Outside
    pacing: PacingSettings
    rate: float
    prices: Mapping[str, int | None]

    def release_due(self) -> int:
        """Plan, release and finish whatever is due; return how many texts were released.

        While an emergency has people left to tell, no other broadcast is released.
        """
        now = self.outside.clock.now()
        with self.outside.store.reading() as work:
            due = work.campaigns.due(now)
        urgent = {row.id for row in due if plan_of(row).emergency}
        released = sum(self._go_on(row, now) for row in due if row.id in urgent)
        if not any(self._people_left(campaign) for campaign in urgent):
            released += sum(self._go_on(row, now) for row in due if row.id not in urgent)
        if released:
            self.outside.wakeup.wake("broadcasts")
        return released

    def fate(
        self, row: CampaignRow, tally: Mapping[str, int], now: datetime, *, urgent: bool
    ) -> Literal["wait", "go", "pause"]:
        """What the first people's fate allows, while no others went; without ``planned_at`` a person overruled it.

        An emergency waits for nobody's receipt; failures stop it at any time.
        """
        gone = sum(count for state, count in tally.items() if state not in UNSENT)
        asked = gone >= self.pacing.first if urgent else gone == self.pacing.first
        if not asked or row.planned_at is None:
            return "go"
        settled = gone - sum(tally.get(state, 0) for state in (*UNSETTLED, "accepted", "sent"))
        failed = sum(tally.get(state, 0) for state in FAILURES)
        fate = after_first(gone, settled, failed, now - row.planned_at, self.pacing)
        return "go" if urgent and fate == "wait" else fate

    def _people_left(self, campaign_id: str) -> bool:
        with self.outside.store.reading() as work:
            row = work.campaigns.get(campaign_id)
            if row is None or row.state not in ("scheduled", "running"):
                return False
            return row.state == "scheduled" or work.campaigns.tally(row.id)["planned"] > 0

    def _go_on(self, row: CampaignRow, now: datetime) -> int:
        """Take one campaign a round further; one that fails, or that another clock has just taken, stops no other."""
        try:
            plan = plan_of(row)
            quiet = self._quiet(row, plan, now)
            if row.state == "scheduled":
                started = self._start(row, plan, now) if quiet.open_at(now) else None
                return self._release(started, plan, quiet, now) if started else 0
            return self._release(row, plan, quiet, now)
        except Exception as error:  # noqa: BLE001 - the outermost door of one campaign: the others go on all the same
            self.outside.meter.event("campaign_failed", campaign=row.id, error=type(error).__name__)
            self.outside.meter.count("campaigns_failed", error=type(error).__name__)
            return 0

    def _quiet(self, row: CampaignRow, plan: Plan, now: datetime) -> QuietHours:
        """Return the quiet hours of a broadcast: none for an emergency where a declared disaster lifts them."""
        if not plan.emergency:
            return self.pacing.quiet
        rule = rule_of(row)
        with self.outside.store.reading() as work:
            lifted = awake(rule.districts | rule.provinces, work.disasters.open(now), now)
        return NEVER_QUIET if lifted else self.pacing.quiet

    def _start(self, row: CampaignRow, plan: Plan, now: datetime) -> CampaignRow | None:
        """Write down who gets it, a few thousand at a time, then let it run; None while there is more to write down.

        A crash goes on where it stopped: behind the last contact that is written down. What somebody changed meanwhile
        begins anew, once it is approved again.
        """
        until = self.outside.clock.now() + PLAN_AT_A_STRETCH
        with self.outside.store.reading() as work:
            after: str | None = work.campaigns.planned_until(row.id)
        while plan.drip is None and after is not None:
            with self.outside.store.writing(gives_way=True) as work:
                if found(work, row.id).version != row.version:
                    return None
                languages = tuple(sorted(row.texts))
                after = work.audience.plan(row.id, audience_of(row), languages, now, after, PLAN_CHUNK)
            if after is not None and self.outside.clock.now() >= until:
                self.outside.wakeup.wake("chores")
                return None
        with self.outside.store.writing() as work:
            if found(work, row.id).version != row.version:
                return None
            row = keep(work, row, moved(as_campaign(row), "start"), "gateway", "started", now)
            return work.campaigns.save(replace(row, planned_at=now))

    def _plan_dates(self, row: CampaignRow, plan: Plan, now: datetime) -> None:
        """Write down the people whose own date makes it their turn today, from the hour of the broadcast's start on."""
        if plan.drip is not None and hour_has_come(row.starts_at, now, self.pacing.quiet.zone):
            dated = dates_due(plan.drip, now, self.pacing.quiet.zone)
            with self.outside.store.writing() as work:
                work.audience.plan_dated(row.id, audience_of(row), tuple(sorted(row.texts)), now, dated)

    def _release(self, row: CampaignRow, plan: Plan, quiet: QuietHours, now: datetime) -> int:
        """Move the next people to the outbox, a few hundred a transaction: an alert must not wait behind them."""
        over, open_now = self._is_over(plan, now), quiet.open_at(now)
        if open_now and not over:
            self._plan_dates(row, plan, now)
        count = self._decide(row, plan, now, over=over, open_now=open_now)
        if count <= 0:
            return 0
        said = worst(row.texts, rule_of(row))
        segments = {language: measure(text).segments for language, text in said.items()}
        ends = [end for end in (quiet.worthless_after(now), plan.not_after) if end is not None]
        dated = replace(row, not_after=min(ends, default=now + timedelta(days=1)))
        released = 0
        while released < count:
            some = min(RELEASE_AT_ONCE, count - released)
            with self.outside.store.writing(gives_way=True) as work:
                if work.campaigns.state(row.id) != "running":
                    break
                ids = tuple(self.outside.chance.new_id() for _ in range(some))
                moved_on = work.campaigns.release(dated, now, some, ids, segments)
            released += moved_on
            if moved_on < some:
                break
        return released

    def _decide(self, row: CampaignRow, plan: Plan, now: datetime, *, over: bool, open_now: bool) -> int:
        """Return how many people may follow now: the first few alone, then as many as ten seconds of sending hold.

        Finishes the campaign when nothing is left to do, and pauses it when its failures or its budget ask for it.
        """
        with self.outside.store.writing() as work:
            row = found(work, row.id)
            if row.state != "running":
                return 0
            if open_now or over:
                work.campaigns.take_back(row.id, now)
            if plan.drip is not None:  # a night, a pause or another day told meanwhile: it would come too late
                work.campaigns.forget_undue(row.id, dates_due(plan.drip, now, self.pacing.quiet.zone))
            tally = work.campaigns.tally(row.id)
            waiting = sum(tally.get(state, 0) for state in UNSETTLED)
            planned = tally.get("planned", 0)
            if not waiting and (over or (not planned and plan.drip is None)):
                self._finish(work, row, plan, now)
                return 0
            if over or not open_now:
                return 0
            room = self._room(work, row, plan, tally, now) - waiting
            return self._affordable(work, row, plan, min(room, planned), now)

    def _is_over(self, plan: Plan, now: datetime) -> bool:
        """Whether its last moment has come, or what it says is out of date."""
        late = plan.not_after is not None and now >= plan.not_after
        return late or (
            plan.facts_until is not None and now.astimezone(self.pacing.quiet.zone).date() > plan.facts_until
        )

    def _room(self, work: UnitOfWork, row: CampaignRow, plan: Plan, tally: Mapping[str, int], now: datetime) -> int:
        """How many texts may wait at once; more than a fifth of the first fifty failing pauses the campaign."""
        gone = sum(count for state, count in tally.items() if state not in UNSENT)
        if gone < self.pacing.first:
            return self.pacing.first - gone + sum(tally.get(state, 0) for state in UNSETTLED)
        fate = self.fate(row, tally, now, urgent=plan.emergency)
        if fate == "pause":
            keep(work, row, moved(as_campaign(row), "pause"), "gateway", "paused_by_failures", now)
        return max(self.pacing.first, int(self.rate * RELEASE_AHEAD)) if fate == "go" else 0

    def _affordable(self, work: UnitOfWork, row: CampaignRow, plan: Plan, count: int, now: datetime) -> int:
        """Return how many of ``count`` texts the campaign's own budget still pays; none left pauses it."""
        if plan.budget is None or count <= 0:
            return count
        sizes = {language: measure(text) for language, text in worst(row.texts, rule_of(row)).items()}
        kip = {language: self.prices.get(size.encoding) or 0 for language, size in sizes.items()}
        gone = work.campaigns.segments_gone(row.id)
        spent = sum(segments * kip.get(language, 0) for language, segments in gone.items())
        dearest = max((kip[language] * size.segments for language, size in sizes.items()), default=0)
        left = (plan.budget - spent) // dearest if dearest else count
        if left <= 0:
            keep(work, row, moved(as_campaign(row), "pause"), "gateway", "paused_by_budget", now)
        return int(min(count, left))

    def _finish(self, work: UnitOfWork, row: CampaignRow, plan: Plan, now: datetime) -> None:
        """End it, and write down its next round where it repeats: the same content, approved with the first.

        A round whose content is not the approved one has no next.
        """
        keep(work, row, moved(as_campaign(row), "finish"), "gateway", "finished", now)
        first = work.campaigns.get(row.series) if row.series else row
        if first is None or first.starts_at is None or row.starts_at is None or not is_approved(as_campaign(row)):
            return
        at = next_round(first.starts_at, row.starts_at, plan.repeats, now, self.pacing.quiet.zone)
        if at is None or self._is_over(plan, at) or at > first.starts_at + SERIES_ENDS:
            return
        later = replace(
            row, id=self.outside.chance.new_id(), state="scheduled", starts_at=at, created_at=now, version=0,
            planned_at=None, finished_at=None, series=first.id,
        )  # fmt: skip
        later = replace(later, approved_hash=as_campaign(later).content.hash())
        work.campaigns.add(later)
        work.audit.append(now, "gateway", "manager", "campaign.repeated", later.id)
