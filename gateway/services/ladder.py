"""Keeps every open case on its ladder: plans what stands due, and climbs when its time has come."""

from dataclasses import dataclass, replace
from datetime import datetime

from gateway.cases.clocks import EscalationSettings
from gateway.cases.escalation import (
    CAUGHT_UP,
    LOCAL,
    REFERRED,
    Ladder,
    Step,
    at_once,
    catch_up,
    follow_ups,
    planned,
    step_named,
    unanswered,
)
from gateway.cases.routing import Route
from gateway.ports import caseload as port
from gateway.ports.caseload import CaseRow
from gateway.ports.outside import Outside
from gateway.ports.unit_of_work import UnitOfWork
from gateway.services.alerting import Alerting
from gateway.services.casefile import ABANDONED, GATES, RELEASE, known_place_of, ladder_of, route_of, store_steps

FOLLOW_UPS = frozenset({"action", "outcome", REFERRED})
LAST_RUNG = 4
SECOND_CHANNEL = 1  # the same posts once more: nobody new is alerted before the rung after it


@dataclass(frozen=True, slots=True)
class LadderWork:
    """Plans and fires the steps of cases inside a transaction that its caller holds."""

    outside: Outside
    alerting: Alerting
    settings: EscalationSettings

    def plan(self, work: UnitOfWork, case: CaseRow, now: datetime) -> None:
        """Make the case's next steps stand due, and fire those whose time has come."""
        if not self._climbs(case):
            store_steps(work, self.outside.chance, case, ())
            return
        ladder = ladder_of(work, case, known_place_of(work, case))
        store_steps(work, self.outside.chance, case, planned(ladder, now, self.settings))
        self.fire_case(work, case, now)

    def hurry(self, work: UnitOfWork, case: CaseRow, now: datetime) -> None:
        """After PASS or UNDO: the next step that alerts somebody is due now."""
        ladder = ladder_of(work, case, known_place_of(work, case))
        store_steps(work, self.outside.chance, case, at_once(ladder, now, self.settings))
        self.fire_case(work, case, now)

    def pass_over(self, work: UnitOfWork, case: CaseRow, step_id: str, now: datetime) -> bool:
        """No phone of a step can be reached: the next one is due now, unless somebody has it or it has gone on.

        True when it was; the national desk, the last, is alerted again and again anyway.
        """
        row = next((step for step in work.caseload.steps(case.id) if step.id == step_id), None)
        ladder = ladder_of(work, case, known_place_of(work, case))
        if row is None or not self._climbs(case) or ladder.paused_until is not None or row.round != ladder.round:
            return False
        if row.name != str(ladder.last) or int(row.name) >= LAST_RUNG:
            return False
        self._note_nobody(work, case, row.name, now)
        self.outside.meter.event("nobody_reached", case=case.code, step=row.name)
        self.hurry(work, case, now)
        return True

    def tell_newcomers(self, work: UnitOfWork, case: CaseRow, before: Route, now: datetime) -> None:
        """Alert offices that a later answer added to steps already sent."""
        ladder = ladder_of(work, case, known_place_of(work, case))
        round_ = 1 + sum(step.name == "0c" for step in work.caseload.steps(case.id))
        step = catch_up(ladder, before, now, round_)
        if step is not None:
            row = port.Step(self.outside.chance.new_id(), case.id, step.name, step.round, step.due_at)
            work.caseload.schedule(row)
            self.alerting.raise_step(work, case, row.id, step, now)
            work.caseload.mark_step(row.id, "due", "sent")

    def owe_follow_ups(self, work: UnitOfWork, case: CaseRow, now: datetime) -> None:
        """Set the moments at which an accepted case without action or outcome is taken up above."""
        route = route_of(case, known_place_of(work, case))
        for step in follow_ups(now, case.acted_at is not None, route, self.settings):
            work.caseload.schedule(port.Step(self.outside.chance.new_id(), case.id, step.name, 1, step.due_at))

    def fire_case(self, work: UnitOfWork, case: CaseRow, now: datetime) -> None:
        """Fire every step of one case that is due, until none is."""
        while due := [step for step in work.caseload.steps(case.id) if is_own(step) and step.due_at <= now]:
            for row in due:
                case = self.fire(work, case, row, now)

    def fire(self, work: UnitOfWork, case: CaseRow, row: port.Step, now: datetime) -> CaseRow:
        """Fire one due step; a second clock that comes at the same moment finds it taken."""
        if not work.caseload.mark_step(row.id, "due", "sent"):
            return case
        if row.name in GATES:
            return self._open_gate(work, case, row.name, now)
        if row.name in FOLLOW_UPS:
            self._follow_up(work, case, row, now)
            return case
        if self._climbs(case):
            self._climb(work, case, row, now)
        return case

    @staticmethod
    def _climbs(case: CaseRow) -> bool:
        begun = case.danger_at if case.level == "P0" else case.routed_at
        return begun is not None and case.acted_at is None and case.state != "closed"

    def _open_gate(self, work: UnitOfWork, case: CaseRow, name: str, now: datetime) -> CaseRow:
        """Silence has lasted: release the district's posts of a P0, or route the report as it stands."""
        if case.state == "closed":
            return case
        if name == RELEASE:
            case = work.caseload.save(replace(case, released_at=case.released_at or now))
        elif name == ABANDONED:
            case = work.caseload.save(
                replace(case, routed_at=case.routed_at or now, released_at=case.released_at or now)
            )
        work.caseload.add_event(port.CaseEvent(self.outside.chance.new_id(), case.id, now, "gateway", name))
        self.plan(work, case, now)
        return case

    def _climb(self, work: UnitOfWork, case: CaseRow, row: port.Step, now: datetime) -> None:
        """Alert whoever this step names, then plan the next; nobody there means the next at once, and an alarm."""
        ladder = self._before(work, case, row)
        step = step_named(ladder, row.name, row.due_at)
        if step is None:
            self.plan(work, case, now)
            return
        told = self.alerting.raise_step(work, case, row.id, step, now)
        ladder = ladder.after(replace(step, due_at=row.due_at))
        nobody = told == 0 and bool(step.offices) and not step.silent
        if nobody:
            self._alarm(work, case, step, now)
        elif step.name.isdecimal() and int(step.name) > SECOND_CHANNEL:
            event = port.CaseEvent(self.outside.chance.new_id(), case.id, now, "gateway", "climbed", step.name)
            work.caseload.add_event(event)
        empty_below = nobody and (step.name == LOCAL or int(step.name) < LAST_RUNG)
        steps = at_once(ladder, now, self.settings) if empty_below else planned(ladder, now, self.settings)
        store_steps(work, self.outside.chance, case, steps)

    def _before(self, work: UnitOfWork, case: CaseRow, row: port.Step) -> Ladder:
        """The ladder without the step that is being fired, which is already marked as sent."""
        ladder = ladder_of(work, case, known_place_of(work, case))
        if row.name == LOCAL:
            return replace(ladder, local_told=False)
        others = [
            step
            for step in work.caseload.steps(case.id)
            if step.id != row.id
            and step.state in ("sent", "climbed")
            and step.name.isdecimal()
            and step.round == ladder.round
        ]
        last = max(others, key=lambda step: int(step.name), default=None)
        return replace(ladder, last=int(last.name) if last else None, last_due_at=last.due_at if last else None)

    def _follow_up(self, work: UnitOfWork, case: CaseRow, row: port.Step, now: datetime) -> None:
        if case.state == "closed" or (row.name == "action" and case.acted_at is not None):
            return
        route = route_of(case, known_place_of(work, case))
        owed = follow_ups(case.acknowledged_at or now, False, route, self.settings)
        for step in (*owed, unanswered(row.round, now, route)):
            if step.name == row.name:
                self.alerting.raise_step(work, case, row.id, step, now)

    def _alarm(self, work: UnitOfWork, case: CaseRow, step: Step, now: datetime) -> None:
        """Nobody sits at this step: the operator must know; the case goes on climbing."""
        offices = ",".join(f"{office.agency}@{office.place}" for office in step.offices)
        self._note_nobody(work, case, step.name, now)
        self.outside.meter.event("nobody_on_duty", case=case.code, step=step.name, offices=offices)

    def _note_nobody(self, work: UnitOfWork, case: CaseRow, step: str, now: datetime) -> None:
        work.caseload.add_event(port.CaseEvent(self.outside.chance.new_id(), case.id, now, "gateway", "nobody", step))
        self.outside.meter.count("steps_without_anybody", level=case.level)


def is_own(step: port.Step) -> bool:
    """Whether a step stands due and is the ladder's: an alert, a gate or a follow-up; a closing has its own service."""
    return step.state == "due" and (step.name.isdecimal() or step.name in (LOCAL, CAUGHT_UP, *GATES, *FOLLOW_UPS))
