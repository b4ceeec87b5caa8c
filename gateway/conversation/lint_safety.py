"""Lint of safety: no guarded word on any path to a phone that is not confirmed safe (S301)."""

from collections import deque
from typing import Final

from gateway.conversation.flow import Combine, Condition, Flow, Step
from gateway.conversation.lint_material import Material, Usage, usages, variants
from gateway.conversation.shape import Findings
from gateway.text.catalogue import Message

_ENGINE_TEXTS: Final = "common"


def check(material: Material, findings: Findings) -> None:
    """Walk every flow as an unknown phone would and read what it would hear."""
    for flow in material.flows.values():
        paths = paths_of_unknown_phones(flow)
        for usage in usages(material, flow):
            if usage.step.name in paths:
                _check_usage(material, usage, paths[usage.step.name], findings)
    for language, texts in material.messages.items():
        for message_id, message in texts.items():
            if message_id.startswith(f"{_ENGINE_TEXTS}."):
                _check_message(material, language, message_id, message, "every flow", findings)


def _check_usage(material: Material, usage: Usage, path: tuple[str, ...], findings: Findings) -> None:
    for language, texts in material.messages.items():
        message = texts.get(usage.message)
        if message is not None:
            _check_message(material, language, usage.message, message, " > ".join(path), findings)


def _check_message(
    material: Material, language: str, message_id: str, message: Message, path: str, findings: Findings
) -> None:
    for variant, text in _said_to_unknown(message):
        word = material.guarded.hit(text, message_id)
        if word is not None:
            mark = material.mark(language, message_id, variant)
            problem = f"'{message_id}' says '{word}' to a phone not confirmed safe ({path})"
            findings.add(mark, "S301", problem, "add neutral: or ask safe_contact first")


def _said_to_unknown(message: Message) -> list[tuple[str, str]]:
    """Return what is said while a phone is not confirmed safe: the neutral text if there is one, else all others."""
    found = dict(variants(message))
    return [("neutral", found["neutral"])] if "neutral" in found else list(found.items())


def paths_of_unknown_phones(flow: Flow) -> dict[str, tuple[str, ...]]:
    """Return the shortest path to every step that can be reached without mode open."""
    paths: dict[str, tuple[str, ...]] = {}
    starts = [name for name in (flow.start, flow.on_error) if name in flow.steps]
    waiting: deque[tuple[str, tuple[str, ...]]] = deque((name, (name,)) for name in starts)
    while waiting:
        name, path = waiting.popleft()
        if name in paths:
            continue
        paths[name] = path
        step = flow.steps[name]
        closed = _only_when_open(step)
        waiting.extend((target, (*path, target)) for exit_, target in step.exits() if exit_ not in closed)
    return paths


def _only_when_open(step: Step) -> set[str]:
    """Return the exits of a step that no unknown phone takes."""
    closed = {f"branch {number}" for number, branch in enumerate(step.branches, 1) if needs_open(branch.when)}
    closed |= {
        f"choice {choice.code}" for choice in step.choices if choice.when is not None and needs_open(choice.when)
    }
    return closed


def needs_open(condition: Condition) -> bool:
    """Say whether a condition can only be true in mode open."""
    if isinstance(condition, Combine):
        return condition.joined == "all" and any(needs_open(part) for part in condition.parts)
    return condition.field == "mode" and condition.test == "is" and condition.operands == ("open",)
