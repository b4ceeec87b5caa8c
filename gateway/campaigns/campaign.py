"""A broadcast and its life: one table of states, the hash that is approved, and two people for it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Literal

from gateway.campaigns.audience import AudienceRule
from gateway.campaigns.plan import ONCE, Plan
from gateway.errors import Conflict

State = Literal["draft", "submitted", "approved", "scheduled", "running", "paused", "finished", "stopped"]
Event = Literal["edit", "submit", "refuse", "approve", "schedule", "start", "pause", "resume", "finish", "stop"]

LIFE: Mapping[tuple[State, Event], State] = {
    ("draft", "edit"): "draft",
    ("draft", "submit"): "submitted",
    ("submitted", "edit"): "draft",
    ("submitted", "refuse"): "draft",
    ("submitted", "approve"): "approved",
    ("submitted", "stop"): "stopped",
    ("approved", "edit"): "draft",
    ("approved", "refuse"): "draft",
    ("approved", "schedule"): "scheduled",
    ("approved", "stop"): "stopped",
    ("scheduled", "edit"): "draft",
    ("scheduled", "refuse"): "draft",
    ("scheduled", "start"): "running",
    ("scheduled", "stop"): "stopped",
    ("running", "pause"): "paused",
    ("running", "finish"): "finished",
    ("running", "stop"): "stopped",
    ("paused", "resume"): "running",
    ("paused", "stop"): "stopped",
}
"""A broadcast that has begun is never edited: it is stopped, and a copy begins as a new draft."""

MAY_SEND = frozenset({"running"})
BEGUN: frozenset[State] = frozenset({"running", "paused", "finished", "stopped"})
"""Whom it reaches is settled: what became of its people is told, nobody is counted anew."""
LET_GO: frozenset[State] = frozenset({"scheduled", "running", "paused", "finished"})
DONE_BY: Mapping[Event, frozenset[State]] = {
    "submit": LET_GO | frozenset[State]({"submitted", "approved"}),
    "approve": LET_GO | frozenset[State]({"approved"}),
    "schedule": LET_GO,
}
"""Where a step finds that it was taken already: by somebody else, or by the same button pressed twice."""


@dataclass(frozen=True, slots=True)
class Content:
    """What is approved: texts by language, the audience, the hour (None: as soon as released), channel and plan."""

    texts: Mapping[str, str]
    audience: AudienceRule
    starts_at: datetime | None
    channel: str
    plan: Plan = ONCE

    def hash(self) -> str:
        """Return the SHA-256 (hex) of the content's canonical JSON; equal content, equal hash, on any machine."""
        starts_at = self.starts_at.astimezone(UTC).isoformat(timespec="seconds") if self.starts_at else None
        facts = {
            "audience": self.audience.as_facts(),
            "channel": self.channel,
            "starts_at": starts_at,
            "texts": dict(self.texts),
        }
        if plan := self.plan.as_facts():  # absent without one, so that earlier approvals still fit
            facts["plan"] = plan
        canonical = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return sha256(canonical.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Campaign:
    """A broadcast; ``author`` wrote it last, ``approved_hash`` is the content that ``approved_by`` read.

    ``sent_back_by``, ``sent_back_why``: who sent it back last, and why, until approval is asked for again.
    """

    id: str
    name: str
    state: State
    content: Content
    author: str
    submitted_by: str | None = None
    approved_by: str | None = None
    approved_hash: str | None = None
    version: int = 0
    sent_back_by: str | None = None
    sent_back_why: str | None = None


def after(state: State, event: Event) -> State:
    """Return the state after ``event``; Conflict when the table has no such line."""
    try:
        return LIFE[state, event]
    except KeyError:
        if state in DONE_BY.get(event, ()):
            raise Conflict("Somebody else has just done this. Look again.") from None
        raise Conflict(f"A broadcast that is {state} cannot take the step: {event}.") from None


def edited(campaign: Campaign, by: str, content: Content) -> Campaign:
    """Return the campaign with new content by ``by``: a draft again, its approval void."""
    return replace(_drafted(campaign, "edit"), content=content, author=by)


def refused(campaign: Campaign, by: str, why: str) -> Campaign:
    """Return the campaign sent back to its author by somebody else; Conflict when author or submitter refuse it."""
    _require_other(campaign, by)
    return replace(_drafted(campaign, "refuse"), sent_back_by=by, sent_back_why=why)


def submitted(campaign: Campaign, by: str, seen_hash: str) -> Campaign:
    """Return the campaign asked for approval, whose content of ``seen_hash`` was checked; Conflict without a text."""
    _require_seen(campaign, seen_hash)
    if not any(text.strip() for text in campaign.content.texts.values()):
        raise Conflict("There is no text to approve.")
    state = after(campaign.state, "submit")
    return replace(campaign, state=state, submitted_by=by, sent_back_by=None, sent_back_why=None)


def approved(campaign: Campaign, by: str, seen_hash: str) -> Campaign:
    """Return the campaign approved by a second person, who read exactly the content of ``seen_hash``; else Conflict."""
    state = after(campaign.state, "approve")
    _require_other(campaign, by)
    _require_seen(campaign, seen_hash)
    return replace(campaign, state=state, approved_by=by, approved_hash=seen_hash)


def moved(campaign: Campaign, event: Event) -> Campaign:
    """Return the campaign after schedule, start, pause, resume, finish or stop.

    Conflict by state; also when the content on its way is not the approved one, or the event has its own function.
    """
    if event in ("edit", "submit", "refuse", "approve"):
        raise Conflict("This step needs a person's name.")
    if event in ("schedule", "start", "resume") and not is_approved(campaign):
        raise Conflict("The content is not the one that was approved.")
    return replace(campaign, state=after(campaign.state, event))


def is_approved(campaign: Campaign) -> bool:
    """Whether the present content is what a second person approved: asked again at every claim."""
    return campaign.approved_hash is not None and campaign.approved_hash == campaign.content.hash()


def diagram() -> str:
    """Return the life of a broadcast as Mermaid text."""
    return "\n".join(["stateDiagram-v2", *(f"  {a} --> {b}: {event}" for (a, event), b in LIFE.items())])


def _drafted(campaign: Campaign, event: Event) -> Campaign:
    state = after(campaign.state, event)
    return replace(campaign, state=state, submitted_by=None, approved_by=None, approved_hash=None)


def _require_seen(campaign: Campaign, seen_hash: str) -> None:
    if seen_hash != campaign.content.hash():
        raise Conflict("It changed since you read it. Read it again.")


def _require_other(campaign: Campaign, by: str) -> None:
    if by in (campaign.author, campaign.submitted_by):
        raise Conflict("Somebody else has to approve this: not its author, nor who submitted it.")
