"""What reaches a conversation: one text, dial, timer or word of the host, with the facts it needs."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

StimulusKind = Literal[
    "text",
    "begin",
    "reply",
    "cut",
    "missed_call",
    "timer",
    "start",
    "front",
    "release",
    "undeliverable",
    "recall",
    "found",
]
Safety = Literal["unknown", "safe", "shared", "unsafe"]


@dataclass(frozen=True, slots=True)
class ContactFacts:
    """What is known of the person; ``language`` is None until somebody or something settled it.

    ``written_to``: an officer's words reached this phone within the last day, so what comes is an answer to them.
    """

    id: str
    language: str | None = None
    safety: Safety = "unknown"
    stopped: bool = False
    known: bool = False
    tags: frozenset[str] = frozenset()
    open_report: str | None = None
    country: str | None = None
    written_to: bool = False
    lists: Collection[str] = frozenset()
    courses: Collection[str] = frozenset()
    place: str = ""


@dataclass(frozen=True, slots=True)
class ChannelFacts:
    """How the person came; budgets are USSD units of one screen; ``latin``: its screens show no Lao letters."""

    name: str
    kind: Literal["sms", "ussd"] = "sms"
    gsm7: int = 160
    ucs2: int = 70
    latin: bool = False


@dataclass(frozen=True, slots=True)
class OfficerFacts:
    """A phone that belongs to posts: the open codes it may act on, and those whose last word can be taken back."""

    posts: tuple[str, ...]
    open_codes: tuple[str, ...] = ()
    undoable: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Waiting:
    """An officer's words that wait for the person."""

    id: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """A report whose code and PIN were right; ``state`` is a word that flows can branch on."""

    code: str
    state: str
    waiting: tuple[Waiting, ...] = ()


@dataclass(frozen=True, slots=True)
class Stimulus:
    """One thing that happened; fields beyond the kind's own keep their neutral value.

    ``timer``, ``turn`` and ``due`` belong to a timer, ``flow`` to a beginning elsewhere than at the entry, ``found``
    and ``verdict`` to the host's answer. ``spare_session``, ``spare_code`` and ``spare_pin`` were drawn beforehand for
    every stimulus, so that the engine needs no chance. ``hotlines`` maps a directory role and a country ("" is where
    the phone is from) to the verified number as it is shown. ``may_write`` says whether a text that nobody just asked
    for may go to this phone now (contactability and hours are the host's). ``disasters``: codes of the provinces and
    districts in disaster mode. ``unlocks``: the text is this person's safe word, and ``waiting`` is what she may
    hear then.
    """

    kind: StimulusKind
    contact: ContactFacts
    channel: ChannelFacts
    text: str = ""
    timer: str = ""
    turn: int = 0
    due: datetime | None = None
    flow: str = ""
    duress: bool = False
    spare_session: str = ""
    spare_code: str = ""
    spare_pin: str = ""
    officer: OfficerFacts | None = None
    hotlines: Mapping[tuple[str, str], str] = field(default_factory=dict)
    may_write: bool = False
    found: CaseFacts | None = None
    verdict: str = ""
    unlocks: bool = False
    waiting: tuple[Waiting, ...] = ()
    disasters: Collection[str] = frozenset()
