"""A referral to another office: its life as one table, and the ground on which it may be made (domain.md 7, 11)."""

from collections.abc import Iterable, Mapping
from typing import Final, Literal

from gateway.cases.report import Answers
from gateway.cases.triage import Level, child
from gateway.contacts.consent import REFERRAL, Consent, Exemption, Ground, Override, permit_forwarding
from gateway.directory.agency import CHILD
from gateway.errors import Conflict

State = Literal["in_progress", "accepted", "rejected", "revoked", "done"]
Event = Literal["accept", "reject", "revoke", "finish"]

LIFE: Final[Mapping[tuple[State, Event], State]] = {
    ("in_progress", "accept"): "accepted",
    ("in_progress", "reject"): "rejected",
    ("in_progress", "revoke"): "revoked",
    ("accepted", "finish"): "done",
    ("accepted", "revoke"): "revoked",
}
"""Rejected, revoked and done are final: whoever wants to try again refers anew."""
BY_HER_WORD: Final = frozenset({"consent", "asked"})
"""Grounds that rest on what the person wishes."""


def after(state: State, event: Event) -> State:
    """Return the state after ``event``; Conflict when the table has no such line."""
    try:
        return LIFE[state, event]
    except KeyError:
        raise Conflict(f"A referral that is {state.replace('_', ' ')} cannot take this step.") from None


def diagram() -> str:
    """Return the life of a referral as Mermaid text."""
    return "\n".join(["stateDiagram-v2", *(f"  {a} --> {b}: {event}" for (a, event), b in LIFE.items())])


def ground(
    answers: Answers,
    level: Level,
    agency: str,
    consents: Iterable[Consent],
    officer: str,
    *,
    withdrawn: bool,
    agreed: bool,
) -> Ground:
    """Return on what ground a case may go to ``agency``; ConsentMissing when the person has not agreed.

    What she said of this agency decides; without a word of it, her answer to "whom may we tell?", unless all was
    ``withdrawn``. Danger, and a child's case to the child focal post, need no consent, yet the ground is recorded.
    ``agreed``: the officer says that the person asked for it, and answers for that.
    """
    said = [one for one in consents if (one.recipient, one.purpose) == (agency, REFERRAL)]
    if not said and agency in answers.tell and not withdrawn:
        return "consent"
    exemption = _exemption(answers, level, agency, agreed=agreed)
    return permit_forwarding(said, agency, REFERRAL, Override(exemption, officer) if exemption else None)


def _exemption(answers: Answers, level: Level, agency: str, *, agreed: bool) -> Exemption | None:
    if level == "P0":
        return "danger"
    if agency == CHILD and child(answers):
        return "child"
    return "asked" if agreed else None


def revoked(state: str, why: str) -> State | None:
    """Return the state of a referral made on ground ``why`` once the person takes her word back; None: it stays."""
    ends = {known: reached for (known, event), reached in LIFE.items() if event == "revoke" and why in BY_HER_WORD}
    return next((reached for known, reached in ends.items() if known == state), None)
