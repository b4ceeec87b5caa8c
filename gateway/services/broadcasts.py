"""Broadcasts from draft to STOP: two people, one exact content, a known price; each step is one of its life table."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from gateway.campaigns.audience import AudienceRule
from gateway.campaigns.campaign import Campaign, Content, Event, approved, edited, moved, refused, submitted
from gateway.campaigns.cost import Cost, cost
from gateway.campaigns.pacing import PacingSettings, ends_at
from gateway.campaigns.plan import ONCE, Plan, check
from gateway.campaigns.wording import Fault, faults, longest, refuse
from gateway.directory.hotline import sendable
from gateway.errors import Conflict
from gateway.ports.campaign_book import CampaignRow, Reach
from gateway.ports.content import Content as RunningContent
from gateway.ports.outside import Outside
from gateway.services.campaign_rows import as_campaign, as_json, audience_of, edition_of, found, keep, plan_of, rule_of
from gateway.services.reader_places import names_of_all
from gateway.services.releasing import UNSENT, UNSETTLED, Releasing

LATEST: Final = timedelta(days=366)
NOT_LEFT: Final = frozenset({*UNSENT, *UNSETTLED} - {"claimed", "ambiguous"})
Change = Callable[[Campaign], Campaign]


@dataclass(frozen=True, slots=True)
class Preview:
    """What approving would mean: people by language, who is left out and why, price, when the first and last leave."""

    reach: Reach
    cost: Cost
    ends_at: datetime
    content_hash: str
    leaves_at: datetime
    worst: Mapping[str, str]


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

    @property
    def releasing(self) -> Releasing:
        """What time brings to broadcasts."""
        return Releasing(self.outside, self.pacing, self.rate, self.prices)

    def release_due(self) -> int:
        """Plan, release and finish whatever is due; return how many texts were released."""
        return self.releasing.release_due()

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
    ) -> str:
        """Create a draft, or change one (which voids its approval); return its id.

        Not ``whole``: saved on the way, what is missing may be missing until approval is asked for.
        """
        now = self.outside.clock.now()
        body = Content(dict(texts), rule, starts_at, self.channel, plan)
        self._check(body, now)
        if whole:
            self._check_whole(body)
        with self.outside.store.writing() as work:
            if campaign_id is not None:
                row = found(work, campaign_id)
                kept = keep(work, row, edited(as_campaign(row), author, body), author, "edited", now, name=name)
            else:
                new_id, rate = self.outside.chance.new_id(), int(self.rate)
                kept = CampaignRow(
                    new_id, name, "draft", body.texts, as_json(rule), self.channel, starts_at, None, author, now,
                    rate=rate, plan=as_json(plan), purpose=rule.purpose,
                )  # fmt: skip
                work.campaigns.add(kept)
                work.audit.append(now, author, "manager", "campaign.drafted", kept.id)
            number = len(work.campaigns.editions(kept.id)) + 1
            work.campaigns.add_edition(edition_of(as_campaign(kept), number, now))
        return kept.id

    def copy(self, campaign_id: str, by: str) -> str:
        """Draft the same texts for the same people once more, without hours and dates; return the new id."""
        with self.outside.store.reading() as work:
            row = found(work, campaign_id)
        body = as_campaign(row).content
        plan = Plan(budget=body.plan.budget, reply_flow=body.plan.reply_flow, emergency=body.plan.emergency)
        return self.draft(row.name, body.texts, body.audience, None, by, plan=plan)

    def faults(self, texts: Mapping[str, str]) -> dict[str, tuple[Fault, ...]]:
        """Return by language what keeps a text from being sent."""
        guarded, now = self.content.library().guarded, self.outside.clock.now()
        with self.outside.store.reading() as work:
            numbers = frozenset(line.number for line in work.directory.dialled_hotlines() if sendable(line, now))
        written = {language: text for language, text in texts.items() if text.strip()}
        return {language: faults(text, guarded, numbers) for language, text in written.items()}

    def _check(self, body: Content, now: datetime) -> None:
        """Refuse what could only go wrong: a past or far hour, four segments, a guarded word, a link, a number."""
        if body.starts_at is not None and not now - timedelta(minutes=1) <= body.starts_at <= now + LATEST:
            raise Conflict("The hour lies in the past, or more than a year ahead.")
        check(body.plan, body.starts_at, now, self.pacing.quiet.zone)
        if body.plan.reply_flow is not None and body.plan.reply_flow not in self.content.library().current:
            raise Conflict("There is no such flow for the replies.")
        for language, found_faults in self.faults(self.worst(body.texts, body.audience)).items():
            if found_faults:
                raise refuse(language, found_faults[0])

    @staticmethod
    def _check_whole(body: Content) -> None:
        if not any(text.strip() for text in body.texts.values()):
            raise Conflict("Write the text in at least one language.")
        rule = body.audience
        if not (rule.districts or rule.provinces or rule.groups or rule.roles or body.plan.drip):
            raise Conflict("Choose at least one district.")

    @staticmethod
    def worst(texts: Mapping[str, str], rule: AudienceRule) -> dict[str, str]:
        """Return each text with the longest names of its audience in it."""
        return {language: longest(text, names_of_all(rule, language)) for language, text in texts.items()}

    def submit(self, campaign_id: str, by: str) -> None:
        """Ask for approval; Conflict while something is missing, or when it would cost more than its budget."""
        with self.outside.store.reading() as work:
            body = as_campaign(found(work, campaign_id)).content
        self._check_whole(body)
        self._check(body, self.outside.clock.now())
        total = self.preview(campaign_id).cost.total if body.plan.budget is not None else None
        if body.plan.budget is not None and total is None:
            raise Conflict("A budget needs the price of a message: it is not set.")
        if body.plan.budget is not None and total is not None and total > body.plan.budget:
            raise Conflict("It costs more than its budget.")
        self._step(campaign_id, by, "submitted", lambda campaign: submitted(campaign, by))

    def approve(self, campaign_id: str, by: str, seen_hash: str) -> None:
        """Approve exactly the content of ``seen_hash``, as a second person; with an hour set, schedule it at once.

        An emergency leaves with the approval: two people, two steps.
        """
        self._step(campaign_id, by, "approved", lambda campaign: approved(campaign, by, seen_hash))
        with self.outside.store.reading() as work:
            row = found(work, campaign_id)
        if row.starts_at is not None or plan_of(row).emergency:
            self.schedule(campaign_id, by)

    def refuse(self, campaign_id: str, by: str) -> None:
        """Send it back to its author."""
        self._step(campaign_id, by, "refused", lambda campaign: refused(campaign, by))

    def schedule(self, campaign_id: str, by: str) -> None:
        """Let it leave at its hour, or at the next humane one."""
        self._move(campaign_id, by, "schedule")
        self.outside.wakeup.wake("chores")

    def pause(self, campaign_id: str, by: str) -> None:
        """Hold it; what is on its way arrives."""
        self._move(campaign_id, by, "pause")

    def resume(self, campaign_id: str, by: str) -> None:
        """Go on; whoever resumes it in spite of its first failures is not asked about them again."""
        now = self.outside.clock.now()
        with self.outside.store.writing() as work:
            row, urgent = found(work, campaign_id), plan_of(found(work, campaign_id)).emergency
            in_spite = self.releasing.fate(row, work.campaigns.tally(row.id), now, urgent=urgent) == "pause"
            row = keep(work, row, moved(as_campaign(row), "resume"), by, "resumed", now)
            if in_spite:
                work.campaigns.save(replace(row, planned_at=None))

    def stop(self, campaign_id: str, by: str) -> int:
        """End it for good, at once; return how many texts had already left.

        From the first commit on no worker may send: each asks right before its request. A text in a worker's hands at
        that moment counts as left.
        """
        self._move(campaign_id, by, "stop")
        with self.outside.store.writing() as work:
            work.outbox.cancel(campaign_id=campaign_id, state="suppressed", reason="stopped")
            tally = work.campaigns.tally(campaign_id)
        return sum(count for state, count in tally.items() if state not in NOT_LEFT)

    def preview(self, campaign_id: str) -> Preview:
        """Return reach, cost, start and end of a campaign as it stands."""
        now = self.outside.clock.now()
        with self.outside.store.reading() as work:
            row = found(work, campaign_id)
            rule, languages = rule_of(row), tuple(sorted(row.texts))
            reach = work.audience.count(audience_of(row), languages, now) if languages else Reach({}, {})
        total = sum(reach.by_language.values())
        leaves_at = self.pacing.quiet.next_open(max(row.starts_at or now, now))
        worst = self.worst(row.texts, rule)
        return Preview(
            reach,
            cost(worst, reach.by_language, self.prices),
            ends_at(total, leaves_at, self.rate, self.pacing),
            as_campaign(row).content.hash(),
            leaves_at,
            worst,
        )

    def _move(self, campaign_id: str, by: str, event: Event) -> None:
        said = {"schedule": "scheduled", "pause": "paused", "resume": "resumed", "stop": "stopped"}[event]
        self._step(campaign_id, by, said, lambda campaign: moved(campaign, event))

    def _step(self, campaign_id: str, by: str, said: str, change: Change) -> None:
        now = self.outside.clock.now()
        with self.outside.store.writing() as work:
            row = found(work, campaign_id)
            keep(work, row, change(as_campaign(row)), by, said, now)


def editions_differ(older: str, newer: str) -> tuple[tuple[str, str, str], ...]:
    """Return what two editions say differently: field (or ``text.<language>``), before, after."""
    before, after = _flat(older), _flat(newer)
    return tuple(
        (name, before.get(name, ""), after.get(name, ""))
        for name in sorted({*before, *after})
        if before.get(name, "") != after.get(name, "")
    )


def _flat(edition: str) -> dict[str, str]:
    facts = json.loads(edition)
    texts = {f"text.{language}": text for language, text in facts.pop("texts").items()}
    parts = {f"{group}.{name}": value for group in ("audience", "plan") for name, value in facts.pop(group).items()}
    plain = {name: value if isinstance(value, str) else json.dumps(value) for name, value in {**facts, **parts}.items()}
    return {**texts, **plain}
