"""One conversation as data: a flow, its steps, choices, reply tests, conditions and actions."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from gateway.strict_yaml import Mark

NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
RESERVED: Final = frozenset({"true", "false", "yes", "no", "on", "off", "null"})

PURPOSES: Final = ("information", "protection", "survey", "course", "campaign", "officer")
CHANNELS: Final = ("sms", "ussd")
VALUE_KINDS: Final = ("choice", "choices", "place", "number", "age", "date", "phone", "code", "sealed")
CHOSEN: Final = frozenset({"choice", "choices"})  # kinds that hold codes of a closed list, never anything typed
VALUE_CLASSES: Final = ("safety", "place", "consent", "free_text", "contact", "answer", "topic")
SEALED_TARGETS: Final = ("story", "safe_word", "duress_word")
ENDINGS: Final = ("done", "quiet", "abandoned")
KINDS: Final = ("say", "menu", "pick", "ask", "choose", "do", "call", "wait", "consent", "handoff", "help", "end")
WAITING: Final = frozenset({"menu", "pick", "ask", "wait", "consent", "handoff"})
ASKING: Final = frozenset({"menu", "pick", "ask", "consent"})
SKIPPED: Final = "skipped"
RECALL: Final = "recall"  # the step at which people from a withdrawn version go on
REPORT_FIELDS: Final = (
    "danger", "who", "under_18", "what", "country", "place", "contact", "hours", "phone_only_mine", "tell",
)  # fmt: skip
CONTACT_DATES: Final = ("departure", "return")  # days of a contact that messages go by
ACTIONS: Final = MappingProxyType(
    {
        "open_report": ("kind", *REPORT_FIELDS),
        "update_report": REPORT_FIELDS,
        "raise_alert": ("reason",),
        "set_contact": ("language", "safety", "via", "hours", *CONTACT_DATES),
        "set": ("value", "to"),
        "add_tag": ("tag",),
        "remove_tag": ("tag",),
        "subscribe": ("list",),
        "unsubscribe": ("list",),
        "look_up_case": (),
        "withdraw_consent": ("recipient",),
        "count": ("metric",),
        "start_flow": ("flow", "reason"),
        "enrol": ("course",),
        "unenrol": ("course",),
        "save_answer": ("survey", "item", "value"),
        "erase_request": (),
        "acknowledge": (),
        "undo": (),
        "pass_on": (),
        "note": (),
        "answer": (),
        "refer": (),
        "close": (),
        "duty": (),
        "hand_over": (),
        "present": (),
        "list_open": (),
    }
)
# Arguments that name a value of the flow instead of holding a word.
REFERENCES: Final = MappingProxyType(
    {
        "open_report": frozenset(REPORT_FIELDS),
        "update_report": frozenset(REPORT_FIELDS),
        "set": frozenset({"value"}),
        "save_answer": frozenset({"value"}),
    }
)


@dataclass(frozen=True, slots=True)
class Value:
    """A declared value; ``target`` says where the text of a sealed one goes."""

    name: str
    kind: str
    data_class: str
    target: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class Compare:
    """One test of one field, such as ``age below 18``."""

    field: str
    test: str
    operands: tuple[str, ...]
    mark: Mark


@dataclass(frozen=True, slots=True)
class Combine:
    """Several conditions joined by ``all``, ``any`` or ``none``."""

    joined: str
    parts: tuple["Condition", ...]
    mark: Mark


Condition = Compare | Combine


@dataclass(frozen=True, slots=True)
class ReplyTest:
    """One way to read a reply; which of the arguments count depends on ``name``."""

    name: str
    mark: Mark
    options: tuple[str, ...] = ()
    every: bool = False
    low: str = ""
    high: str = ""
    argument: str = ""
    within: str = ""


@dataclass(frozen=True, slots=True)
class SideDoor:
    """A test tried before the expectation of an ``ask``."""

    test: ReplyTest
    then: str
    mark: Mark
    sets: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer of a menu: ``code`` is stored, ``key`` is shown."""

    code: str
    key: str
    mark: Mark
    words: tuple[str, ...] = ()
    then: str = ""
    when: Condition | None = None
    sets: tuple[tuple[str, str], ...] = ()
    marks: tuple[tuple[str, Mark], ...] = ()

    def mark_of(self, key: str) -> Mark:
        """Return where the value of a key of this choice stands; the choice itself if the key is absent."""
        return dict(self.marks).get(key, self.mark)


