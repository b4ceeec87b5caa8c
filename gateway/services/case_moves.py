"""What becomes of open cases when a post empties or is relieved: a deputy owns them, else the ladder goes on."""

from dataclasses import dataclass, replace
from datetime import datetime

from gateway.cases.case import Actor
from gateway.cases.escalation import paused
from gateway.directory.post import Post
from gateway.errors import Conflict
from gateway.ports.caseload import CaseRow
from gateway.ports.directory_book import Seat
from gateway.ports.unit_of_work import UnitOfWork
from gateway.services.casefile import known_place_of, ladder_of, moved
from gateway.services.notices import MOVED, Notices, may_hear
from gateway.services.officer_work import OfficerWork


@dataclass(frozen=True, slots=True)
class CaseMoves:
    """Cases belong to posts, so a new holder has them; they move only when nobody answers for their post."""

    officers: OfficerWork
    notices: Notices

    def release(self, work: UnitOfWork, post: Post, by: Actor, now: datetime) -> int:
        """Find an owner for whatever a post had accepted that nobody answers for now; return how many cases that were.

        The next live post of the same office has them from now on; where there is none, or it may not hear of a case,
        the ladder alerts its next step at once.
        """
        seats = work.directory.seats(post.agency, post.level, post.place or "")
        deputy = next((seat for seat in seats if seat.post.id != post.id), None)
        cases = work.caseload.owned_by(post.id)
        for case in cases:
            if deputy is not None and may_hear(case, deputy):
                self._give(work, case, deputy, by, now)
            else:
                self.officers.pass_on(work, case.code, post.id, by.role, now)
        return len(cases)

    def reassign(self, work: UnitOfWork, source: str, target: str, by: Actor, now: datetime) -> int:
        """Give every open case of one post to another that somebody answers for; return how many.

        Conflict when nobody is there, or when the other may not hear of one of them: then nothing moves.
        """
        seats = work.directory.seat(source), work.directory.seat(target)
        there = seats[1]
        if seats[0] is None or there is None or source == target:
            raise Conflict("Name two posts of the directory.")
        live = work.directory.seats(there.post.agency, there.post.level, there.post.place or "")
        if all(seat.post.id != target for seat in live):
            raise Conflict("Nobody answers for that post now.")
        cases = work.caseload.owned_by(source)
        if not all(may_hear(case, there) for case in cases):
            raise Conflict("One of these cases must not be heard of there.")
        for case in cases:
            self._give(work, case, there, by, now)
        work.audit.append(now, by.id, by.role, "post.reassigned", f"{source}:{target}", str(len(cases)))
        return len(cases)

    def _give(self, work: UnitOfWork, case: CaseRow, seat: Seat, by: Actor, now: datetime) -> None:
        """Make another post the owner, as after its OK: unless it acts, the ladder comes back by itself."""
        ladder = paused(ladder_of(work, case, known_place_of(work, case)), now, self.officers.settings)
        case = work.caseload.save(
            replace(
                case,
                state=moved(case, "acknowledge"),
                acknowledged_at=now,
                acknowledged_by=seat.post.id,
                acted_at=None,
                paused_until=ladder.paused_until,
            )
        )
        work.caseload.note_alerted(case.id, seat.post.id, now)
        self.officers.record(work, case, by.id, by.role, "moved", now, seat.post.id)
        self.officers.ladder.plan(work, case, now)
        self.officers.ladder.owe_follow_ups(work, case, now)
        self.notices.tell_seats(work, case, MOVED, [seat], now)
