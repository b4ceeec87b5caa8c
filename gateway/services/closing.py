"""Closing a case by an officer's word: with her PIN, after the time to take it back, and "unfounded" never alone."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from gateway.cases.case import OUTCOMES
from gateway.cases.clocks import EscalationSettings, may_undo
from gateway.cases.closing import begun, confirms
from gateway.conversation.session import from_json
from gateway.ports import caseload as port
from gateway.ports.case_decisions import ClosingRow
from gateway.ports.caseload import CaseRow
from gateway.ports.outside import Outside
from gateway.ports.people import Timer
from gateway.ports.unit_of_work import UnitOfWork
from gateway.services.casefile import moved
from gateway.services.intake import found
from gateway.services.notices import CLOSED, SECOND, Notices, may_hear
from gateway.services.officer_work import OfficerWork, agency_of

CLOSE = "close"
WRONG_TRIES_A_DAY = 5
DAY = timedelta(days=1)
PURPOSE = "officer_pin"


@dataclass(frozen=True, slots=True)
class Closing:
    """Verdicts: closing, second (waits for another agency), how (no such outcome), kept (no such case), wrong (PIN)."""

    outside: Outside
    notices: Notices
    officers: OfficerWork
    settings: EscalationSettings

    def ask(
        self, work: UnitOfWork, code: str, outcome: str, kept: str, pin: str, actor: str, role: str, now: datetime
    ) -> str:
        """Wish to close a case by SMS, with the PIN, or confirm what a post of another agency wished."""
        found(work, code)
        wanting = self._wanting(work, code, outcome, kept)
        if wanting:
            return wanting
        if not self._right_pin(work, actor, pin, now):
            return "wrong"
        return self.wish(work, code, outcome, kept, actor, role, now)

    def wish(self, work: UnitOfWork, code: str, outcome: str, kept: str, actor: str, role: str, now: datetime) -> str:
        """Wish the same in a session of the console, which stands for the PIN."""
        case, wanting = found(work, code), self._wanting(work, code, outcome, kept)
        if wanting:
            return wanting
        standing, agency = work.decisions.closing(case.id), agency_of(work, actor)
        if standing is not None and standing.state in ("alone", "waiting"):
            return self._join(work, case, standing, outcome, agency, actor, role, now)
        state = begun(outcome)
        row = ClosingRow(
            self.outside.chance.new_id(), case.id, outcome, kept or None, actor, agency, state, now
        )  # fmt: skip
        work.decisions.add_closing(row)
        self.officers.act(work, case, actor, role, "closing_asked", now)
        if state == "waiting":
            self._wait(work, case, now)
            return "closing"
        others = [seat for seat in map(work.directory.seat, work.caseload.alerted_posts(case.id)) if seat is not None]
        fit = [
            seat for seat in others if may_hear(case, seat) and confirms(agency, seat.post.agency, actor, seat.post.id)
        ]
        self.notices.tell_seats(work, case, SECOND, fit, now)
        return "second"

    @staticmethod
    def _wanting(work: UnitOfWork, code: str, outcome: str, kept: str) -> str:
        """Return what a wish lacks, or nothing."""
        if outcome not in OUTCOMES:
            return "how"
        no_such = outcome == "duplicate" and (kept == code or work.caseload.by_code(kept) is None)
        return "kept" if no_such else ""

    def take_back(self, work: UnitOfWork, code: str, actor: str, role: str, now: datetime) -> bool:
        """Take back one's wish to close while it waits; False when there is none."""
        case = found(work, code)
        standing = work.decisions.closing(case.id)
        if standing is None or not self.may_take_back(standing, (actor,), now):
            return False
        work.decisions.move_closing(standing.id, standing.state, "undone")
        work.caseload.cancel_steps(case.id, (CLOSE,))
        self.officers.record(work, case, actor, role, "closing_undone", now)
        return True

    def may_take_back(self, standing: ClosingRow, actors: tuple[str, ...], now: datetime) -> bool:
        """Whether one of these actors may still take a closing back."""
        asked = standing.actor in actors or (standing.second or "") in actors
        return asked and standing.state in ("alone", "waiting") and may_undo(standing.asked_at, now, self.settings)

    def carry_out_due(self, work: UnitOfWork, case: CaseRow, now: datetime) -> None:
        """Close what has waited long enough; a second clock that comes at the same moment finds it done."""
        for step in work.caseload.steps(case.id):
            if step.name == CLOSE and step.state == "due" and step.due_at <= now:
                if work.caseload.mark_step(step.id, "due", "sent"):
                    self._carry_out(work, case, now)

    def _join(
        self,
        work: UnitOfWork,
        case: CaseRow,
        standing: ClosingRow,
        outcome: str,
        agency: str,
        actor: str,
        role: str,
        now: datetime,
    ) -> str:
        if standing.state == "waiting":
            return "closing"
        if standing.outcome != outcome or not confirms(standing.agency, agency, standing.actor, actor):
            return "second"
        work.decisions.move_closing(standing.id, "alone", "waiting", second=actor)
        self.officers.record(work, case, actor, role, "closing_confirmed", now)
        self._wait(work, case, now)
        return "closing"

    def _wait(self, work: UnitOfWork, case: CaseRow, now: datetime) -> None:
        due = now + timedelta(minutes=self.settings.undo_minutes)
        number = 1 + sum(step.name == CLOSE for step in work.caseload.steps(case.id))
        work.caseload.schedule(port.Step(self.outside.chance.new_id(), case.id, CLOSE, number, due))

    def _carry_out(self, work: UnitOfWork, case: CaseRow, now: datetime) -> None:
        standing = work.decisions.closing(case.id)
        if standing is None or not work.decisions.move_closing(standing.id, "waiting", "done"):
            return
        case = work.caseload.save(
            replace(case, state=moved(case, "close"), outcome=standing.outcome, closed_at=now, paused_until=None)
        )
        work.caseload.cancel_steps(case.id)
        work.outbox.cancel(case_id=case.id, kinds=("alert",), reason="closed")
        detail = f"{standing.outcome} {standing.kept}" if standing.kept else standing.outcome
        self.officers.record(work, case, standing.actor, "officer", "closed", now, detail)
        seat = work.directory.seat(standing.actor)
        self.notices.tell_seats(work, case, CLOSED, [seat] if seat else [], now)
        self._release(work, case, now)

    def _release(self, work: UnitOfWork, case: CaseRow, now: datetime) -> None:
        """Give the gateway back what a person took over: the clock plays the release, under the contact's lock."""
        for row in work.sessions.of_contact(case.contact_id) if case.contact_id else ():
            session = from_json(row.document)
            if session.status == "handoff":
                timer = Timer(self.outside.chance.new_id(), row.id, "release", session.turn, now)
                work.sessions.set_timers(row.id, [timer])

    def _right_pin(self, work: UnitOfWork, actor: str, pin: str, now: datetime) -> bool:
        """Whether this is the PIN of the post's holder; after five wrong tries a day, no PIN is."""
        subject = f"{PURPOSE}:{actor}"
        if work.caseload.wrong_tries(subject, now - DAY) >= WRONG_TRIES_A_DAY:
            return False
        known = work.directory.pin_of(actor)
        if pin and known is not None and known == self.outside.keyring.fingerprint(PURPOSE, f"{actor}:{pin}"):
            return True
        work.caseload.note_wrong_try(subject, now)
        return False
