"""Too many alerts at once for one phone become a digest every few minutes; who is in danger is told one by one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from gateway.cases.clocks import EscalationSettings
from gateway.ports.caseload import CaseRow
from gateway.ports.directory_book import Seat
from gateway.ports.outside import Outside
from gateway.ports.unit_of_work import UnitOfWork
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
            codes, seat = work.held_alerts.take(post_id), work.directory.seat(post_id)
            if not codes or seat is None or seat.contact_id is None:
                return 0
            named = " ".join(codes[:NAMED]) + (" .." if len(codes) > NAMED else "")
            key = f"surge:{post_id}:{now:%Y%m%d%H%M%S}"
            self.notices.tell(
                work, DIGEST, seat.contact_id, seat.language, key, now, count=str(len(codes)), list=named
            )  # fmt: skip
        self.outside.meter.event("surge_told", post=post_id, cases=len(codes))
        self.outside.wakeup.wake("replies")
        return 1
