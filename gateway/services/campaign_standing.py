"""How far a broadcast has come, read from the states of its texts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from gateway.campaigns.rounds import Standing
from gateway.delivery.life import FAILURES, NEVER_LEAVES, WITH_US
from gateway.ports.campaign_book import CampaignRow


@dataclass(frozen=True, slots=True)
class Pause:
    """Why a broadcast paused itself; ``failed`` of ``judged`` texts, and ``more`` people have not got it yet.

    ``doubt``: of its first texts nobody knows anything.
    """

    why: Literal["failures", "doubt", "budget"]
    failed: int
    judged: int
    more: int


def pause_of(row: CampaignRow, tally: Mapping[str, int]) -> Pause | None:
    """Return why a campaign with ``tally`` people by state stands still; None where a person paused it, or it goes."""
    if row.state != "paused" or row.paused_for is None:
        return None
    at = standing_of(tally, row)
    failed, judged = at.judged
    more = at.planned + at.waiting
    if row.paused_for == "budget":
        return Pause("budget", failed, judged, more)
    return Pause("failures" if judged else "doubt", failed, judged, more)


def standing_of(tally: Mapping[str, int], row: CampaignRow, waited: timedelta | None = None) -> Standing:
    """Return the standing of a campaign with ``tally`` people by state; ``waited`` since its last text left."""
    unsent = NEVER_LEAVES | {"planned"}
    return Standing(
        planned=tally.get("planned", 0),
        gone=sum(count for state, count in tally.items() if state not in unsent),
        waiting=sum(tally.get(state, 0) for state in WITH_US),
        open=tally.get("accepted", 0) + tally.get("sent", 0),
        failed=sum(tally.get(state, 0) for state in FAILURES),
        unknown=tally.get("unknown", 0),
        passed=row.first_passed_at is not None,
        waited=waited,
        seen_gone=row.seen_gone,
        seen_failed=row.seen_failed,
    )
