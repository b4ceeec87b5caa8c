"""Reading what was written in a case: by a member's unlocked session, after each reading is written down."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from gateway.errors import Damaged, NotFound
from gateway.ports.caseload import CaseRow
from gateway.ports.outside import Outside
from gateway.ports.unit_of_work import UnitOfWork
from gateway.services.access import Visitor
from gateway.services.case_desk import actor_of, may_see
from gateway.services.key_holding import DESK, SUPERVISOR, KeyHolding, Keys, offices_of
from gateway.services.sealing import LIVE

REASONS: Final = ("oversight", "danger", "complaint", "no_answer")
"""For which a supervisor of a province may read; a code, so that the audit holds no story."""
Refusal = Literal["not_yours", "reason", "locked", "no_key"]


@dataclass(frozen=True, slots=True)
class CaseText:
    """One text of a case; ``words`` is None where this session holds no key of it."""

    kind: str
    author: str
    at: datetime
    words: str | None


@dataclass(frozen=True, slots=True)
class Reading:
    """What may be shown: the texts, oldest first, or why there are none."""

    texts: tuple[CaseText, ...] = ()
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class CaseTexts:
    """Opens texts with keys that a session brings; the server has none of a case that was handed over."""

    outside: Outside
    keys: KeyHolding

    def read(self, visitor: Visitor, code: str, reason: str = "") -> Reading:
        """Return the texts of a case and write one row of the audit for each; NotFound outside the visitor's scope."""
        now = self.outside.clock.now()
        actor, role = actor_of(visitor)
        with self.outside.store.writing() as work:
            case = work.caseload.by_code(code)
            visible = case is not None and may_see(visitor, case)
            refusal: Refusal | None = "not_yours"
            reading = Reading()
            if case is not None and visible:
                keys = self.keys.unlocked(work, visitor.account, visitor.token, visitor.token_sha256)
                self.keys.settle_owed(work, keys)
                refusal = _refusal(work, visitor, case, reason, keys)
                reading = Reading(refusal=refusal) if refusal else self._opened(work, case, keys)
            result = f"refused: {refusal}" if refusal else f"ok: {reason}" if reason in REASONS else "ok"
            work.audit.append(now, actor, role, "case.texts", case.id if case and visible else "unknown", result)
            for number, text in enumerate(reading.texts):
                if case is not None and text.words is not None:
                    work.audit.append(now, actor, role, "case.text_read", f"{case.id}:{number}")
        if not visible:
            raise NotFound
        return reading

    def _opened(self, work: UnitOfWork, case: CaseRow, keys: Keys) -> Reading:
        texts = tuple(
            CaseText(kind, author, at, self._words(sealed, case.id, entry_id, keys))
            for entry_id, kind, sealed, author, at in work.caseload.entries(case.id)
        )
        nothing = bool(texts) and all(text.words is None for text in texts)
        return Reading(refusal="no_key") if nothing else Reading(texts)

    def _words(self, sealed: str, case_id: str, entry_id: str, keys: Keys) -> str | None:
        try:
            return self.outside.case_keys.open(sealed, case_id, entry_id, keys)
        except Damaged:
            self.outside.meter.event("case_text_not_opened", case=case_id)
            return None


def _refusal(work: UnitOfWork, visitor: Visitor, case: CaseRow, reason: str, keys: Keys) -> Refusal | None:
    """Say why nothing is shown: the owning post and the desk read, a province's supervisor reads with a reason."""
    account = visitor.account
    referred = {row.to_post for row in work.decisions.referrals(case.id) if row.state in LIVE}
    owns = account.post_id is not None and account.post_id in {case.acknowledged_by, *referred}
    if not owns and DESK not in offices_of(work, account):
        if SUPERVISOR not in account.roles:
            return "not_yours"
        if reason not in REASONS:
            return "reason"
    return None if keys else "locked"
