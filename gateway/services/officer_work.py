"""What an officer does to a case by SMS, console or command line: accept, take back, pass on, note, look."""

from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from gateway.cases.case import Event
from gateway.cases.clocks import EscalationSettings, may_undo
from gateway.cases.escalation import paused
from gateway.contacts.contactability import may_write_unasked
from gateway.directory.agency import NATIONAL_DESK
from gateway.ports.caseload import CaseEvent, CaseRow
from gateway.ports.outside import Outside
from gateway.ports.unit_of_work import UnitOfWork
from gateway.services.casefile import known_place_of, ladder_of, moved
from gateway.services.intake import Intake, found
from gateway.services.ladder import LadderWork
from gateway.services.notices import TAKEN, Notices
from gateway.services.sealing import seal_entry

SAID: dict[Event, str] = {"undo": "undone", "pass_on": "passed"}


@dataclass(frozen=True, slots=True)
class OfficerWork:
    """Every act is an event of the case and a row of the audit, in one transaction.

    ``actor`` is a post's id, or an account's name; ``role`` says which.
    """

    outside: Outside
    notices: Notices
    ladder: LadderWork
    settings: EscalationSettings
    tz: tzinfo

    def acknowledge(self, work: UnitOfWork, code: str, actor: str, role: str, now: datetime) -> CaseRow:
        """Accept a case: the ladder pauses, everyone else alerted learns it, the person only if that is safe."""
        case = found(work, code)
        again = case.acknowledged_by == actor and case.acknowledged_at is not None
        if again and (case.acted_at is not None or (case.paused_until is not None and now < case.paused_until)):
            return case
        ladder = paused(ladder_of(work, case, known_place_of(work, case)), now, self.settings)
        case = work.caseload.save(
            replace(
                case,
                state=moved(case, "acknowledge"),
                acknowledged_at=now,
                acknowledged_by=actor,
                paused_until=ladder.paused_until,
            )
        )
        self.record(work, case, actor, role, "acknowledged", now)
        self._close_sent_steps(work, case)
        work.outbox.cancel(case_id=case.id, kinds=("alert",), reason="acknowledged")
        self.ladder.plan(work, case, now)
        if not again:  # a second OK pauses the ladder once more, but puts off nothing that is owed
            self.ladder.owe_follow_ups(work, case, now)
        self._tell_the_others(work, case, actor, now)
        self._tell_the_person(work, case, now)
        return case

    def undo(self, work: UnitOfWork, code: str, actor: str, role: str, now: datetime) -> bool:
        """Take back one's OK within 15 min: the ladder goes on at once. False when there is nothing to take back."""
        case = found(work, code)
        if case.acknowledged_by != actor or case.acknowledged_at is None or case.acted_at is not None:
            return False
        if not may_undo(case.acknowledged_at, now, self.settings):
            return False
        self._let_go(work, case, "undo", actor, role, now)
        return True

    def pass_on(self, work: UnitOfWork, code: str, actor: str, role: str, now: datetime) -> bool:
        """Hand the case to the next post at once; False, and nothing changes, when somebody else has accepted it."""
        case = found(work, code)
        if case.acknowledged_at is not None and case.acknowledged_by != actor:
            return False
        self._let_go(work, case, "pass_on", actor, role, now)
        return True

    def note(self, work: UnitOfWork, code: str, text: str, actor: str, role: str, now: datetime) -> None:
        """Seal a note to the case; that is acting on it, so the ladder stops."""
        case = found(work, code)
        seal_entry(self.outside, work, case, "note", text, actor, now)
        self.act(work, case, actor, role, "noted", now)

    def act(self, work: UnitOfWork, case: CaseRow, actor: str, role: str, what: str, now: datetime) -> CaseRow:
        """Record that somebody works on the case: taken up in the console, noted, referred. The ladder stops."""
        case = work.caseload.save(
            replace(
                case,
                state=moved(case, "act"),
                acted_at=case.acted_at or now,
                acknowledged_at=case.acknowledged_at or now,
                acknowledged_by=case.acknowledged_by or actor,
            )
        )
        self.record(work, case, actor, role, what, now)
        self._close_sent_steps(work, case)
        work.caseload.cancel_steps(case.id, ("action",))
        self.ladder.plan(work, case, now)
        self.ladder.owe_follow_ups(work, case, case.acknowledged_at or now)  # another note does not put off the outcome
        return case

    def _let_go(self, work: UnitOfWork, case: CaseRow, event: Event, actor: str, role: str, now: datetime) -> None:
        case = work.caseload.save(
            replace(
                case,
                state=moved(case, event),
                acknowledged_at=None,
                acknowledged_by=None,
                acted_at=None,
                paused_until=None,
            )
        )
        self.record(work, case, actor, role, SAID[event], now)
        work.caseload.cancel_steps(case.id, ("action", "outcome"))
        self.ladder.hurry(work, case, now)

    def record(
        self, work: UnitOfWork, case: CaseRow, actor: str, role: str, what: str, now: datetime, detail: str = ""
    ) -> None:
        """Write down what was done: an event of the case, a row of the audit, a line of the log."""
        work.caseload.add_event(CaseEvent(self.outside.chance.new_id(), case.id, now, actor, what, detail))
        work.audit.append(now, actor, role, f"case.{what}", case.id)
        self.outside.meter.event("case_worked", case=case.code, what=what)

    @staticmethod
    def _close_sent_steps(work: UnitOfWork, case: CaseRow) -> None:
        for step in work.caseload.steps(case.id):
            if step.state == "sent" and step.name.isdecimal():
                work.caseload.mark_step(step.id, "sent", "acknowledged")

    def _tell_the_others(self, work: UnitOfWork, case: CaseRow, actor: str, now: datetime) -> None:
        """Tell everybody else who was alerted that the case is taken; never the phone that accepted it."""
        own = work.directory.seat(actor)
        others = [
            seat
            for seat in map(work.directory.seat, work.caseload.alerted_posts(case.id))
            if seat is not None and (own is None or seat.contact_id != own.contact_id)
        ]
        self.notices.tell_seats(work, case, TAKEN, others, now)

    def _tell_the_person(self, work: UnitOfWork, case: CaseRow, now: datetime) -> None:
        contact = work.people.get(case.contact_id) if case.contact_id else None
        if contact is None or case.duress or Intake.has_withdrawn(work, case):
            return
        if not may_write_unasked(contact, now, self.tz):
            return
        self.notices.tell_person(work, case, contact.id, contact.language or case.language, now)


def agency_of(work: UnitOfWork, actor: str) -> str:
    """Return the agency of a post; an account without one acts for the national desk."""
    seat = work.directory.seat(actor)
    return seat.post.agency if seat else NATIONAL_DESK
