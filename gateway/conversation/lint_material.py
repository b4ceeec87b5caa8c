"""What the lint reads: flows, texts with their places in the files, words; and which text is said where."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from gateway.conversation.flow import Flow, Step
from gateway.strict_yaml import Mapping as YamlMapping
from gateway.strict_yaml import Mark, Node
from gateway.text.catalogue import Message
from gateway.text.guarded import GuardedWords

REQUIRED: Final = ("lo", "en")
REFERENCE: Final = "en"


@dataclass(frozen=True, slots=True)
class Material:
    """Sound content; ``messages`` and ``nodes`` by language, then id or file stem; ``sources``: raw texts by file."""

    flows: Mapping[str, Flow]
    messages: Mapping[str, Mapping[str, Message]]
    nodes: Mapping[str, Mapping[str, Node]]
    guarded: GuardedWords
    sources: Mapping[str, str] = field(default_factory=dict)
    required: tuple[str, ...] = REQUIRED
    intents: frozenset[str] = frozenset()

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
class Usage:
    """One text at one step: a prompt, something said, or the label of a choice."""

    message: str
    role: Literal["prompt", "say", "label"]
    flow: Flow
    step: Step
    mark: Mark


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


def variants(message: Message) -> Iterator[tuple[str, str]]:
    """Yield (variant, text) of everything that can be said."""
    named = ("text", "neutral", "ussd", "retry", "without_directory")
    for name in named:
        text = getattr(message, name)
        if text is not None:
            yield name, text
