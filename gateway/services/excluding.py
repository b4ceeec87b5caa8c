"""Keeps local offices out of a case by a supervisor's or the national desk's word, as if the person had asked."""

from dataclasses import dataclass, replace
from datetime import datetime

from gateway.ports.caseload import CaseRow
from gateway.ports.outside import Outside
from gateway.ports.unit_of_work import UnitOfWork
from gateway.services.casefile import known_place_of, route_of
from gateway.services.intake import found
from gateway.services.notices import may_hear
from gateway.services.officer_work import OfficerWork


@dataclass(frozen=True, slots=True)
class Excluding:
    """Nothing takes it back: what a local office has been told it knows, and what it may not hear it never hears."""

    outside: Outside
    officers: OfficerWork

    def exclude(self, work: UnitOfWork, case: CaseRow, actor: str, role: str, now: datetime) -> str:
        """Exclude them: what is on its way to them stops, a local owner loses the case, and the province hears."""
        if case.local_excluded:
            return "excluded"
        before = route_of(case, known_place_of(work, case))
        case = work.caseload.save(replace(case, local_excluded=True))
        self.officers.record(work, case, actor, role, "excluded", now)
        told = [seat for seat in map(work.directory.seat, work.caseload.alerted_posts(case.id)) if seat is not None]
        hearing = {seat.contact_id for seat in told if may_hear(case, seat)}
        for seat in told:
            if seat.contact_id is not None and seat.contact_id not in hearing:
                work.outbox.cancel(
                    case_id=case.id, contact_id=seat.contact_id, kinds=("alert", "notice"), reason="excluded"
                )
        work.sealings.look_again(case.id)
        owner = work.directory.seat(case.acknowledged_by) if case.acknowledged_by else None
        if case.state != "closed" and owner is not None and not may_hear(case, owner):
            self.officers.pass_on(work, case.code, owner.post.id, role, now)
            case = found(work, case.code)
        if case.state != "closed":  # two independent posts above, whichever of them has not heard yet
            self.officers.ladder.tell_newcomers(work, case, before, now)
        self.officers.ladder.plan(work, case, now)
        return "excluded"
