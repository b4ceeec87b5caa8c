"""What one stimulus did: the next session, the effects in order, and a trace without typed text."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from gateway.conversation.orders import (
    Acknowledge,
    Answer,
    CloseCase,
    Duty,
    HandOver,
    ListOpen,
    Note,
    PassOn,
    Present,
    Refer,
    TakeTurn,
    Undo,
)
from gateway.conversation.session import Session


@dataclass(frozen=True, slots=True)
class Say:
    """One text, already rendered. ``parts`` are all message ids in it, ``message`` the last; ``sha256`` of the text.

    ``bundle`` and ``step`` ("flow.step") say which version spoke, and where in it.
    """

    message: str
    language: str
    text: str
    sha256: str
    closes: bool = False
    parts: tuple[str, ...] = ()
    via: str = ""
    bundle: str = ""
    step: str = ""


@dataclass(frozen=True, slots=True)
class OpenReport:
    """Open a report under ``code``; ``values`` are report fields answered so far."""

    code: str
    kind: str
    values: Mapping[str, str | tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class UpdateReport:
    """Later answers of an open report."""

    code: str
    values: Mapping[str, str | tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class AddStory:
    """Free text for the sealed part of a report; ``code`` is None when no report is open."""

    code: str | None
    text: str


@dataclass(frozen=True, slots=True)
class GivePin:
    """The PIN just shown is the one of this report; it stands nowhere else."""

    code: str
    pin: str


@dataclass(frozen=True, slots=True)
class Relayed:
    """Texts of an officer that were just told, by their ids; ``way`` is how the person showed that it is she."""

    texts: tuple[str, ...]
    way: Literal["word", "code"]


@dataclass(frozen=True, slots=True)
class Unlocked:
    """The person texted her safe word: for a while an officer's words may be said to this phone."""


@dataclass(frozen=True, slots=True)
class RaiseAlert:
    """Somebody must look now; ``code`` is None when no report is open."""

    reason: str
    code: str | None


@dataclass(frozen=True, slots=True)
class FlagDuress:
    """The person texted the duress word: no call-back, no local post."""

    code: str


@dataclass(frozen=True, slots=True)
class HandOff:
    """A person takes over this conversation."""

    code: str
    reason: str
    urgent: bool


REFERRAL: Final = "referral"
"""The purpose of a question whom one may tell; contacts.consent knows it by the same word."""


@dataclass(frozen=True, slots=True)
class RecordConsent:
    """An answer to a consent question with the wording it was asked in."""

    code: str | None
    purpose: str
    recipient: str
    message: str
    sha256: str
    language: str
    answer: Literal["given", "refused"]


@dataclass(frozen=True, slots=True)
class WithdrawConsent:
    """Consent taken back for one recipient, or for all when ``recipient`` is empty."""

    code: str | None
    recipient: str


@dataclass(frozen=True, slots=True)
class SetContact:
    """Facts of the contact: language, safety, via, hours, safe_word, duress_word; departure and return, days."""

    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag put on or taken off the contact."""

    tag: str
    on: bool


EVERY_LIST: Final = "all"
"""The list that STOP leaves: every list and every course at once."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """A list joined or left; the list ``all`` is left by STOP."""

    list: str
    on: bool


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A course joined or left."""

    course: str
    on: bool


@dataclass(frozen=True, slots=True)
class SaveAnswer:
    """One survey answer; ``telling``: typed, not chosen, so that it could tell who answered. ``bundle`` asked it."""

    survey: str
    item: str
    code: str
    telling: bool = True
    bundle: str = ""


@dataclass(frozen=True, slots=True)
class StartTimer:
    """Send ``Stimulus(kind="timer", timer=kind, turn=turn)`` at ``due``: no_reply, wait or expires."""

    kind: Literal["no_reply", "wait", "expires"]
    due: datetime
    turn: int


@dataclass(frozen=True, slots=True)
class CancelTimers:
    """Forget every timer of this session."""


@dataclass(frozen=True, slots=True)
class StartFlow:
    """Start another flow for this contact in a later turn; ``ancestry`` is how many flows led to it."""

    flow: str
    reason: str
    ancestry: int = 1


@dataclass(frozen=True, slots=True)
class EraseRequest:
    """The person asked to delete; nothing of a report is erased by it."""


@dataclass(frozen=True, slots=True)
class LookUpCase:
    """Ask the host whether code and PIN fit; the answer comes as ``Stimulus(kind="found")``."""

    code: str
    pin: str


@dataclass(frozen=True, slots=True)
class Count:
    """One more of a metric."""

    metric: str


@dataclass(frozen=True, slots=True)
class Incident:
    """A fault of content met at run time: guarded, missing_value, limit; ``where`` is a step or message."""

    kind: str
    where: str


Effect = (
    Say | OpenReport | UpdateReport | AddStory | GivePin | RaiseAlert | FlagDuress | HandOff | RecordConsent
    | WithdrawConsent | SetContact | Tag | Subscription | Enrolment | SaveAnswer | StartTimer | CancelTimers
    | StartFlow | EraseRequest | LookUpCase | Relayed | Unlocked | Acknowledge | Undo | PassOn | Note | Answer | Refer
    | CloseCase | Duty | TakeTurn | Present | HandOver | ListOpen | Count | Incident
)  # fmt: skip


HOST_ANSWERS: Final = frozenset({"case", "verdict"})
"""What a turn may ask of its host."""


@dataclass(frozen=True, slots=True)
class TraceStep:
    """One decision: at which step which test hit, and where it led; never what was typed.

    Test ``exit`` names the exit by which a step was left (``Step.exits``) in ``language``.
    """

    step: str
    test: str
    result: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """Outcome of one stimulus. ``closes`` ends a USSD session.

    ``asks`` is what the host must answer before the person hears anything: "case", whether code and PIN fit, or
    "verdict", what became of an officer's word; the answer comes as ``Stimulus(kind="found")``.

    ``words`` is the version of lexicon and guarded words by which the stimulus was read.

    ``session`` is None only when there was none and nothing began (a late timer, a cut).
    """

    session: Session | None
    effects: tuple[Effect, ...] = ()
    trace: tuple[TraceStep, ...] = ()
    closes: bool = False
    asks: str = ""
    words: str = ""

    @property
    def texts(self) -> tuple[str, ...]:
        """Return what the person hears, in order."""
        return tuple(effect.text for effect in self.effects if isinstance(effect, Say))

    def key(self, ordinal: int) -> tuple[str, int, int]:
        """Return the key under which the effect at ``ordinal`` is applied once."""
        return (self.session.id, self.session.turn, ordinal) if self.session else ("", 0, ordinal)
