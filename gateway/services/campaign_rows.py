"""Stored campaigns as the pure core sees them, and back."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import get_args

from gateway.campaigns.audience import AudienceRule, from_facts
from gateway.campaigns.campaign import Campaign, Content, State
from gateway.campaigns.plan import Plan
from gateway.campaigns.plan import from_facts as plan_from
from gateway.errors import NotFound
from gateway.ports.campaign_book import CampaignRow, Edition
from gateway.ports.unit_of_work import UnitOfWork

STATES: dict[str, State] = {state: state for state in get_args(State)}


def found(work: UnitOfWork, campaign_id: str) -> CampaignRow:
    """Return a campaign, or raise NotFound."""
    row = work.campaigns.get(campaign_id)
    if row is None:
        raise NotFound
    return row


def locked(work: UnitOfWork, campaign_id: str) -> CampaignRow:
    """Return a campaign that nobody else changes, plans or releases until this transaction ends; or raise NotFound."""
    row = work.campaigns.get(campaign_id, lock=True)
    if row is None:
        raise NotFound
    return row


def rule_of(row: CampaignRow) -> AudienceRule:
    """Return the audience rule of a stored campaign."""
    return from_facts(json.loads(row.rule))


def plan_of(row: CampaignRow) -> Plan:
    """Return the plan of a stored campaign."""
    return plan_from(json.loads(row.plan))


def says(row: CampaignRow, texts: Mapping[str, str], rule: AudienceRule) -> bool:
    """Whether a broadcast says these texts to these people."""
    return (row.texts, rule_of(row)) == (texts, rule)


def audience_of(row: CampaignRow) -> AudienceRule:
    """Return the rule by which people are planned.

    Neither a message by a person's own date nor an emergency waits until she has had nothing for some days.
    """
    rule, plan = rule_of(row), plan_of(row)
    return replace(rule, rest_days=0) if plan.emergency or plan.drip is not None else rule


def as_json(facts: AudienceRule | Plan) -> str:
    """Return an audience rule or a plan as it is stored."""
    return json.dumps(facts.as_facts(), ensure_ascii=False, sort_keys=True)


def edition_of(campaign: Campaign, number: int, at: datetime) -> Edition:
    """Return what a campaign says now, to be kept beside what it said before."""
    content = campaign.content
    facts = {
        "texts": dict(content.texts),
        "audience": content.audience.as_facts(),
        "starts_at": content.starts_at.isoformat() if content.starts_at else None,
        "channel": content.channel,
        "plan": content.plan.as_facts(),
    }
    written = json.dumps(facts, ensure_ascii=False, sort_keys=True)
    return Edition(campaign.id, number, at, campaign.author, written, content.hash())


def as_campaign(row: CampaignRow) -> Campaign:
    """Return the campaign behind a row."""
    content = Content(dict(row.texts), rule_of(row), row.starts_at, row.channel, plan_of(row))
    return Campaign(
        row.id,
        row.name,
        STATES[row.state],
        content,
        row.author,
        row.submitted_by,
        row.approved_by,
        row.approved_hash,
        row.version,
        row.sent_back_by,
        row.sent_back_why,
    )


def keep(
    work: UnitOfWork, row: CampaignRow, campaign: Campaign, by: str, said: str, now: datetime, name: str | None = None
) -> CampaignRow:
    """Store what a step made of a ``locked`` campaign, and write to the audit who took it; return the row as it is now.

    Of a draft nobody is written down: whoever was, was for what it said before.
    """
    if campaign.state == "draft":
        work.campaigns.forget_planned(row.id)
    saved = work.campaigns.save(
        replace(
            row,
            name=name or row.name,
            state=campaign.state,
            texts=dict(campaign.content.texts),
            rule=as_json(campaign.content.audience),
            plan=as_json(campaign.content.plan),
            starts_at=campaign.content.starts_at,
            purpose=campaign.content.audience.purpose,
            author=campaign.author,
            submitted_by=campaign.submitted_by,
            approved_by=campaign.approved_by,
            approved_hash=campaign.approved_hash,
            sent_back_by=campaign.sent_back_by,
            sent_back_why=campaign.sent_back_why,
            started_at=row.started_at or (now if campaign.state == "running" else None),
            finished_at=now if campaign.state in ("finished", "stopped") else None,
        )
    )
    work.audit.append(now, by, "manager", f"campaign.{said}", row.id)
    return saved
