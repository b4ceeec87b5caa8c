"""Too many alerts at once for one phone become a digest every few minutes; who is in danger is told one by one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from gateway.cases.clocks import EscalationSettings
from gateway.ports.caseload import CaseRow
from gateway.ports.directory_book import Seat
from gateway.ports.outside import Outside
from gateway.ports.unit_of_work import UnitOfWork
from gateway.services.notices import may_hear
from gateway.services.post_notices import PostNotices

DIGEST: Final = "officer.surge"
NAMED: Final = 4  # codes that fit one text beside the words; LIST reads out the others


@dataclass(frozen=True, slots=True)
class Surges:
    """A held alert counts as told: the ladder climbs on at its times, so nothing falls silent in a flood."""

    outside: Outside
    notices: PostNotices
    settings: EscalationSettings

    def holds_back(self, work: UnitOfWork, case: CaseRow, seat: Seat, now: datetime) -> bool:
        """Keep this alert for the digest of its post, if many just left to that phone and nobody is in danger."""
        if case.level == "P0" or seat.contact_id is None:
            return False
        since = now - self.settings.surge_window
        if (
            not work.held_alerts.holds(seat.post.id)
            and work.held_alerts.sent_to(seat.contact_id, since) < self.settings.surge_alerts
        ):
            return False
        work.held_alerts.hold(seat.post.id, case.id, now)
        return True

    def tell_due(self) -> int:
        """Queue the digests whose time has come; return how many."""
        now = self.outside.clock.now()
        with self.outside.store.reading() as work:
            posts = work.held_alerts.due(now - self.settings.digest_every)
        return sum(self._tell(post_id, now) for post_id in posts)

    def _tell(self, post_id: str, now: datetime) -> int:
        with self.outside.store.writing() as work:
            held, seat = work.held_alerts.take(post_id), work.directory.seat(post_id)
            if seat is None or seat.contact_id is None:
                return 0
            codes = _waiting(work, held, seat)
            if not codes:
                return 0
            named = " ".join(codes[:NAMED]) + (" .." if len(codes) > NAMED else "")
            key = f"surge:{post_id}:{now:%Y%m%d%H%M%S}"
            self.notices.tell(
                work, DIGEST, seat.contact_id, seat.language, key, now, count=str(len(codes)), list=named
            )  # fmt: skip
        self.outside.meter.event("surge_told", post=post_id, cases=len(codes))
        self.outside.wakeup.wake("replies")
        return 1


def _waiting(work: UnitOfWork, held: Iterable[str], seat: Seat) -> list[str]:
    """Return the codes of what still waits for this seat, most urgent first.

    Left out is what somebody took up, what became dangerous and was told by itself, and what the seat may no longer
    hear of.
    """
    cases = [case for case in map(work.caseload.get, held) if case is not None]
    fit = [
        case
        for case in cases
        if case.acknowledged_at is None and case.state != "closed" and case.level != "P0" and may_hear(case, seat)
    ]
    return [case.code for case in sorted(fit, key=lambda case: (case.level, case.opened_at, case.id))]
