"""What time brings to broadcasts: planned in pieces, released a few seconds ahead, finished, and begun again."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from gateway.campaigns.campaign import BEGUN, is_approved, moved
from gateway.campaigns.cost import cost
from gateway.campaigns.pacing import NEVER_QUIET, PacingSettings, QuietHours
from gateway.campaigns.plan import Plan, dates_due, hour_has_come, is_over, round_after
from gateway.campaigns.rounds import FINISH, WAIT, Standing, Step, next_step, texts_left
from gateway.cases.disaster import awake
from gateway.ports.campaign_book import Batch, CampaignRow
from gateway.ports.outside import Outside
from gateway.ports.unit_of_work import UnitOfWork
from gateway.services.broadcast_checks import worst
from gateway.services.campaign_rows import as_campaign, audience_of, keep, locked, plan_of, rule_of
from gateway.services.campaign_spending import gone_of
from gateway.services.campaign_standing import standing_of
from gateway.text.segments import measure

PLAN_CHUNK: Final = 10_000
PLAN_AT_A_STRETCH: Final = timedelta(seconds=5)
RELEASE_AT_ONCE: Final = 1_000  # a transaction: an alert waits behind no more


@dataclass(frozen=True, slots=True)
class Releasing:
    """Takes every due broadcast a round further; a round begins and releases under the lock of its campaign.

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
            quiet = self.quiet_of(row, now)
            if row.state == "scheduled":
                started = self._start(row, plan, now) if quiet.open_at(now) else None
                return self._release(started, plan, quiet, now) if started else 0
            return self._release(row, plan, quiet, now)
        except Exception as error:  # noqa: BLE001 - the outermost door of one campaign: the others go on all the same
            self.outside.meter.event("campaign_failed", campaign=row.id, error=type(error).__name__)
            self.outside.meter.count("campaigns_failed", error=type(error).__name__)
            return 0

    def quiet_of(self, row: CampaignRow, now: datetime) -> QuietHours:
        """Return the quiet hours of a broadcast: none for an emergency where a declared disaster lifts them."""
        if not plan_of(row).emergency:
            return self.pacing.quiet
        rule = rule_of(row)
        with self.outside.store.reading() as work:
            lifted = awake(rule.districts | rule.provinces, work.disasters.open(now), now)
        return NEVER_QUIET if lifted else self.pacing.quiet

    def leaves_at(self, row: CampaignRow, now: datetime) -> datetime | None:
        """Return when the quiet hours let a broadcast leave at its hour, or once approved; None without an hour."""
        at_once = plan_of(row).emergency and row.state not in BEGUN
        asked_for = row.starts_at or (now if at_once else None)
        return self.quiet_of(row, now).next_open(asked_for) if asked_for else None

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
                if locked(work, row.id).version != row.version:
                    return None
                self.outside.reach("while-planning")
                languages = tuple(sorted(row.texts))
                after = work.audience.plan(row.id, audience_of(row), languages, now, after, PLAN_CHUNK)
            if after is not None and self.outside.clock.now() >= until:
                self.outside.wakeup.wake("chores")
                return None
        with self.outside.store.writing() as work:
            if locked(work, row.id).version != row.version:
                return None
            return keep(work, row, moved(as_campaign(row), "start"), "gateway", "started", now)

    def _release(self, row: CampaignRow, plan: Plan, quiet: QuietHours, now: datetime) -> int:
        """Move the next people to the outbox, a few hundred a transaction: an alert must not wait behind them.

        Each round gives the campaign a new version, and each transaction asks for it: the round of another process, a
        pause or a STOP ends this one.
        """
        decided, count = self._decide(row, plan, quiet, now)
        released, rest_days = 0, audience_of(row).rest_days
        said = worst(row.texts, rule_of(row))
        batch = Batch(
            now, self._until(plan, quiet, now), {language: measure(text).segments for language, text in said.items()},
            now - timedelta(days=rest_days) if rest_days else None,
        )  # fmt: skip
        while released < count:
            ids = tuple(self.outside.chance.new_id() for _ in range(min(RELEASE_AT_ONCE, count - released)))
            self.outside.reach("before-release")
            with self.outside.store.writing(gives_way=True) as work:
                if locked(work, row.id).version != decided:
                    break
                moved_on = work.campaigns.release(row, batch, ids)
            released += moved_on
            if moved_on < len(ids):
                break
        return released

    def _until(self, plan: Plan, quiet: QuietHours, now: datetime) -> datetime:
        """Return when what is released now is worthless."""
        ends = [end for end in (quiet.worthless_after(now), plan.not_after) if end is not None]
        return min(ends, default=now + timedelta(days=1))

    def _decide(self, row: CampaignRow, plan: Plan, quiet: QuietHours, now: datetime) -> tuple[int, int]:
        """Take the next step; return the campaign's version since then, and how many people may follow."""
        over, open_now = is_over(plan, now, self.pacing.quiet.zone), quiet.open_at(now)
        with self.outside.store.writing() as work:
            row = locked(work, row.id)
            if row.state != "running":
                return row.version, 0
            self._put_in_order(work, row, plan, now, over=over, open_now=open_now)
            at = self._standing(work, row, now)
            if over or not open_now:
                step = FINISH if over and not at.waiting else WAIT
            else:
                left = self._affordable(work, row, plan)
                step = next_step(at, self.pacing, self.rate, left, urgent=plan.emergency, dated=plan.drip is not None)
            return self._take(work, row, plan, step, at, now).version, step.count

    def _put_in_order(
        self, work: UnitOfWork, row: CampaignRow, plan: Plan, now: datetime, *, over: bool, open_now: bool
    ) -> None:
        """Plan again what was kept back, and write down and strike out people by their own dates.

        A night, a pause or another day told meanwhile: it would come too late. The queue of an emergency does not leave
        at night once its disaster has ended.
        """
        if open_now or over or plan.emergency:
            work.campaigns.take_back(row.id, now, queued=not open_now and not over)
        if plan.drip is None:
            return
        dated = dates_due(plan.drip, now, self.pacing.quiet.zone)
        work.campaigns.forget_undue(row.id, dated)
        if open_now and not over and hour_has_come(row.starts_at, now, self.pacing.quiet.zone):
            work.audience.plan_dated(row.id, audience_of(row), tuple(sorted(row.texts)), now, dated)

    def _standing(self, work: UnitOfWork, row: CampaignRow, now: datetime) -> Standing:
        last = work.campaigns.last_attempt(row.id) if row.first_passed_at is None else None
        return standing_of(work.campaigns.tally(row.id), row, now - last if last is not None else None)

    def _take(
        self, work: UnitOfWork, row: CampaignRow, plan: Plan, step: Step, at: Standing, now: datetime
    ) -> CampaignRow:
        """Write down a step; return the campaign as it is then."""
        if step.kind == "finish":
            return self._finish(work, row, plan, now)
        if step.kind == "pause":
            paused = replace(row, paused_for=step.why)
            return keep(work, paused, moved(as_campaign(row), "pause"), "gateway", f"paused_by_{step.why}", now)
        if step.kind == "release":
            passed = row.first_passed_at or (now if at.gone >= self.pacing.first else None)
            return work.campaigns.save(replace(row, first_passed_at=passed))
        return row

    def _affordable(self, work: UnitOfWork, row: CampaignRow, plan: Plan) -> int | None:
        """Return how many texts the campaign's own budget still pays; None without one."""
        if plan.budget is None:
            return None
        lines = cost(worst(row.texts, rule_of(row)), {}, self.prices).lines
        return texts_left(plan.budget, gone_of(work, row, self.prices).kip, [line.each for line in lines])

    def _finish(self, work: UnitOfWork, row: CampaignRow, plan: Plan, now: datetime) -> CampaignRow:
        """End it, and write down its next round where it repeats: the same content, approved with the first."""
        ended = keep(work, row, moved(as_campaign(row), "finish"), "gateway", "finished", now)
        self._repeat(work, row, plan, now)
        return ended

    def _repeat(self, work: UnitOfWork, row: CampaignRow, plan: Plan, now: datetime) -> None:
        """Schedule the round after this one; a round whose content is not the approved one has no next."""
        first = work.campaigns.get(row.series) if row.series else row
        if first is None or first.starts_at is None or row.starts_at is None or not is_approved(as_campaign(row)):
            return
        at = round_after(plan, first.starts_at, row.starts_at, now, self.pacing.quiet.zone)
        if at is None:
            return
        later = replace(
            row, id=self.outside.chance.new_id(), state="scheduled", starts_at=at, created_at=now, version=0,
            first_passed_at=None, seen_gone=0, seen_failed=0, started_at=None, finished_at=None,
            series=first.id,
        )  # fmt: skip
        later = replace(later, approved_hash=as_campaign(later).content.hash())
        work.campaigns.add(later)
        work.audit.append(now, "gateway", "manager", "campaign.repeated", later.id)
