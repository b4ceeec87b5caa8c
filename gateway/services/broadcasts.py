"""Broadcasts from draft to STOP: two people, one exact content, a known price; each step is one of its life table."""

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from gateway.campaigns.audience import AudienceRule
from gateway.campaigns.campaign import (
    Campaign,
    Content,
    Event,
    State,
    approved,
    edited,
    moved,
    refused,
    submitted,
)
from gateway.campaigns.pacing import PacingSettings
from gateway.campaigns.plan import EMERGENCY_LASTS, ONCE, Plan
from gateway.delivery.life import NEVER_LEAVES, WITH_US
from gateway.errors import Conflict
from gateway.ports.campaign_book import CampaignRow
from gateway.ports.content import Content as RunningContent
from gateway.ports.outside import Outside
from gateway.ports.unit_of_work import UnitOfWork
from gateway.services.broadcast_checks import LATEST, BroadcastChecks, tidied
from gateway.services.broadcast_preview import Preview, preview_of
from gateway.services.campaign_places import require_within
from gateway.services.campaign_rows import (
    as_campaign,
    as_json,
    edition_of,
    found,
    keep,
    locked,
    plan_of,
    rule_of,
    says,
)
from gateway.services.campaign_standing import standing_of
from gateway.services.reasons import reason_of
from gateway.services.releasing import Releasing

LONGEST_NAME: Final = 80
ON_ITS_WAY: Final[frozenset[State]] = frozenset({"scheduled", "running", "paused"})
ASKED_FOR: Final = ON_ITS_WAY | frozenset[State]({"submitted", "approved"})
NOT_LEFT: Final = NEVER_LEAVES | {"planned"} | WITH_US - {"claimed", "ambiguous"}
Change = Callable[[Campaign], Campaign]


