"""Making a case more or less urgent by an officer's judgement: up at once, down only by two agencies."""

from dataclasses import dataclass, replace
from datetime import datetime

from gateway.cases.closing import confirms
from gateway.cases.lowering import after, lowers
from gateway.cases.triage import LEVELS, Level
from gateway.errors import Conflict
from gateway.ports.case_decisions import LoweringRow
from gateway.ports.caseload import CaseRow
from gateway.ports.outside import Outside
from gateway.ports.unit_of_work import UnitOfWork
from gateway.services.casefile import JUDGED, level_of
from gateway.services.intake import Intake, found
from gateway.services.notices import LOWER, Notices, may_hear
from gateway.services.officer_work import OfficerWork, agency_of

OVER = "The case is not at that point any more."


@dataclass(frozen=True, slots=True)
class Judgement:
    """What somebody finds of a case: how urgent it should be; ``standing`` is a wish to lower it that waits."""

    case: CaseRow
    level: Level
    standing: LoweringRow | None
    actor: str
    role: str
    now: datetime


@dataclass(frozen=True, slots=True)
class Levelling:
    """Verdicts: raised, lower_asked (waits for another agency), lowered, level (no such level, or the same one).

    ``level_early``: whoever is in danger is still answering, and the district waits for that.
    """

    outside: Outside
    notices: Notices
    officers: OfficerWork
    intake: Intake

    def judge(self, work: UnitOfWork, code: str, wished: str, actor: str, role: str, now: datetime) -> str:
        """Give an open case another level, ask another agency to agree, or agree to what one asked.

        Raises Conflict for a closed case.
        """
        case, level = found(work, code), next((level for level in LEVELS if level == wished), None)
        if case.state == "closed":
            raise Conflict(OVER)
        if level is None or level == case.level:
            return "level"
        judged = Judgement(case, level, work.decisions.lowering(case.id), actor, role, now)
        if not lowers(level_of(case), level):
            return self._raise(work, judged)
        if case.level == "P0" and case.released_at is None:
            return "level_early"
        if judged.standing is not None and judged.standing.level == level:
            return self._join(work, judged, judged.standing)
        return self._ask(work, judged)

    def take_back(self, work: UnitOfWork, code: str, actor: str, role: str, now: datetime) -> bool:
        """Take back one's own wish while it waits; False when there is none."""
        case = found(work, code)
        standing = work.decisions.lowering(case.id)
        if standing is None or standing.actor != actor:
            return False
        work.decisions.settle_lowering(standing.id, after(standing.state, "undo"))
        self.officers.record(work, case, actor, role, "lowering_undone", now)
        return True

    def _raise(self, work: UnitOfWork, judged: Judgement) -> str:
        """Make it more urgent at once; a wish of when it was calmer is void."""
        self._void(work, judged.standing)
        self._record(work, judged, "judged_worse")
        self.intake.make_worse(work, judged.case, judged.level, judged.now)
        return "raised"

    def _ask(self, work: UnitOfWork, judged: Judgement) -> str:
        """Keep a wish, in the place of one for another level, and tell whoever of another agency knows the case."""
        self._void(work, judged.standing)
        case, actor, agency = judged.case, judged.actor, agency_of(work, judged.actor)
        row = LoweringRow(self.outside.chance.new_id(), case.id, judged.level, actor, agency, "alone", judged.now)
        work.decisions.add_lowering(row)
        self._record(work, judged, "lowering_asked")
        others = [seat for seat in map(work.directory.seat, work.caseload.alerted_posts(case.id)) if seat is not None]
        fit = [
            seat for seat in others if may_hear(case, seat) and confirms(agency, seat.post.agency, actor, seat.post.id)
        ]
        self.notices.tell_seats(work, case, LOWER, fit, judged.now, row.id)
        return "lower_asked"

    def _join(self, work: UnitOfWork, judged: Judgement, standing: LoweringRow) -> str:
        """Carry out what another agency asked; the same person or house once more changes nothing."""
        if not confirms(standing.agency, agency_of(work, judged.actor), standing.actor, judged.actor):
            return "lower_asked"
        if not work.decisions.settle_lowering(standing.id, after(standing.state, "confirm"), second=judged.actor):
            raise Conflict(OVER)
        # The calmer ladder begins at its first step, unless somebody already acts on the case.
        case = replace(judged.case, danger_at=None, routed_at=judged.now, ladder_round=judged.case.ladder_round + 1)
        case = work.caseload.save(replace(case, level=judged.level, rule=JUDGED))
        self._record(work, judged, "lowered")
        self.officers.ladder.plan(work, case, judged.now)
        return "lowered"

    @staticmethod
    def _void(work: UnitOfWork, standing: LoweringRow | None) -> None:
        if standing is not None:
            work.decisions.settle_lowering(standing.id, after(standing.state, "undo"))

    def _record(self, work: UnitOfWork, judged: Judgement, what: str) -> None:
        self.officers.record(work, judged.case, judged.actor, judged.role, what, judged.now, judged.level)
