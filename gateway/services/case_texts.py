"""Opening what was written in a case, with the keys that a member's session left unlocked."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from gateway.errors import Damaged
from gateway.ports.caseload import CaseRow
from gateway.ports.outside import Outside
from gateway.ports.unit_of_work import UnitOfWork
from gateway.services.access import Visitor
from gateway.services.key_holding import KeyHolding, Keys

Closed = Literal["locked", "no_key"]


@dataclass(frozen=True, slots=True)
class CaseText:
    """One sealed text: a story or message of the person, a note of an officer; None where no key of it is at hand."""

    kind: str
    author: str
    at: datetime
    text: str | None


@dataclass(frozen=True, slots=True)
class Opened:
    """The texts of a case, oldest first, or why they stay closed."""

    texts: tuple[CaseText, ...] = ()
    closed: Closed | None = None


@dataclass(frozen=True, slots=True)
class CaseTexts:
    """The server has no key of a case that was handed over.

    Whether somebody may read, and that she has read, is the caller's to decide and to write down
    (gateway/services/case_reading.py).
    """

    outside: Outside
    keys: KeyHolding

    def open(self, work: UnitOfWork, visitor: Visitor, case: CaseRow) -> Opened:
        """Open what this session holds keys of, or the server still does; what waited for her key is passed on."""
        keys = self.keys.unlocked(work, visitor.account, visitor.token, visitor.token_sha256)
        self.keys.settle_owed(work, keys)
        texts = tuple(
            CaseText(kind, author, at, self._words(sealed, case.id, entry_id, keys))
            for entry_id, kind, sealed, author, at in work.caseload.entries(case.id)
        )
        nothing = bool(texts) and all(text.text is None for text in texts)
        if nothing:
            return Opened(closed="no_key" if keys else "locked")
        return Opened(texts)

    def _words(self, sealed: str, case_id: str, entry_id: str, keys: Keys) -> str | None:
        """By a key of the session, else by the server's copy: what just came in is sealed to offices a moment later."""
        for held in (keys, None):
            with suppress(Damaged):
                return self.outside.case_keys.open(sealed, case_id, entry_id, held)
        self.outside.meter.event("case_text_not_opened", case=case_id)
        return None