@dataclass(frozen=True, slots=True)
class Branch:
    """One way out of a ``choose``."""

    when: Condition
    then: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class Action:
    """One action of a ``do``: ``words`` are literal arguments, ``values`` name values of the flow."""

    name: str
    mark: Mark
    words: tuple[tuple[str, str], ...] = ()
    values: tuple[tuple[str, str], ...] = ()

    def word(self, name: str) -> str:
        """Return a literal argument, or the empty text."""
        return dict(self.words).get(name, "")


@dataclass(frozen=True, slots=True)
class NoReply:
    """What follows silence of ``after`` seconds."""

    after: int
    then: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class Step:
    """One step; which fields count depends on ``kind``, steps are named without their flow."""

    name: str
    kind: str
    mark: Mark
    message: str = ""
    then: str = ""
    otherwise: str = ""
    choices: tuple[Choice, ...] = ()
    save: str = ""
    tries: int = 2
    no_reply: NoReply | None = None
    shuffle: bool = False
    at_least: int = 1
    at_most: int = 7
    expect: ReplyTest | None = None
    also: tuple[SideDoor, ...] = ()
    branches: tuple[Branch, ...] = ()
    actions: tuple[Action, ...] = ()
    flow: str = ""
    hands: tuple[tuple[str, str], ...] = ()
    takes: tuple[tuple[str, str], ...] = ()
    pause: int = 0
    until: str = ""
    until_value: str = ""
    purpose: str = ""
    recipient: str = ""
    refused: str = ""
    reason: str = ""
    urgent: bool = False
    released: str = ""
    ending: str = ""
    via: str = ""
    marks: tuple[tuple[str, Mark], ...] = ()

    def exits(self) -> Iterator[tuple[str, str]]:
        """Yield (name of the exit, step it leads to)."""
        for choice in self.choices:
            if choice.then:
                yield f"choice {choice.code}", choice.then
        for number, door in enumerate(self.also, 1):
            yield f"also {number}", door.then
        for number, branch in enumerate(self.branches, 1):
            yield f"branch {number}", branch.then
        singles = {"then": self.then, "else": self.otherwise, "refused": self.refused, "released": self.released}
        yield from ((name, target) for name, target in singles.items() if target)
        if self.no_reply is not None:
            yield "no_reply", self.no_reply.then

    def gives_way(self, flow: "Flow") -> bool:
        """Say whether this step of ``flow`` gives its place to another flow: a call both of whose ways only end."""
        ends = [flow.steps[name].kind == "end" for name in (self.then, self.otherwise) if name in flow.steps]
        return self.kind == "call" and not self.takes and ends == [True, True]

    def mark_of(self, key: str) -> Mark:
        """Return where the value of a key of this step stands; the step itself if the key is absent."""
        return dict(self.marks).get(key, self.mark)


@dataclass(frozen=True, slots=True)
class Flow:
    """A whole conversation, read and typed; ``expires`` in seconds."""

    name: str
    file: str
    purpose: str
    channels: tuple[str, ...]
    expires: int
    values: Mapping[str, Value]
    takes: tuple[str, ...]
    gives: tuple[str, ...]
    start: str
    on_error: str
    steps: Mapping[str, Step]
    mark: Mark
    marks: tuple[tuple[str, Mark], ...] = ()

    def mark_of(self, key: str) -> Mark:
        """Return where the value of a key of the head stands; the flow itself if the key is absent."""
        return dict(self.marks).get(key, self.mark)

    @property
    def protects(self) -> bool:
        """Say whether this flow is about protection."""
        return self.purpose == "protection"

    def message_id(self, message: str) -> str:
        """Return the full id of a message named in this flow."""
        return message if "." in message else f"{self.name}.{message}"
