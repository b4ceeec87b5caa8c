"""Stored decisions about cases that wait for somebody: referrals, closings, lowerings."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from gateway.cases.lowering import State


@dataclass(frozen=True, slots=True)
class ReferralRow:
    """A case handed to another office; states are those of gateway.cases.referral."""

    id: str
    case_id: str
    agency: str
    from_actor: str
    to_post: str
    ground: str
    state: str
    asked_at: datetime
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ClosingRow:
    """A wish to close a case; states are those of gateway.cases.closing. ``kept``: the code a duplicate joins."""

    id: str
    case_id: str
    outcome: str
    kept: str | None
    actor: str
    agency: str
    state: str
    asked_at: datetime
    second: str | None = None


@dataclass(frozen=True, slots=True)
class LoweringRow:
    """A wish to make a case less urgent; states are those of gateway.cases.lowering."""

    id: str
    case_id: str
    level: str
    actor: str
    agency: str
    state: State
    asked_at: datetime
    second: str | None = None


class CaseDecisions(Protocol):
    """Referrals and wishes to close or lower, newest last."""

    def refer(self, row: ReferralRow) -> None:
        """Store a new referral."""
        ...

    def referrals(self, case_id: str) -> tuple[ReferralRow, ...]:
        """Return the referrals of a case, oldest first."""
        ...

    def move_referral(self, referral_id: str, expected: str, state: str, at: datetime) -> bool:
        """Move a referral by conditional update; False when it was no longer in the expected state."""
        ...

    def add_closing(self, row: ClosingRow) -> None:
        """Store a wish to close."""
        ...

    def closing(self, case_id: str) -> ClosingRow | None:
        """Return the newest wish to close a case."""
        ...

    def move_closing(self, closing_id: str, expected: str, state: str, *, second: str | None = None) -> bool:
        """Move a closing by conditional update; False when it was no longer in the expected state."""
        ...

    def add_lowering(self, row: LoweringRow) -> None:
        """Store a wish to lower."""
        ...

    def lowering(self, case_id: str) -> LoweringRow | None:
        """Return the wish to lower that waits for a second agency."""
        ...

    def settle_lowering(self, lowering_id: str, state: State, *, second: str | None = None) -> bool:
        """End a wish that waits, by conditional update; False when it was settled already."""
        ...
