"""Is the gateway ready, and the figures that say why not."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import get_args

from gateway.errors import Unavailable
from gateway.ports.channel import Lane
from gateway.ports.outside import Outside
from gateway.ports.unit_of_work import UnitOfWork
from gateway.services import restoring

ALERT_MAY_WAIT = timedelta(minutes=2)
CLOCK_MAY_REST = timedelta(seconds=30)
DISK_NEEDED = 100 * 1024 * 1024
DAY, LATELY = timedelta(days=1), timedelta(minutes=10)
ATTEMPTS_SEEN = 200


@dataclass(frozen=True, slots=True)
class Report:
    """Whether texts can be taken and alerts leave in time, with the facts as JSON values."""

    ready: bool
    facts: dict[str, object]


@dataclass(frozen=True, slots=True)
class Health:
    """Reads depth, age and heartbeats; ``free_bytes`` tells the room left for the database."""

    outside: Outside
    free_bytes: Callable[[], int]
    counters: Callable[[], dict[tuple[str, tuple[tuple[str, str], ...]], int]]

    def report(self) -> Report:
        """Judge readiness; an unreachable database is a fact, not an error."""
        free = self.free_bytes()
        facts: dict[str, object] = {"disk_free_bytes": free}
        try:
            with self.outside.store.writing() as work:
                work.duties.set_mark("ready_probe", self.outside.clock.now().isoformat())
            with self.outside.store.reading() as work:  # looking around must keep nobody from writing
                well = self._look(work, facts)
            facts["database_write"] = True
        except Unavailable:
            facts["database_write"] = well = False
        return Report(well and free >= DISK_NEEDED, facts)

    def _look(self, work: UnitOfWork, facts: dict[str, object]) -> bool:
        now = self.outside.clock.now()
        facts["depth"] = {lane: work.outbox.depth(lane, now) for lane in get_args(Lane)}
        oldest = work.outbox.oldest_unsent("alerts", now)
        waited = (now - oldest) if oldest else timedelta(0)
        facts["oldest_unsent_alert_s"] = round(waited.total_seconds(), 1)
        beats = [beat.beat_at for beat in work.duties.heartbeats() if beat.role == "clock"]
        rested = (now - max(beats)) if beats else None
        facts["clock_heartbeat_s"] = None if rested is None else round(rested.total_seconds(), 1)
        head = work.audit.head()
        facts["audit_head"] = head.mac[:16] if head else None
        facts["cases_without_next_step"] = len(work.caseload.without_next_step())
        facts["channels"] = self._channels(work, now)
        facts["restored_and_held"] = restoring.waiting(work)
        ages = restoring.backup_ages(work, now)
        facts["backup_age_s"] = {what: age and round(age.total_seconds()) for what, age in ages.items()}
        facts["weak_repeats_a_day"] = dict(work.inbox.weak_since(now - DAY))
        sends = waited <= ALERT_MAY_WAIT and not facts["restored_and_held"]
        return sends and rested is not None and rested <= CLOCK_MAY_REST

    def _channels(self, work: UnitOfWork, now: datetime) -> dict[str, str]:
        """Say of each channel: bound, unbound, failing (nothing got through lately), else configured."""
        roles = alive(work, now)
        outcomes: dict[str, set[str]] = {}
        for tried, outcome in work.outbox.latest_outcomes(now - LATELY, ATTEMPTS_SEEN):
            outcomes.setdefault(tried, set()).add(outcome)
        states = {}
        for name, channel in sorted(self.outside.channels.items()):
            states[name] = "configured"
            if outcomes.get(name) and "accepted" not in outcomes[name]:
                states[name] = "failing"
            if channel.capabilities.splits:  # a bind: the only kind of channel that must stay connected
                states[name] = "bound" if bind_role(name, bound=True) in roles else "unbound"
        return states

    def metrics(self) -> str:
        """Return the counters and gauges as Prometheus text; labels hold no identifiers."""
        lines = []
        for (name, labels), value in sorted(self.counters().items()):
            shown = ",".join(f'{key}="{label}"' for key, label in labels)
            lines.append(f"gateway_{name}_total{{{shown}}} {value}" if shown else f"gateway_{name}_total {value}")
        with self.outside.store.reading() as work:
            now = self.outside.clock.now()
            for lane in get_args(Lane):
                lines.append(f'gateway_outbox_due{{lane="{lane}"}} {work.outbox.depth(lane, now)}')
            lines.append(f"gateway_numbers_dead {work.numbers.dead()}")
        return "\n".join(lines) + "\n"


def alive(work: UnitOfWork, now: datetime) -> frozenset[str]:
    """Return the roles of the processes that were heard of lately."""
    return frozenset(beat.role for beat in work.duties.heartbeats() if now - beat.beat_at <= CLOCK_MAY_REST)


def bind_role(channel: str, *, bound: bool) -> str:
    """Return under which role the process of a bind lets itself be heard of."""
    return f"smpp {channel}" if bound else f"smpp {channel} unbound"
