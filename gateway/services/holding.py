"""Placing and lifting a legal hold: a reason, two people, and each step in the chain before it counts."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from gateway.cases.hold import LIFE, SECOND_PERSON, WITH_REASON, Event, after, keeps
from gateway.errors import Conflict, NotFound
from gateway.ports.hold_book import HoldRow
from gateway.ports.outside import Outside
from gateway.ports.unit_of_work import UnitOfWork
from gateway.services.access import Visitor
from gateway.services.case_desk import CaseDesk
from gateway.services.reasons import reason_of

OTHER_PERSON: Final = "Somebody else has to agree to this hold."
STANDS: Final = "There is a hold already."
NOTHING: Final = "This hold is not at that point any more."
Act = Callable[[UnitOfWork, str, datetime], None]


def standing(row: HoldRow | None, now: datetime) -> HoldRow | None:
    """Return a hold that keeps its case now, else nothing."""
    return row if row is not None and keeps(row.state, row.asked_at, now) else None


@dataclass(frozen=True, slots=True)
class Holding:
    """Who may hold cases at all is a matter of roles (``holds``); which, of her scope."""

    outside: Outside
    desk: CaseDesk

    def ask(self, visitor: Visitor, code: str, reason: str) -> None:
        """Ask for a hold: nothing of the case is forgotten from now on, and a second person has 14 days to agree."""
        why = reason_of(reason)

        def begin(work: UnitOfWork, case_id: str, now: datetime) -> None:
            if standing(work.holds.newest(case_id), now) is not None:
                raise Conflict(STANDS)
            work.holds.add(HoldRow(self.outside.chance.new_id(), case_id, "asked", why, visitor.account.name, now))
            work.audit.append(now, visitor.account.name, visitor.roles, "hold.ask", case_id, why=why)

        self._in_scope(visitor, code, begin)

    def step(self, visitor: Visitor, code: str, named: str, reason: str = "") -> None:
        """Agree, drop, ask to lift (with a reason), keep or lift; agreeing and lifting are another person's."""
        event = next((known for _, known in LIFE if known == named), None)
        if event is None:
            raise Conflict(NOTHING)
        why, name = reason_of(reason) if event in WITH_REASON else "", visitor.account.name

        def move(work: UnitOfWork, case_id: str, now: datetime) -> None:
            row = standing(work.holds.newest(case_id), now)
            if row is None:
                raise Conflict(NOTHING)
            moved = _moved(row, event, name, now, why)
            asked_by = row.asked_by if event == "agree" else row.lift_asked_by
            if event in SECOND_PERSON and name == asked_by:
                raise Conflict(OTHER_PERSON)
            work.holds.save(moved)
            work.audit.append(now, name, visitor.roles, f"hold.{event}", case_id, why=why)

        self._in_scope(visitor, code, move)

    def _in_scope(self, visitor: Visitor, code: str, act: Act) -> None:
        now = self.outside.clock.now()
        with self.outside.store.writing() as work:
            case = self.desk.opened(work, visitor, code, now)
            if case is not None:
                act(work, case.id, now)
        if case is None:
            raise NotFound


def _moved(row: HoldRow, event: Event, name: str, now: datetime, why: str) -> HoldRow:
    """Return a hold after a step, with who took it."""
    row = replace(row, state=after(row.state, event))
    if event == "agree":
        return replace(row, agreed_by=name, agreed_at=now)
    if event == "ask_lift":
        return replace(row, lift_reason=why, lift_asked_by=name, lift_asked_at=now)
    if event == "keep":
        return replace(row, lift_reason="", lift_asked_by=None, lift_asked_at=None)
    return replace(row, ended_by=name, ended_at=now)
