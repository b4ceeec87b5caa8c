"""What time does to cases: due steps are climbed, whatever else fails; the invariant is checked and mended."""

from dataclasses import dataclass

from gateway.ports.outside import Outside
from gateway.services.ladder import LadderWork

BATCH = 100


@dataclass(frozen=True, slots=True)
class CaseWork:
    """Called by the clock; two clocks at once share the steps."""

    outside: Outside
    ladder: LadderWork

    def escalate_due(self) -> int:
        """Fire every due step, each case in its own transaction; return how many were due."""
        now = self.outside.clock.now()
        with self.outside.store.reading() as work:
            due = work.caseload.due_steps(now, BATCH)
        for case_id in dict.fromkeys(step.case_id for step in due):
            with self.outside.store.writing() as work:
                case = work.caseload.get(case_id)
                if case is not None:
                    self.ladder.fire_case(work, case, now)
                lanes = work.outbox.queued_lanes
            for lane in sorted(lanes):
                self.outside.wakeup.wake(lane)
        return len(due) + self._mend()

    def _mend(self) -> int:
        """An open, unacknowledged, routed case without a next step must not exist; if it does, plan anew and say so."""
        with self.outside.store.reading() as work:
            lost = work.caseload.without_next_step()
        for case_id in lost:
            with self.outside.store.writing() as work:
                case = work.caseload.get(case_id)
                if case is not None:
                    self.outside.meter.event("case_without_next_step", case=case.code)
                    self.ladder.plan(work, case, self.outside.clock.now())
        return len(lost)
