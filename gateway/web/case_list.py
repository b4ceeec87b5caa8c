"""Which cases wait, the most pressing first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from gateway.ports.caseload import CaseLine
from gateway.services.access import Visitor
from gateway.web.running import gateway

PAGE = 25
FAR = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of lines; ``older`` is the next page's number, None on the last."""

    lines: tuple[CaseLine, ...]
    total: int
    number: int
    older: int | None


def waiting(visitor: Visitor) -> list[CaseLine]:
    """Return open cases: nobody's first, then by level and by the time left to the next step."""
    return sorted((line for line in gateway().case_desk.lines(visitor) if line.state != "closed"), key=urgency)


def closed(visitor: Visitor) -> list[CaseLine]:
    """Return closed cases, newest first."""
    return [line for line in gateway().case_desk.lines(visitor) if line.state == "closed"]


def urgency(line: CaseLine) -> tuple[bool, str, datetime, datetime]:
    """Sort key of an open case."""
    return line.acknowledged_at is not None, line.triage, line.next_step_due_at or FAR, line.opened_at


def paged(lines: Iterable[CaseLine], number: int) -> Page:
    """Cut out one page; a number past the end shows the last."""
    everything = tuple(lines)
    number = max(1, min(number, -(-len(everything) // PAGE)))
    shown = everything[(number - 1) * PAGE : number * PAGE]
    return Page(shown, len(everything), number, number + 1 if number * PAGE < len(everything) else None)
