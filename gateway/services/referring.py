"""Handing a case to another office as well: on a recorded ground, to a post that answers, or the sender hears so."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.cases.escalation import REFERRED, Step
from gateway.cases.referral import Event, after, ground, revoked
from gateway.cases.routing import Office
from gateway.contacts.consent import ConsentMissing, Ground
from gateway.directory.agency import agency_for_word
from gateway.ports import caseload as port
from gateway.ports.case_decisions import ReferralRow
from gateway.ports.caseload import CaseRow
from gateway.ports.outside import Outside
from gateway.ports.unit_of_work import UnitOfWork
from gateway.services.alerting import Alerting
from gateway.services.casefile import answers_of, level_of
from gateway.services.intake import Intake, found
from gateway.services.notices import HOLD, REFERRAL_BACK, REFERRAL_TAKEN, Notices
from gateway.services.officer_work import OfficerWork

ANSWER_WITHIN = timedelta(hours=4)
SAID: dict[Event, tuple[str, str]] = {
    "accept": ("referral_accepted", REFERRAL_TAKEN),
    "reject": ("referral_rejected", REFERRAL_BACK),
}


@dataclass(frozen=True, slots=True)
class Referring:
    """Verdicts: referred, whom (no such office), no_consent, not_here (only the desk may), nobody (no live post)."""

    outside: Outside
    alerting: Alerting
    notices: Notices
    officers: OfficerWork

    def refer(
        self, work: UnitOfWork, code: str, target: str, agreed: bool, actor: str, role: str, now: datetime
    ) -> str:
        """Refer a case to the office that ``target`` names; acting on it stops the sender's ladder."""
        agency, case = agency_for_word(target), found(work, code)
        if agency is None:
            return "whom"
        earlier = work.decisions.referrals(case.id)
        if any((row.agency, row.state) == (agency, "in_progress") for row in earlier):
            return "referred"
        why = self._ground(work, case, agency, actor, agreed=agreed)
        if why is None:
            return "no_consent"
        if case.duress and not self._national(work, actor):
            return "not_here"
        step_id, number = self.outside.chance.new_id(), len(earlier) + 1
        seat_id = self._alert(work, case, agency, step_id, number, now)
        if seat_id is None:
            return "nobody"
        work.decisions.refer(
            ReferralRow(self.outside.chance.new_id(), case.id, agency, actor, seat_id, why, "in_progress", now)
        )
        work.caseload.schedule(port.Step(step_id, case.id, REFERRED, number, now + ANSWER_WITHIN))
        work.audit.append(now, actor, role, "case.referral_ground", f"{case.id}:{agency}", why)
        self.officers.act(work, case, actor, role, "referred", now)
        return "referred"

    def answer(self, work: UnitOfWork, code: str, event: Event, actor: str, role: str, now: datetime) -> bool:
        """Take OK or PASS of a post that a case was referred to; False when none waits for this post."""
        case = found(work, code)
        waiting = (row for row in work.decisions.referrals(case.id) if row.state == "in_progress")
        row = next((row for row in waiting if row.to_post == actor), None)
        if row is None:
            return False
        work.decisions.move_referral(row.id, "in_progress", after("in_progress", event), now)
        work.caseload.cancel_steps(case.id, (REFERRED,))
        work.sealings.look_again(case.id)
        kind, notice = SAID[event]
        self.officers.record(work, case, actor, role, kind, now)
        sender = work.directory.seat(row.from_actor)
        self.notices.tell_seats(work, case, notice, [sender] if sender else [], now)
        return True

    def revoke(self, work: UnitOfWork, case: CaseRow, agency: str | None, now: datetime) -> None:
        """End what was handed on by the person's word, to one agency or to all; the posts are to wait for the desk."""
        for row in work.decisions.referrals(case.id):
            ended = revoked(row.state, row.ground)
            if ended is None or agency not in (None, row.agency):
                continue
            work.decisions.move_referral(row.id, row.state, ended, now)
            if row.state == "in_progress":
                work.caseload.cancel_steps(case.id, (REFERRED,))
            work.sealings.look_again(case.id)
            self.officers.record(work, case, "reporter", "reporter", "referral_revoked", now)
            seat = work.directory.seat(row.to_post)
            self.notices.tell_seats(work, case, HOLD, [seat] if seat else [], now, f"revoked:{row.id}")

    @staticmethod
    def _ground(work: UnitOfWork, case: CaseRow, agency: str, actor: str, *, agreed: bool) -> Ground | None:
        consents = work.consents.of_case(case.id, case.contact_id)
        withdrawn = Intake.has_withdrawn(work, case)
        try:
            return ground(answers_of(case), level_of(case), agency, consents, actor, withdrawn=withdrawn, agreed=agreed)
        except ConsentMissing:
            return None

    def _alert(
        self, work: UnitOfWork, case: CaseRow, agency: str, step_id: str, number: int, now: datetime
    ) -> str | None:
        """Alert the agency's post of the district, else of the province; return its id, None if nobody is there."""
        for office in self._offices(case, agency):
            seats = work.directory.seats(office.agency, office.level, office.place)
            step = Step(REFERRED, number, now, (office,))
            if seats and self.alerting.raise_step(work, case, step_id, step, now):
                return seats[0].post.id
        return None

    @staticmethod
    def _offices(case: CaseRow, agency: str) -> tuple[Office, ...]:
        """The district's office, unless local offices must not hear, then the province's."""
        local = (Office(agency, "district", case.district),) if case.district and not case.local_excluded else ()
        return (*local, Office(agency, "province", case.province)) if case.province else local

    @staticmethod
    def _national(work: UnitOfWork, actor: str) -> bool:
        seat = work.directory.seat(actor)
        return seat is not None and seat.post.level == "national"
