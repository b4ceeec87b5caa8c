"""How far a broadcast has come, from the tally of its texts."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from gateway.campaigns.pacing import PacingSettings
from gateway.campaigns.rounds import alone
from gateway.ports.campaign_book import CampaignRow
from gateway.services.campaign_rows import plan_of
from gateway.services.campaign_standing import Pause, pause_of, standing_of

KINDS: Mapping[str, str] = {
    "planned": "waiting",
    "queued": "waiting",
    "claimed": "waiting",
    "wait_retry": "waiting",
    "held": "waiting",
    "cancelled": "waiting",  # by a STOP or a restore, which end it: of what has ended nothing waits
    "accepted": "on_the_way",
    "sent": "on_the_way",
    "answered": "on_the_way",
    "delivered": "delivered",
    "undelivered": "failed",
    "expired": "failed",
    "rejected": "failed",
    "failed": "failed",
    "ambiguous": "unknown",
    "unknown": "unknown",
    "no_receipt": "unknown",
    "suppressed": "left_out",
}
"""State of a text -> what a manager is told of it."""
ORDER = ("delivered", "on_the_way", "waiting", "failed", "unknown", "left_out")


@dataclass(frozen=True, slots=True)
class Progress:
    """Counts by kind; ``done`` of ``total`` need nothing more. ``rate``: texts a second, 0 while it is not sent freely.

    ``first``: how many go alone now, and the others at the latest ``wait`` minutes after them; 0 when none do.
    ``pause``: why it stands still, where it paused itself. ``stopped``, ``ended``: what waits will never leave.
    Neither counts whom it was kept from: beside the other counts that small figure would follow by subtraction.
    """

    counts: Mapping[str, int]
    rate: float = 0.0
    first: int = 0
    wait: int = 0
    pause: Pause | None = None
    stopped: bool = False
    ended: bool = False

    @property
    def total(self) -> int:
        """Everybody it is for, but those left out."""
        return sum(self.counts.values()) - self.counts["left_out"]

    @property
    def told(self) -> Mapping[str, int]:
        """The counts as they are told: nothing waits any more once it has ended."""
        return {"never_left" if self.ended and kind == "waiting" else kind: n for kind, n in self.counts.items()}

    @property
    def begun(self) -> bool:
        """Whether anybody is written down for it, were it only to be left out."""
        return any(self.counts.values())

    @property
    def done(self) -> int:
        """Whoever has it on the way or settled."""
        return self.total - self.counts["waiting"]

    @property
    def minutes_left(self) -> int | None:
        """Whole minutes until the last text leaves at the full rate, one at least; None when nothing waits."""
        waiting = self.counts["waiting"]
        return max(1, round(waiting / self.rate / 60)) if waiting and self.rate else None

    @property
    def percent(self) -> int:
        """Whole per cent, 0 before anything was planned."""
        return 100 * self.done // self.total if self.total else 0


def progress_of(
    row: CampaignRow, tally: Mapping[str, int], pacing: PacingSettings | None = None, rate: float = 0.0
) -> Progress:
    """Return how far a campaign has come with ``tally`` people by state, at up to ``rate`` texts a second now."""
    pacing = pacing or PacingSettings()
    stopped = row.state == "stopped"
    progress = replace(
        read(tally), pause=pause_of(row, tally), stopped=stopped, ended=stopped or row.state == "finished"
    )
    if row.state != "running":
        return progress
    if alone(standing_of(tally, row), pacing, urgent=plan_of(row).emergency):
        return replace(progress, first=pacing.first, wait=int(pacing.first_wait.total_seconds() // 60))
    return replace(progress, rate=rate)


def read(tally: Mapping[str, int]) -> Progress:
    """Sum a tally by kind; a state nobody foresaw counts as unknown."""
    counts = dict.fromkeys(ORDER, 0)
    for state, count in tally.items():
        counts[KINDS.get(state, "unknown")] += count
    return Progress(counts)
