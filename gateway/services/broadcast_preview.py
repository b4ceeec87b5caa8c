"""What approving a broadcast would mean: how many people, how dear, when it leaves and ends."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from gateway.campaigns.campaign import BEGUN
from gateway.campaigns.cost import Cost, cost
from gateway.campaigns.pacing import ends_at
from gateway.campaigns.plan import dates_ahead
from gateway.ports.campaign_book import CampaignRow, Reach
from gateway.services.audience import tellable
from gateway.services.broadcast_checks import worst
from gateway.services.campaign_rows import as_campaign, audience_of, found, plan_of, rule_of
from gateway.services.releasing import Releasing


@dataclass(frozen=True, slots=True)
class Preview:
    """What approving ``row`` would mean: people by language, who is left out and why, price, start and end.

    ``waits``: quiet hours or a holiday keep it from leaving at its hour, or at once.
    """

    row: CampaignRow
    reach: Reach
    cost: Cost
    ends_at: datetime
    content_hash: str
    leaves_at: datetime
    waits: bool
    worst: Mapping[str, str]


def preview_of(releasing: Releasing, campaign_id: str) -> Preview:
    """Return reach, cost, start and end of a campaign as it stands; of a drip, those of its dates up to its end.

    Nobody is counted for one that has begun: its tally says whom it was for. NotFound.
    """
    now = releasing.outside.clock.now()
    with releasing.outside.store.reading() as work:
        row = found(work, campaign_id)
        rule, languages, plan = rule_of(row), tuple(sorted(row.texts)), plan_of(row)
        people, dated = audience_of(row), dates_ahead(plan, now, releasing.pacing.quiet.zone)
        counted = languages and row.state not in BEGUN
        reach = work.audience.count(people, languages, now, row.id, dated) if counted else Reach({}, {})
        reach = tellable(rule, reach)
    pacing = replace(releasing.pacing, quiet=releasing.quiet_of(row, now))
    asked_for = max(row.starts_at or now, now)
    leaves_at = pacing.quiet.next_open(asked_for)
    said = worst(row.texts, rule)
    return Preview(
        row,
        reach,
        cost(said, reach.by_language, releasing.prices),
        ends_at(sum(reach.by_language.values()), leaves_at, releasing.rate, pacing),
        as_campaign(row).content.hash(),
        leaves_at,
        leaves_at > asked_for,
        said,
    )
