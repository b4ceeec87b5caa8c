"""Stored campaigns as the pure core sees them, and back."""

import json
from typing import get_args

from gateway.campaigns.audience import AudienceRule, from_facts
from gateway.campaigns.campaign import Campaign, Content, State
from gateway.errors import NotFound
from gateway.ports.campaign_book import CampaignRow
from gateway.ports.unit_of_work import UnitOfWork

STATES: dict[str, State] = {state: state for state in get_args(State)}


def found(work: UnitOfWork, campaign_id: str) -> CampaignRow:
    """Return a campaign, or raise NotFound."""
    row = work.campaigns.get(campaign_id)
    if row is None:
        raise NotFound
    return row


def rule_of(row: CampaignRow) -> AudienceRule:
    """Return the audience rule of a stored campaign."""
    return from_facts(json.loads(row.rule))


def as_json(rule: AudienceRule) -> str:
    """Return the audience rule as it is stored."""
    return json.dumps(rule.as_facts(), ensure_ascii=False, sort_keys=True)


def as_campaign(row: CampaignRow) -> Campaign:
    """Return the campaign behind a row."""
    content = Content(dict(row.texts), rule_of(row), row.starts_at, row.channel)
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
    )
