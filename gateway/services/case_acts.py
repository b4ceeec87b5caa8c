"""What a signed-in person does to a case: the officers' words, from a page and for the version it showed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from gateway.errors import Conflict, NotFound
from gateway.ports.caseload import CaseRow
from gateway.ports.outside import Outside
from gateway.ports.unit_of_work import UnitOfWork
from gateway.services.access import Visitor
from gateway.services.case_desk import CaseDesk, actor_of
from gateway.services.case_reading import right_to_read
from gateway.services.closing import Closing
from gateway.services.excluding import Excluding
from gateway.services.levelling import Levelling
from gateway.services.officer_work import OfficerWork
from gateway.services.referring import Referring
from gateway.services.relay import Relay

LONGEST_NOTE = 2_000
TAKEN = "Somebody else has accepted this case."
Act = Callable[[UnitOfWork, CaseRow, str, str, datetime], str]


class Stale(Conflict):
    """The case has changed since the page was read: nothing is overwritten, its reader looks and decides again."""

    told = "It changed since you read it. Read it again."


@dataclass(frozen=True, slots=True)
class CaseActs:
    """Each act is one transaction: scope, version, the same service as the SMS word, audit."""

    outside: Outside
    desk: CaseDesk
    officers: OfficerWork
    referring: Referring
    closing: Closing
    relay: Relay
    levelling: Levelling
    excluding: Excluding

    def accept(self, visitor: Visitor | None, code: str) -> None:
        """Accept a case for the visitor's post, or the referral that waits for it; as OK by SMS."""

        def act(work: UnitOfWork, case: CaseRow, actor: str, role: str, now: datetime) -> str:
            if self.referring.answer(work, code, "accept", actor, role, now):
                return "accepted"
            if case.acknowledged_at is not None and case.acknowledged_by != actor:
                raise Conflict(TAKEN)
            self.officers.acknowledge(work, code, actor, role, now)
            return "accepted"

        self._take(visitor, code, None, act)

    def pass_on(self, visitor: Visitor, code: str, version: int | None) -> None:
        """Hand a case to the next post at once, or a referral back; as PASS by SMS."""

        def act(work: UnitOfWork, case: CaseRow, actor: str, role: str, now: datetime) -> str:
            if self.referring.answer(work, code, "reject", actor, role, now):
                return "given_back"
            if not self.officers.pass_on(work, code, actor, role, now):
                raise Conflict(TAKEN)
            return "passed"

        self._take(visitor, code, version, act)

    def take_back(self, visitor: Visitor, code: str, version: int | None) -> str:
        """Take back the last word: a wish to close or to lower, else the OK within 15 minutes; as UNDO by SMS."""

        def act(work: UnitOfWork, case: CaseRow, actor: str, role: str, now: datetime) -> str:
            known = work, code, actor, role, now
            words = self.closing.take_back, self.levelling.take_back, self.officers.undo
            return "undone" if any(take_back(*known) for take_back in words) else "too_late"

        return self._take(visitor, code, version, act)

    def note(self, visitor: Visitor, code: str, version: int | None, text: str) -> str:
        """Seal a note to the case; as NOTE by SMS. The text is kept whole or not at all."""
        written = text.strip()
        if not written or len(written) > LONGEST_NOTE:
            return "no_text" if not written else "too_long"

        def act(work: UnitOfWork, case: CaseRow, actor: str, role: str, now: datetime) -> str:
            self.officers.note(work, code, written, actor, role, now)
            return "noted"

        return self._take(visitor, code, version, act)

    def answer(self, visitor: Visitor, code: str, version: int | None, text: str) -> str:
        """Pass words to the person; verdicts of Relay.write, ``no_words`` for an empty text. As ANSWER by SMS."""

        def act(work: UnitOfWork, case: CaseRow, actor: str, role: str, now: datetime) -> str:
            if right_to_read(visitor, self.desk.view(work, case)) != "role":
                return "not_yours"
            verdict = self.relay.write(work, code, text.strip(), actor, role, now)
            return "no_words" if verdict == "how" else verdict

        return self._take(visitor, code, version, act)

    def refer(self, visitor: Visitor, code: str, version: int | None, target: str, *, agreed: bool) -> str:
        """Refer the case to another office; verdicts of Referring.refer. As REFER by SMS."""

        def act(work: UnitOfWork, case: CaseRow, actor: str, role: str, now: datetime) -> str:
            return self.referring.refer(work, code, target, agreed, actor, role, now)

        return self._take(visitor, code, version, act)

    def judge(self, visitor: Visitor, code: str, version: int | None, level: str) -> str:
        """Give the case another level, or agree to a lower one that another agency asks; as Levelling.judge."""

        def act(work: UnitOfWork, case: CaseRow, actor: str, role: str, now: datetime) -> str:
            return self.levelling.judge(work, code, level, actor, role, now)

        return self._take(visitor, code, version, act)

    def close(self, visitor: Visitor, code: str, version: int | None, outcome: str, kept: str) -> str:
        """Wish to close the case, or confirm another agency's wish; verdicts of Closing.wish. As CLOSE by SMS."""

        def act(work: UnitOfWork, case: CaseRow, actor: str, role: str, now: datetime) -> str:
            return self.closing.wish(work, code, outcome, kept, actor, role, now)

        return self._take(visitor, code, version, act)

    def exclude(self, visitor: Visitor, code: str, version: int | None) -> str:
        """Keep local offices out of a case, for good; who may is the page's policy."""

        def act(work: UnitOfWork, case: CaseRow, actor: str, role: str, now: datetime) -> str:
            return self.excluding.exclude(work, case, actor, role, now)

        return self._take(visitor, code, version, act)

    def _take(self, visitor: Visitor | None, code: str, version: int | None, act: Act) -> str:
        now = self.outside.clock.now()
        actor, role = actor_of(visitor)
        verdict, stale, lanes = "", False, frozenset[str]()
        with self.outside.store.writing() as work:
            case = self.desk.opened(work, visitor, code, now)
            stale = case is not None and version is not None and case.version != version
            if case is not None and not stale:
                verdict = act(work, case, actor, role, now)
            lanes = frozenset(work.outbox.queued_lanes)
        for lane in sorted(lanes):
            self.outside.wakeup.wake(lane)
        if stale:
            raise Stale
        if case is None:
            raise NotFound
        return verdict
