"""The clock's round: whatever is due is done, with or without a queue server, however many clocks there are."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import get_args

from gateway.ports.channel import Lane
from gateway.ports.duties import Heartbeat
from gateway.ports.outside import Outside
from gateway.ports.simulated_phones import SimulatedPhones
from gateway.ports.unit_of_work import UnitOfWork
from gateway.services.announcing import Announcing
from gateway.services.broadcasts import Broadcasts
from gateway.services.case_work import CaseWork
from gateway.services.delivery import Delivery
from gateway.services.post_upkeep import PostUpkeep
from gateway.services.reconciling import Reconciling
from gateway.services.relay import Relay
from gateway.services.retention import Retention
from gateway.services.sealing import Sealing
from gateway.services.silences import Silences
from gateway.services.unreported import Unreported

WORKER_MAY_REST = timedelta(seconds=20)
BATCH = 200
CATCH_UP_ROUNDS = 20


@dataclass(frozen=True, slots=True)
class Duties:
    """Everything that time alone brings about."""

    outside: Outside
    silences: Silences
    case_work: CaseWork
    relay: Relay
    delivery: Delivery
    unreported: Unreported
    broadcasts: Broadcasts
    reconciling: Reconciling
    announcing: Announcing
    phones: SimulatedPhones | None
    sealing: Sealing
    retention: Retention
    post_upkeep: PostUpkeep

    def tick(self) -> int:
        """Do one round; return how many things were due. A part that fails does not stop the rest."""
        self.beat("clock")
        return sum(
            self._guarded(part)
            for part in (
                *self._due_parts(self.release),
                self.send_what_waits,
                self.announce,
                self.reconciling.run,
                self.wake_for_imports,
            )
        )

    def _due_parts(self, release: Callable[[], int]) -> tuple[Callable[[], int], ...]:
        """What time brings about, in the order in which one may cause the next."""
        return (
            self.silences.fire_timers,
            self.case_work.escalate_due,
            self.relay.give_due,
            self.delivery.sweep,
            self.unreported.follow_alerts,
            self.case_work.pass_over_unreached,
            self.unreported.settle,
            release,
            self.post_upkeep.keep_up,
            self.hand_in_receipts,
            self.announcing.gather,
            self.sealing.run,
            self.retention.duty,
        )

    def catch_up(self) -> None:
        """After the demo's clock was moved: do what is due now, here and at once, until nothing is."""
        for _ in range(CATCH_UP_ROUNDS):
            done = sum(self._guarded(part) for part in self._due_parts(self.broadcasts.release_due))
            for lane in get_args(Lane):
                done += self.delivery.send_due(lane, BATCH)
            if not done:
                return

    def beat(self, role: str) -> None:
        """Say that this process lives and what it is."""
        host, _, pid, *_ = (*self.outside.owner.split(":"), "", "", "")
        now = self.outside.clock.now()
        with self.outside.store.writing() as work:
            work.duties.beat(Heartbeat(self.outside.owner, role, host, int(pid or 0), now))

    def hand_in_receipts(self) -> int:
        """Hand in what simulated phones have to say by now."""
        if self.phones is None:
            return 0
        due = self.phones.take_due_receipts(self.outside.clock.now())
        for receipt in due:
            self.delivery.record_receipt(receipt)
        return len(due)

    def send_what_waits(self) -> int:
        """Wake the worker of each lane that has due rows; send them here when no such worker lives."""
        now = self.outside.clock.now()
        with self.outside.store.reading() as work:
            waiting = [lane for lane in get_args(Lane) if work.outbox.depth(lane, now)]
            alive = _alive(work, now)
        for lane in waiting:
            if lane in alive:
                self.outside.wakeup.wake(lane)
            else:
                self._guarded(partial(self.delivery.send_due, lane, BATCH), f"send_{lane}")
        return len(waiting)

    def release(self) -> int:
        """Wake the worker of chores for broadcasts that are due, for planning takes seconds; do it here without one."""
        now = self.outside.clock.now()
        with self.outside.store.reading() as work:
            due = bool(work.campaigns.due(now))
            alive = _alive(work, now)
        if due and "chores" in alive:
            self.outside.wakeup.wake("chores")
            return 0
        return self.broadcasts.release_due() if due else 0

    def announce(self) -> int:
        """Wake the worker of chores when partners are to be told; tell them here when none lives."""
        now = self.outside.clock.now()
        with self.outside.store.reading() as work:
            due = len(work.partners.due(now, BATCH))
            alive = _alive(work, now)
        if due and "chores" in alive:
            self.outside.wakeup.wake("chores")
        elif due:
            self.announcing.send_due()
        return due

    def wake_for_imports(self) -> int:
        """Wake the worker of chores while a list of contacts waits for it."""
        with self.outside.store.reading() as work:
            waiting = len(work.imports.waiting())
        if waiting:
            self.outside.wakeup.wake("chores")
        return waiting

    def _guarded(self, part: Callable[[], int], name: str = "") -> int:
        name = name or part.__name__
        try:
            return part()
        except Exception as error:  # noqa: BLE001 - the outermost door of the clock: a fault in one duty must not stop the others
            self.outside.meter.event("duty_failed", duty=name, error=type(error).__name__)
            self.outside.meter.count("duties_failed", duty=name)
            return 0


def _alive(work: UnitOfWork, now: datetime) -> frozenset[str]:
    """Return the roles of processes that were heard of lately."""
    return frozenset(beat.role for beat in work.duties.heartbeats() if now - beat.beat_at <= WORKER_MAY_REST)
