"""What time does to cases: due steps are climbed, whatever else fails; the invariant is checked and mended."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from gateway.ports.caseload import CaseRow
from gateway.ports.outside import Outside
from gateway.ports.unit_of_work import UnitOfWork
from gateway.services.closing import Closing
from gateway.services.ladder import LadderWork
from gateway.services.surges import Surges

BATCH = 100
LATELY = timedelta(minutes=10)
"""How long a step that reached nobody is looked for: the next round of the clock finds it."""


@dataclass(frozen=True, slots=True)
class CaseWork:
    """Called by the clock; two clocks at once share the steps."""

    outside: Outside
    ladder: LadderWork
    closing: Closing
    surges: Surges

    def escalate_due(self) -> int:
        """Fire every due step, each case in its own transaction; return how many were due."""
        now = self.outside.clock.now()
        with self.outside.store.reading() as work:
            due = work.caseload.due_steps(now, BATCH)
        for case_id in dict.fromkeys(step.case_id for step in due):
            self._alone(case_id, lambda work, case: self._fire(work, case, now))
        return len(due) + self._mend() + self.surges.tell_due()

    def pass_over_unreached(self) -> int:
        """Go on to the next step of cases whose last one reached no phone, by no channel; return how many."""
        now = self.outside.clock.now()
        with self.outside.store.reading() as work:
            unreached = work.outbox.unreached_steps(now - LATELY, BATCH)
        return sum(bool(self._alone(case_id, partial(self._pass_over, step_id, now))) for case_id, step_id in unreached)

    def _pass_over(self, step_id: str, now: datetime, work: UnitOfWork, case: CaseRow) -> bool:
        return self.ladder.pass_over(work, case, step_id, now)

    def _fire(self, work: UnitOfWork, case: CaseRow, now: datetime) -> None:
        self.closing.carry_out_due(work, case, now)
        case = work.caseload.get(case.id) or case
        self.ladder.fire_case(work, case, now)

    def _alone(self, case_id: str, act: Callable[[UnitOfWork, CaseRow], object]) -> object:
        """Act on one case in its own transaction and return what came of it, None for nothing.

        A fault there must not keep the next case waiting.
        """
        lanes: frozenset[str] = frozenset()
        done: object = None
        try:
            with self.outside.store.writing() as work:
                case = work.caseload.get(case_id)
                if case is not None:
                    done = act(work, case)
                lanes = work.outbox.queued_lanes
        except Exception as error:  # noqa: BLE001 - the outermost door of one case's step: the others climb all the same
            self.outside.meter.event("case_step_failed", case=case_id, error=type(error).__name__)
            self.outside.meter.count("case_steps_failed", error=type(error).__name__)
        for lane in sorted(lanes):
            self.outside.wakeup.wake(lane)
        return done

    def _mend(self) -> int:
        """An open, unacknowledged, routed case without a next step must not exist; if it does, plan anew and say so."""
        with self.outside.store.reading() as work:
            lost = work.caseload.without_next_step()
        for case_id in lost:
            self.outside.meter.event("case_without_next_step", case=case_id)
            self._alone(case_id, lambda work, case: self.ladder.plan(work, case, self.outside.clock.now()))
        return len(lost)
