"""Reading what is hidden: a number, the texts. Who asked and why is written before it is shown, or it is not shown."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import tzinfo
from typing import Literal

from gateway.contacts.contact import Contact
from gateway.contacts.contactability import may_call
from gateway.errors import Conflict, Forbidden, NotFound
from gateway.ports.caseload import CaseRow
from gateway.ports.outside import Outside
from gateway.ports.unit_of_work import UnitOfWork
from gateway.services.access import Visitor
from gateway.services.case_desk import CaseDesk, CaseView
from gateway.services.case_texts import CaseText, CaseTexts, Closed
from gateway.services.intake import Intake
from gateway.services.reasons import NO_REASON, is_reason, tidied_reason
from gateway.services.sealing import LIVE

Right = Literal["role", "reason", "none"]
NUMBER, TEXTS, LETTER = "case.number_read", "case.texts_read", "case.letter"


@dataclass(frozen=True, slots=True)
class Shown:
    """A case with what was asked for, and nothing else: ``number`` (E.164), ``texts``, or why they stay ``closed``.

    ``may_call``: the person agreed to a call and this is one of her hours.
    """

    view: CaseView
    number: str | None = None
    may_call: bool = False
    texts: tuple[CaseText, ...] | None = None
    closed: Closed | None = None


@dataclass(frozen=True, slots=True)
class CaseReading:
    """Free text: the holder of the post that owns the case and the national desk; a provincial supervisor says why.

    A number is shown to the same, always with a reason.
    """

    outside: Outside
    desk: CaseDesk
    opener: CaseTexts
    tz: tzinfo

    def number(self, visitor: Visitor, code: str, reason: str) -> Shown:
        """Show the person's number."""

        def read(work: UnitOfWork, view: CaseView) -> Shown:
            contact = self._contact(work, view.case)
            now = self.outside.clock.now()
            if contact is None:
                return Shown(view)
            agreed = may_call(contact, now, self.tz) and not Intake.has_withdrawn(work, view.case)
            return Shown(view, contact.msisdn, agreed)

        return self._read(visitor, code, NUMBER, reason, read, always=True)

    def texts(self, visitor: Visitor, code: str, reason: str) -> Shown:
        """Show every text of the case."""

        def read(work: UnitOfWork, view: CaseView) -> Shown:
            opened = self.opener.open(work, visitor, view.case)
            return Shown(view, texts=None if opened.closed else opened.texts, closed=opened.closed)

        return self._read(visitor, code, TEXTS, reason, read)

    def letter(self, visitor: Visitor, code: str, reason: str | None) -> Shown:
        """Show what a letter of referral says; with a ``reason`` the number, too."""

        def read(work: UnitOfWork, view: CaseView) -> Shown:
            work.audit.append(self.outside.clock.now(), visitor.account.name, visitor.roles, LETTER, view.case.id)
            contact = self._contact(work, view.case) if reason is not None else None
            return Shown(view, number=contact.msisdn if contact else None)

        if reason is not None:
            return self._read(visitor, code, NUMBER, reason, read, always=True)
        with self.outside.store.writing() as work:
            case = self.desk.opened(work, visitor, code, self.outside.clock.now())
            shown = read(work, self.desk.view(work, case)) if case is not None else None
        if shown is None:
            raise NotFound
        return shown

    def _read(
        self,
        visitor: Visitor,
        code: str,
        action: str,
        reason: str,
        read: Callable[[UnitOfWork, CaseView], Shown],
        *,
        always: bool = False,
    ) -> Shown:
        why, now = tidied_reason(reason), self.outside.clock.now()
        right: Right = "none"
        shown: Shown | None = None
        with self.outside.store.writing() as work:
            case = self.desk.opened(work, visitor, code, now)
            if case is not None:
                right = right_to_read(visitor, self.desk.view(work, case))
                told = is_reason(why) or (right == "role" and not always)
                if right != "none" and told:
                    work.audit.append(now, visitor.account.name, visitor.roles, action, case.id, why=why)
                    shown = read(work, self.desk.view(work, case))
                elif right == "none":
                    work.audit.append(now, visitor.account.name, visitor.roles, action, case.id, "denied")
        if shown is not None:
            return shown
        if case is None:
            raise NotFound
        raise Forbidden("not theirs to read") if right == "none" else Conflict(NO_REASON)

    @staticmethod
    def _contact(work: UnitOfWork, case: CaseRow) -> Contact | None:
        return work.people.get(case.contact_id) if case.contact_id else None


def right_to_read(visitor: Visitor, view: CaseView) -> Right:
    """Return on what ground a visitor, in whose scope the case is, may read its number and texts.

    The post that accepted it, and each that it was referred to, hold it.
    """
    holders = {view.case.acknowledged_by, *(row.to_post for row in view.referrals if row.state in LIVE)}
    holds = visitor.account.post_id is not None and visitor.account.post_id in holders
    if "desk" in visitor.account.roles or ("officer" in visitor.account.roles and holds):
        return "role"
    return "reason" if "supervisor" in visitor.account.roles else "none"
