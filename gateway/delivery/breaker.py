"""When a channel is left alone for a while: failures in a short time open its circuit, one probe closes it again."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

FAILURES = 5
WITHIN = timedelta(seconds=30)
OPEN_FOR = timedelta(seconds=30)
PROBE_WAITS = timedelta(seconds=5)
"""How long everybody else waits while one text tries whether the channel is back."""

TROUBLE = frozenset({"temporary", "ambiguous"})


@dataclass(frozen=True, slots=True)
class Circuit:
    """What one process knows of one channel: its last failures, until when it is open, until when a probe is out."""

    failures: tuple[datetime, ...] = ()
    open_until: datetime | None = None
    probe_until: datetime | None = None


CLOSED = Circuit()


def asked(circuit: Circuit, now: datetime) -> tuple[Circuit, timedelta]:
    """Return how long to wait before sending (zero: now); the first to ask after the wait becomes the probe."""
    if circuit.open_until is None:
        return circuit, timedelta(0)
    if now < circuit.open_until:
        return circuit, circuit.open_until - now
    if circuit.probe_until is not None and now < circuit.probe_until:
        return circuit, PROBE_WAITS
    return replace(circuit, probe_until=now + OPEN_FOR), timedelta(0)


def told(circuit: Circuit, outcome: str, now: datetime, *, throttled: bool = False) -> Circuit:
    """Return the circuit after an attempt that came to ``outcome`` (gateway.ports.channel.Outcome).

    "Too fast" is no failure, and bad credentials open it at once.
    """
    if outcome == "broken":
        return Circuit(open_until=now + OPEN_FOR)
    if outcome not in TROUBLE or throttled:
        return CLOSED if circuit.open_until is not None or not throttled else circuit
    if circuit.open_until is not None:
        return Circuit(open_until=now + OPEN_FOR)
    recent = (*(at for at in circuit.failures if now - at < WITHIN), now)
    return Circuit(open_until=now + OPEN_FOR) if len(recent) >= FAILURES else Circuit(recent)
