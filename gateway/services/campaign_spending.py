"""What a broadcast has cost so far, from the segments that left."""

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.ports.campaign_book import CampaignRow
from gateway.ports.unit_of_work import UnitOfWork
from gateway.services.broadcast_checks import worst
from gateway.services.campaign_rows import rule_of
from gateway.text.segments import measure


@dataclass(frozen=True, slots=True)
class Gone:
    """Segments that have left, may have, or are about to, and their ``kip``; None where a price is not set."""

    segments: int
    kip: int | None


def gone_of(work: UnitOfWork, row: CampaignRow, prices: Mapping[str, int | None]) -> Gone:
    """Return what a campaign has cost at ``prices`` (kip a segment by script)."""
    segments = work.campaigns.segments_gone(row.id)
    scripts = {language: measure(text).encoding for language, text in worst(row.texts, rule_of(row)).items()}
    each = {language: prices.get(scripts.get(language, "")) for language, count in segments.items() if count}
    known = {language: price for language, price in each.items() if price is not None}
    kip = sum(price * segments[language] for language, price in known.items()) if len(known) == len(each) else None
    return Gone(sum(segments.values()), kip)
