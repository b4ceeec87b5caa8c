"""What the lint reads: flows, texts with their places in the files, words; and which text is said where."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

from gateway.conversation.coverage import Taken
from gateway.conversation.flow import Flow, Step
from gateway.strict_yaml import Mapping as YamlMapping
from gateway.strict_yaml import Mark, Node
from gateway.text.catalogue import Message
from gateway.text.guarded import GuardedWords
from gateway.text.lexicon import Lexicon

REQUIRED: Final = ("lo", "en")
REFERENCE: Final = "en"
# Texts that no flow names: the services send them, or the engine draws them.
_OF_SERVICES: Final = frozenset(
    {
        "officer.alert", "officer.alert_place", "officer.repeat", "officer.repeat_place", "officer.hold",
        "officer.taken", "officer.more", "officer.referral_taken", "officer.referral_back", "officer.second",
        "officer.lower", "officer.surge", "officer.closed", "officer.moved", "officer.check", "officer.check_missed",
        "officer.gap", "officer.gaps",
        "officer.office_empty", "officer.handover_asked", "officer.handover_begun", "officer.handover_approve",
        "officer.handover_key", "officer.handover_soon", "officer.handover_yours", "officer.handover_over",
        "officer.handover_stopped",
        "officer.swap_asked", "officer.swap_asked_for", "officer.swap_taken", "officer.swap_refused",
        "report.accepted", "common.fallback",
    }
)  # fmt: skip
_OF_ENGINE: Final = frozenset(
    {
        "common.neutral_ok", "common.person_will_help", "common.which", "common.affirm", "common.deny", "common.more",
        "common.back", "common.resume", "common.resume.go_on", "common.resume.again", "common.delete_hint",
        "common.place_region", "common.place_north", "common.place_centre", "common.place_south",
        "common.place_province", "common.place_district", "common.place_unknown", "common.kjg_offer",
        "common.cover_price", "common.cover_weather", "common.cover_market",
        "common.country_la", "common.country_th", "common.country_vn", "common.country_cn",
        "common.recorded", "common.no_lao", "common.relayed", "common.dial_again",
    }
)  # fmt: skip
WITHOUT_FLOW: Final = _OF_SERVICES | _OF_ENGINE


@dataclass(frozen=True, slots=True)
class Given:
    """What no file says; rules that need it are silent without it.

    ``today`` is the local day. ``in_use`` maps "flow.value" to the codes that running conversations hold. ``taken``
    are the exits that stories take, each with its language.
    """

    today: date | None = None
    in_use: Mapping[str, frozenset[str]] = field(default_factory=dict)
    taken: frozenset[Taken] | None = None


@dataclass(frozen=True, slots=True)
class Material:
    """Sound content; ``messages`` and ``nodes`` by language, then id or file stem; ``sources``: raw texts by file.

    ``roles`` are what a hotline can be asked for; without them, and without a lexicon, what needs them is left.
    ``schemas`` says that the schemas for editors lie where the first line of a file would look for them.
    """

    flows: Mapping[str, Flow]
    messages: Mapping[str, Mapping[str, Message]]
    nodes: Mapping[str, Mapping[str, Node]]
    guarded: GuardedWords
    sources: Mapping[str, str] = field(default_factory=dict)
    required: tuple[str, ...] = REQUIRED
    lexicon: Lexicon | None = None
    roles: frozenset[str] | None = None
    schemas: bool = False
    given: Given = field(default_factory=Given)

    def has(self, language: str, message_id: str) -> bool:
        """Say whether a language itself has a text."""
        return message_id in self.messages.get(language, {})

    def anywhere(self, message_id: str) -> bool:
        """Say whether any language has a text."""
        return any(self.has(language, message_id) for language in self.messages)

    def mark(self, language: str, message_id: str, variant: str = "text") -> Mark:
        """Return where a variant of a text stands in the file of its language."""
        flow, _, name = message_id.partition(".")
        node = self.nodes.get(language, {}).get(flow)
        value = node.get(name) if isinstance(node, YamlMapping) else None
        if isinstance(value, YamlMapping):
            inner = value.get(variant)
            return inner.mark if inner is not None else value.mark
        return value.mark if value is not None else Mark(f"messages/{language}/{flow}.yaml", 1, 1)


@dataclass(frozen=True, slots=True)
class Fault:
    """What one rule finds at one place; without a cure of its own the rule's general one is shown."""

    mark: Mark
    problem: str
    cure: str = ""


Check = Callable[[Material], Iterator[Fault]]


@dataclass(frozen=True, slots=True)
class Usage:
    """One text at one step: a prompt, something said, or the label of a choice."""

    message: str
    role: Literal["prompt", "say", "label"]
    flow: Flow
    step: Step
    mark: Mark


def said_by_services(message_id: str) -> bool:
    """Say whether a text is sent by a service, a broadcast among them, and not by a flow."""
    return message_id in _OF_SERVICES or message_id.startswith("campaigns.")


def said_without_flow(message_id: str) -> bool:
    """Say whether a text is heard although no flow names it."""
    return said_by_services(message_id) or message_id in _OF_ENGINE


def label_id(material: Material, flow: Flow, step: Step, code: str) -> str:
    """Return the id a label is read from: the step's own, else the shared one."""
    own = f"{flow.message_id(step.message)}.{code}"
    shared = f"common.{code}"
    return shared if not material.anywhere(own) and material.anywhere(shared) else own


def usages(material: Material, flow: Flow) -> Iterator[Usage]:
    """Yield every text a flow names, at each step that names it."""
    for step in flow.steps.values():
        if step.message and step.kind != "help":
            role: Literal["prompt", "say"] = "say" if step.kind in ("say", "handoff") else "prompt"
            key = "say" if step.kind == "handoff" else step.kind
            yield Usage(flow.message_id(step.message), role, flow, step, step.mark_of(key))
        for code, mark in labelled(step):
            yield Usage(label_id(material, flow, step, code), "label", flow, step, mark)


def labelled(step: Step) -> Iterator[tuple[str, Mark]]:
    """Yield the codes of a step that are drawn with a label."""
    yield from ((choice.code, choice.mark) for choice in step.choices)
    if step.kind == "consent":
        yield from (("affirm", step.mark), ("deny", step.mark))


def all_usages(material: Material) -> Iterator[Usage]:
    """Yield every text of every flow at each step that names it."""
    for flow in material.flows.values():
        yield from usages(material, flow)


def all_texts(material: Material) -> Iterator[tuple[str, str, str, str, Mark]]:
    """Yield (language, message id, variant, text, place) of everything that can be said."""
    for language, texts in material.messages.items():
        for message_id, message in texts.items():
            for variant, text in variants(message):
                yield language, message_id, variant, text, material.mark(language, message_id, variant)


def variants(message: Message) -> Iterator[tuple[str, str]]:
    """Yield (variant, text) of everything that can be said."""
    named = ("text", "neutral", "ussd", "retry", "without_directory")
    for name in named:
        text = getattr(message, name)
        if text is not None:
            yield name, text
