"""Cases as a signed-in person or the command line sees them: within scope, without numbers and stories."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.errors import NotFound
from gateway.ports.alarms import Alarm
from gateway.ports.case_decisions import ClosingRow, LoweringRow, ReferralRow
from gateway.ports.caseload import CaseEvent, CaseLine, CaseRow, Step, Wanted
from gateway.ports.hold_book import HoldRow
from gateway.ports.outside import Outside
from gateway.ports.scope import EVERYWHERE
from gateway.ports.unit_of_work import UnitOfWork
from gateway.services.access import Visitor
from gateway.services.casefile import answers_of
from gateway.services.officer_work import OfficerWork

OPENED = "case.opened_page"
AN_HOUR = timedelta(hours=1)
MANY = 50
COUNTED = 200  # further than this nobody counts: it would read the whole table


@dataclass(frozen=True, slots=True)
class CaseView:
    """One case with its timeline; ``answers`` are codes, ``entries`` counts sealed texts by kind and shows none.

    ``waiting``: how many texts to the person have not been told yet.
    """

    case: CaseRow
    answers: Mapping[str, str | tuple[str, ...]]
    events: tuple[CaseEvent, ...]
    steps: tuple[Step, ...]
    entries: Mapping[str, int]
    referrals: tuple[ReferralRow, ...]
    closing: ClosingRow | None
    lowering: LoweringRow | None
    waiting: int
    hold: HoldRow | None = None

    @property
    def next_step_due_at(self) -> datetime | None:
        """When the ladder goes on, if nobody acts."""
        return min((step.due_at for step in self.steps if step.state == "due"), default=None)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of lines; ``older`` is the next page's number, None on the last; ``total`` counts up to COUNTED."""

    lines: tuple[CaseLine, ...]
    total: int
    number: int
    older: int | None


@dataclass(frozen=True, slots=True)
class CaseDesk:
    """The inbox."""

    outside: Outside
    officers: OfficerWork

    def lines(self) -> tuple[CaseLine, ...]:
        """Return every case, newest first, as the command line lists them."""
        with self.outside.store.reading() as work:
            return tuple(work.caseload.lines(EVERYWHERE))

    def page(self, visitor: Visitor, wanted: Wanted, size: int, number: int) -> Page:
        """Return one page of the cases that a visitor looks for; past the end is the last one."""
        with self.outside.store.reading() as work:
            total = work.caseload.count(visitor.scope, wanted, COUNTED)
            last = -(-total // size)  # beyond what is counted, a page is what it is, and its end is seen by reading on
            number = max(1, number if total == COUNTED else min(number, last))
            lines = work.caseload.page(visitor.scope, wanted, size + 1, (number - 1) * size)
        return Page(lines[:size], total, number, number + 1 if len(lines) > size else None)

    def unanswered(self, visitor: Visitor) -> int:
        """How many open cases of a visitor's scope nobody has accepted."""
        with self.outside.store.reading() as work:
            return work.caseload.count(visitor.scope, Wanted(unanswered=True), COUNTED)

    def show(self, visitor: Visitor | None, code: str) -> CaseView:
        """Return a case and write down who looked; one outside the scope is as absent, and the try is written down."""
        now = self.outside.clock.now()
        actor, role = actor_of(visitor)
        with self.outside.store.writing() as work:
            case = self.opened(work, visitor, code, now)
            if case is not None and visitor is not None:
                self._watch(work, visitor, now)
            if case is not None and case.state == "acknowledged" and case.acknowledged_by == actor:
                # Whoever accepted a case and now opens it works on it: the ladder need not come back.
                case = self.officers.act(work, case, actor, role, "taken_up", now)
            view = self.view(work, case) if case is not None else None
        if view is None:
            raise NotFound
        return view

    def opened(self, work: UnitOfWork, visitor: Visitor | None, code: str, now: datetime) -> CaseRow | None:
        """Return a case of the visitor's scope, else None; either way it is written down who asked."""
        actor, role = actor_of(visitor)
        case = work.caseload.by_code(code)
        allowed = case is not None and work.caseload.knows(visitor.scope if visitor else EVERYWHERE, case.id)
        asked, reader = case.id if case else "unknown", visitor.account.name if visitor else actor
        work.audit.append(now, reader, role, OPENED, asked, "ok" if allowed else "denied")
        return case if allowed else None

    def _watch(self, work: UnitOfWork, visitor: Visitor, now: datetime) -> None:
        """Very many cases opened in an hour sound an alarm, and the account owes a fresh code."""
        if work.audit.read_lately(visitor.account.name, OPENED, now - AN_HOUR) > MANY:
            alarm = Alarm(self.outside.chance.new_id(), "many_cases", visitor.account.name, now)
            if work.alarms.sound(alarm, now - AN_HOUR):
                work.accounts.ask_again(visitor.account.id)
                self.outside.meter.event("many_cases_opened", account=visitor.account.id)

    @staticmethod
    def view(work: UnitOfWork, case: CaseRow) -> CaseView:
        """Return what a page says of a case."""
        kinds = [kind for _, kind, _, _, _ in work.caseload.entries(case.id)]
        counted = {kind: kinds.count(kind) for kind in kinds}
        return CaseView(
            case,
            answers_of(case).as_values(),
            work.caseload.events(case.id),
            work.caseload.steps(case.id),
            counted,
            work.decisions.referrals(case.id),
            work.decisions.closing(case.id),
            work.decisions.lowering(case.id),
            sum(text.state == "waiting" for text in work.relay.of_case(case.id)),
            work.holds.newest(case.id),
        )


def actor_of(visitor: Visitor | None) -> tuple[str, str]:
    """Return who acts and as what: a post where the account holds one, else the account, else the command line."""
    if visitor is None:
        return "command line", "desk"
    return visitor.account.post_id or visitor.account.name, ",".join(sorted(visitor.account.roles))
