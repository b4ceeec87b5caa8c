"""What a diagram of a flow shows: a box for each step with its words, and every way out with where it leads."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from gateway.conversation.flow import ASKING, Combine, Condition, Flow, ReplyTest, Step
from gateway.errors import Defect
from gateway.text.catalogue import Catalogue

# What a step does, beside the word that stands in the file.
DOES: Final = MappingProxyType(
    {
        "say": "says",
        "menu": "asks for one answer",
        "pick": "asks for several answers",
        "ask": "asks, answer typed",
        "choose": "decides by what is known",
        "do": "notes down",
        "call": "runs another flow",
        "wait": "lets time pass",
        "consent": "asks for consent",
        "handoff": "a person takes over",
        "help": "opens the help menu",
        "end": "the conversation ends",
    }
)


@dataclass(frozen=True, slots=True)
class Way:
    """One way out of a step: its name (``Step.exits``), what it is in words, and the step it leads to."""

    name: str
    words: str
    to: str


@dataclass(frozen=True, slots=True)
class Box:
    """One step: what it does, what it says, and its ways out."""

    step: str
    kind: str
    text: str
    details: tuple[str, ...]
    ways: tuple[Way, ...]

    @property
    def does(self) -> str:
        """What this kind of step does, in words."""
        return DOES[self.kind]


@dataclass(frozen=True, slots=True)
class Diagram:
    """A flow as boxes, in the order of its file; ``start`` and ``on_error`` name boxes."""

    flow: str
    purpose: str
    language: str
    start: str
    on_error: str
    boxes: tuple[Box, ...]

    @property
    def transitions(self) -> int:
        """How many ways out there are."""
        return sum(len(box.ways) for box in self.boxes)

    @property
    def title(self) -> str:
        """What the diagram shows."""
        return f"Flow {self.flow}"

    @property
    def description(self) -> str:
        """What somebody hears who cannot see it."""
        return (
            f"{self.purpose} flow with {len(self.boxes)} steps and {self.transitions} transitions, texts in "
            f"{self.language}; it starts at {self.start}; a fault of content leads to {self.on_error}."
        )


def diagram_of(
    flow: Flow, catalogue: Catalogue, language: str, counts: Mapping[tuple[str, str], str] | None = None
) -> Diagram:
    """Return the boxes of a flow with its texts in a language (or in the one its readers know next).

    ``counts`` says by step and exit how many people went along an arrow, in words.
    """
    boxes = tuple(_counted(_box(flow, step, catalogue, language), counts or {}) for step in flow.steps.values())
    return Diagram(flow.name, flow.purpose, language, flow.start, flow.on_error, boxes)


def _box(flow: Flow, step: Step, catalogue: Catalogue, language: str) -> Box:
    said = ""
    if step.message and step.kind != "help":
        said = _text(catalogue, language, flow.message_id(step.message))
    options = {
        choice.code: f"{choice.key}  {_label(flow, step, choice.code, catalogue, language)}" for choice in step.choices
    }
    ways = tuple(Way(name, _way(step, name, options), to) for name, to in step.exits())
    return Box(step.name, step.kind, said, tuple(_details(step, options)), ways)


def _counted(box: Box, counts: Mapping[tuple[str, str], str]) -> Box:
    """Return a box whose ways out say how many people took them."""

    def said(way: Way) -> Way:
        people = counts.get((box.step, way.name))
        return way if people is None else replace(way, words=f"{way.words} · {people}")

    return replace(box, ways=tuple(said(way) for way in box.ways))


def _text(catalogue: Catalogue, language: str, message_id: str) -> str:
    try:
        return catalogue.get(language, message_id).text
    except Defect:
        return f"({message_id})"  # a draft may name a text that nobody has written yet


def _way(step: Step, name: str, options: Mapping[str, str]) -> str:
    """Return an exit in words."""
    kind, _, which = name.partition(" ")
    if kind == "choice":
        return options[which]
    if kind == "also":
        return f"or {reply_in_words(step.also[int(which) - 1].test)}"
    if kind == "branch":
        return condition_in_words(step.branches[int(which) - 1].when)
    if kind == "no_reply" and step.no_reply is not None:
        return f"no reply in {duration(step.no_reply.after)}"
    return _single(step, name)


def _single(step: Step, name: str) -> str:
    """Return the words of a way that a step has at most once."""
    if name == "else":
        unread = f"not understood {step.tries} times"
        return unread if step.kind in ASKING else "given up" if step.kind == "call" else "otherwise"
    if name == "then" and step.kind in ASKING:
        return "agreed" if step.kind == "consent" else "answered"
    if name == "then" and step.kind == "call":
        return "done"
    return {"then": "then", "refused": "refused", "released": "given back"}[name]


def _label(flow: Flow, step: Step, code: str, catalogue: Catalogue, language: str) -> str:
    own = f"{flow.message_id(step.message)}.{code}"
    has_own = any(catalogue.has(known, own) for known in catalogue.languages)
    return _text(catalogue, language, own if has_own else f"common.{code}")


def _details(step: Step, options: Mapping[str, str]) -> Iterator[str]:
    """Yield what a step does beside speaking, a line each."""
    if step.kind == "pick":
        yield from options.values()
    if step.expect is not None:
        yield f"expects {reply_in_words(step.expect)}"
    yield from (_action(action.name, (*action.words, *action.values)) for action in step.actions)
    yield from _of_kind(step)
    if step.save:
        yield f"kept as {step.save}"
    if step.via:
        yield f"by {step.via.upper()}"


def _of_kind(step: Step) -> Iterator[str]:
    if step.kind == "call":
        yield f"flow {step.flow}"
    elif step.kind == "wait":
        yield f"for {duration(step.pause)}" if step.pause else f"until {step.until or step.until_value}"
    elif step.kind == "handoff":
        yield f"reason: {step.reason}{', urgent' if step.urgent else ''}"
    elif step.kind == "end":
        yield step.ending


def _action(name: str, arguments: tuple[tuple[str, str], ...]) -> str:
    said = ", ".join(f"{key} {value}" for key, value in arguments)
    return f"{name.replace('_', ' ')}: {said}" if said else name.replace("_", " ")


def reply_in_words(test: ReplyTest) -> str:
    """Return a reply test in words."""
    name = test.name.replace("_", " ")
    limits = f"{test.low or 'anything'} to {test.high or 'anything'}" if test.low or test.high else ""
    options = (" and " if test.every else " or ").join(test.options)
    return " ".join(dict.fromkeys(part for part in (name, limits, options or test.argument) if part))


def condition_in_words(found: Condition) -> str:
    """Return a condition in words."""
    if isinstance(found, Combine):
        joint = {"all": " and ", "any": " or ", "none": " nor "}[found.joined]
        said = joint.join(_part_in_words(part) for part in found.parts)
        return f"neither {said}" if found.joined == "none" else said
    test = found.test.replace("_", " ")
    operand = "" if found.test in ("known", "unknown") else " or ".join(found.operands)
    return f"{found.field} {'is ' if not operand else ''}{test} {operand}".strip()


def _part_in_words(part: Condition) -> str:
    said = condition_in_words(part)
    return f"({said})" if isinstance(part, Combine) else said


def duration(seconds: int) -> str:
    """Return a duration as an author writes it."""
    for unit, size in (("d", 86_400), ("h", 3_600), ("m", 60)):
        if seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"