@dataclass(frozen=True, slots=True)
class Broadcasts:
    """Every step is checked by the life table of campaigns and the places of its account, and written to the audit.

    ``rate``: texts a second; ``prices``: kip a segment by script, where set.
    """

    outside: Outside
    content: RunningContent
    pacing: PacingSettings
    rate: float
    prices: Mapping[str, int | None]
    channel: str

    @property
    def releasing(self) -> Releasing:
        """What time brings to broadcasts."""
        return Releasing(self.outside, self.pacing, self.rate, self.prices)

    def release_due(self) -> int:
        """Plan, release and finish whatever is due; return how many texts were released."""
        return self.releasing.release_due()

    @property
    def checks(self) -> BroadcastChecks:
        """What a broadcast may not be."""
        return BroadcastChecks(self.outside, self.content, self.pacing.quiet.zone)

    def draft(
        self,
        name: str,
        texts: Mapping[str, str],
        rule: AudienceRule,
        starts_at: datetime | None,
        author: str,
        campaign_id: str | None = None,
        plan: Plan = ONCE,
        *,
        whole: bool = True,
        kept: bool = False,
    ) -> str:
        """Create a draft, or change one (which voids its approval, and what was planned of it); return its id.

        Not ``whole``: saved on the way, what is missing may be missing until approval is asked for. ``kept``: for the
        next time, to be copied and never sent itself.
        """
        if not 1 <= len(name := " ".join(name.split())) <= LONGEST_NAME:
            raise Conflict(f"A broadcast has a name of 1 to {LONGEST_NAME} characters.")
        now = self.outside.clock.now()
        body = tidied(Content(dict(texts), rule, starts_at, self.channel, plan))
        self.checks.sound(body)
        if whole:
            self.checks.whole(body)
        with self.outside.store.writing() as work:
            require_within(work, author, body.audience)
            if campaign_id is not None:
                row = self._taken_by(work, campaign_id, author)
                saved = keep(work, row, edited(as_campaign(row), author, body), author, "edited", now, name=name)
            else:
                saved = CampaignRow(
                    self.outside.chance.new_id(), name, "draft", body.texts, as_json(rule), self.channel, starts_at,
                    author, now, plan=as_json(plan), purpose=rule.purpose, kept=kept,
                )  # fmt: skip
                work.campaigns.add(saved)
                work.audit.append(now, author, "manager", "campaign.drafted", saved.id)
            number = len(work.campaigns.editions(saved.id)) + 1
            work.campaigns.add_edition(edition_of(as_campaign(saved), number, now))
        return saved.id

    def copy(self, campaign_id: str, by: str) -> str:
        """Draft the same texts for the same people once more, by their dates where it goes by them; return the new id.

        Hours, rounds and the day until which it is true are to be said anew; what goes by dates may go on for as long,
        an emergency a day.
        """
        now = self.outside.clock.now()
        with self.outside.store.reading() as work:
            row = found(work, campaign_id)
        body, old = as_campaign(row).content, plan_of(row)
        ends = now + EMERGENCY_LASTS if old.emergency else None
        if old.drip is not None and old.not_after is not None:
            ends = min(now + (old.not_after - row.created_at), now + LATEST)
        plan = replace(old, repeats="once", facts_until=None, not_after=ends)
        return self.draft(row.name, body.texts, body.audience, None, by, plan=plan)

    def submit(self, campaign_id: str, by: str) -> None:
        """Ask for approval; Conflict while something is missing, or when it would cost more than its budget.

        An emergency that nobody would get is refused, too: a district was mistaken.
        """
        seen = self.preview(campaign_id)
        self.ready(seen)
        self._step(
            campaign_id, by, "submitted", lambda campaign: submitted(campaign, by, seen.content_hash), unless=ASKED_FOR
        )

    def ready(self, preview: Preview) -> None:
        """Conflict while approval of what is previewed cannot be asked for: something is missing, or it is too dear."""
        body, cost = as_campaign(preview.row).content, preview.cost
        self.checks.whole(body)
        if preview.row.kept:
            raise Conflict("It is kept for the next time: ask for its release among the emergency texts.")
        if body.audience.past and not cost.people:
            raise Conflict("Fewer than five people did that: choose more people, or not by what they did.")
        if body.plan.emergency and not cost.people:
            raise Conflict("Nobody would get it: look at the districts.")
        if body.plan.emergency and body.plan.not_after is None:
            raise Conflict("An emergency text is sent once, and within a day.")
        if body.plan.budget is not None and any(line.price_each is None for line in cost.lines):
            raise Conflict("A budget needs the price of a message: it is not set.")
        if body.plan.budget is not None and cost.total is not None and cost.total > body.plan.budget:
            raise Conflict("It costs more than its budget.")

    def approve(self, campaign_id: str, by: str, seen_hash: str) -> None:
        """Approve exactly the content of ``seen_hash``, as a second person; with an hour set, schedule it at once.

        Conflict once its hour has passed, and for an emergency that is on its way already. An emergency leaves with
        the approval: two people, two steps.
        """
        with self.outside.store.writing() as work:
            row = self._taken_by(work, campaign_id, by)
            self._refuse_unsound(work, row, ON_ITS_WAY)
            now = self.outside.clock.now()
            row = keep(work, row, approved(as_campaign(row), by, seen_hash), by, "approved", now)
            leaves = row.starts_at is not None or plan_of(row).emergency
            if leaves:
                keep(work, row, moved(as_campaign(row), "schedule"), by, "scheduled", now)
        if leaves:
            self.outside.wakeup.wake("chores")

    def refuse(self, campaign_id: str, by: str, why: str) -> None:
        """Send it back to its author, who reads why; Conflict for a reason of less than five characters."""
        said = reason_of(why)
        self._step(campaign_id, by, "refused", lambda campaign: refused(campaign, by, said))

    def schedule(self, campaign_id: str, by: str) -> None:
        """Let it leave at its hour, or at the next humane one; Conflict once its hour has passed."""
        self._step(campaign_id, by, "scheduled", lambda campaign: moved(campaign, "schedule"), unless=ON_ITS_WAY)
        self.outside.wakeup.wake("chores")

    def pause(self, campaign_id: str, by: str) -> None:
        """Hold it; what is on its way arrives."""
        self._move(campaign_id, by, "pause")

    def resume(self, campaign_id: str, by: str) -> None:
        """Go on; whoever resumes what its failures have paused is not asked about the same ones again."""
        now = self.outside.clock.now()
        with self.outside.store.writing() as work:
            row = self._taken_by(work, campaign_id, by)
            resumed = replace(row, paused_for=None)
            if row.paused_for == "failures":
                at = standing_of(work.campaigns.tally(campaign_id), row)
                resumed = replace(resumed, first_passed_at=now, seen_gone=at.gone, seen_failed=at.failed)
            keep(work, resumed, moved(as_campaign(row), "resume"), by, "resumed", now)
        self.outside.wakeup.wake("chores")

    def stop(self, campaign_id: str, by: str) -> int:
        """End it for good, at once; return how many texts had already left.

        From the first commit on no worker may send: each asks right before its request. A text in a worker's hands at
        that moment counts as left.
        """
        self._move(campaign_id, by, "stop")
        with self.outside.store.writing() as work:
            work.outbox.cancel(campaign_id=campaign_id, reason="stopped")
            tally = work.campaigns.tally(campaign_id)
        return sum(count for state, count in tally.items() if state not in NOT_LEFT)

    def preview(self, campaign_id: str) -> Preview:
        """Return reach, cost, start and end of a campaign as it stands; NotFound."""
        return preview_of(self.releasing, campaign_id)

    @staticmethod
    def _taken_by(work: UnitOfWork, campaign_id: str, by: str) -> CampaignRow:
        """Return a campaign, locked, for a step of somebody whose places it does not reach beyond."""
        row = locked(work, campaign_id)
        require_within(work, by, rule_of(row))
        return row

    def _refuse_unsound(self, work: UnitOfWork, row: CampaignRow, states: Set[State]) -> None:
        """Refuse what may have become wrong since it was written: its hour, its facts, a number, a word.

        And an emergency whose like is in one of ``states``: a button pressed twice, or by two.
        """
        body = as_campaign(row).content
        self.checks.sound(body)
        if not body.plan.emergency:
            return
        work.campaigns.alone()
        others = [one for one in work.campaigns.list() if one.state in states and one.id != row.id]
        if any(says(one, body.texts, body.audience) for one in others):
            raise Conflict("The same text is on its way already.")

    def _move(self, campaign_id: str, by: str, event: Event) -> None:
        said = {"pause": "paused", "stop": "stopped"}[event]
        self._step(campaign_id, by, said, lambda campaign: moved(campaign, event))

    def _step(self, campaign_id: str, by: str, said: str, change: Change, unless: Set[State] | None = None) -> None:
        """Take a step; with ``unless``, one after which nothing unsound may go on (``_refuse_unsound``)."""
        now = self.outside.clock.now()
        with self.outside.store.writing() as work:
            row = self._taken_by(work, campaign_id, by)
            if unless is not None:
                self._refuse_unsound(work, row, unless)
            keep(work, row, change(as_campaign(row)), by, said, now)
