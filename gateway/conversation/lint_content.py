"""Lint of flows with their texts: what is missing, what nobody hears, what does not belong to a purpose."""

from collections.abc import Iterator
from typing import Final

from gateway.conversation.flow import Flow, ReplyTest, Step
from gateway.conversation.lint_material import Fault, Material, all_usages, said_without_flow
from gateway.conversation.reading import comparisons
from gateway.conversation.shape import did_you_mean
from gateway.strict_yaml import Mark

CORE: Final = ("welcome", "stop", "safe_migration", "report", "child_at_risk")
CORE_LANGUAGES: Final = ("hmn", "lo-Latn")
_OFFICERS: Final = frozenset(
    {"acknowledge", "undo", "pass_on", "note", "answer", "refer", "close", "list_open", "duty", "present", "hand_over"}
)
_NOT_FOR: Final = {
    "officer": frozenset({"consent", "handoff", "help"}),
    "campaign": frozenset({"consent", "wait"}),
    "survey": frozenset({"consent", "wait"}),
}


def missing_texts(material: Material) -> Iterator[Fault]:
    """Note a text that no language has (E020)."""
    known = {name for texts in material.messages.values() for name in texts}
    for usage in all_usages(material):
        if usage.message not in known:
            near = did_you_mean(usage.message, (name for name in known if name[0] == usage.message[0]))
            yield Fault(usage.mark, f"text '{usage.message}' does not exist", near)


def untranslated_texts(material: Material) -> Iterator[Fault]:
    """Note a text that a required language lacks (T401)."""
    for usage in all_usages(material):
        if not material.anywhere(usage.message):
            continue
        for language in material.required:
            if not material.has(language, usage.message):
                file = f"messages/{language}/{usage.message.partition('.')[0]}.yaml"
                yield Fault(usage.mark, f"'{usage.message}' has no text in {language}", f"add it to {file}")
    yield from _untranslated_by_the_gateway(material)


def _untranslated_by_the_gateway(material: Material) -> Iterator[Fault]:
    """Note a text that the gateway says by itself and that only some of the required languages have."""
    known = {name: language for language in material.required for name in material.messages.get(language, {})}
    for name in sorted(name for name in known if said_without_flow(name)):
        for language in material.required:
            if not material.has(language, name):
                file = f"messages/{language}/{name.partition('.')[0]}.yaml"
                place = material.mark(known[name], name)
                yield Fault(place, f"the gateway says '{name}', which has no text in {language}", f"add it to {file}")


def untranslated_core(material: Material) -> Iterator[Fault]:
    """Note the core flows that have no texts, or too few, in Hmong or romanised Lao (T402), once a flow."""
    for name in CORE:
        flow = material.flows.get(name)
        needed = {usage.message for usage in all_usages(material) if usage.flow is flow} if flow is not None else set()
        for language in CORE_LANGUAGES:
            lacking = sorted(message for message in needed if not material.has(language, message))
            if flow is not None and lacking:
                problem = f"{len(lacking)} of {len(needed)} texts are missing in {language}, first '{lacking[0]}'"
                yield Fault(flow.mark_of("flow"), problem, f"translate messages/{language}/{name}.yaml")


def unused_texts(material: Material) -> Iterator[Fault]:
    """Note a text that nothing says (E021)."""
    used = {usage.message for usage in all_usages(material)}
    for language, texts in material.messages.items():
        for message_id in texts:
            if message_id not in used and not said_without_flow(message_id):
                yield Fault(material.mark(language, message_id), f"nothing says '{message_id}'")


def misplaced_steps(material: Material) -> Iterator[Fault]:
    """Note steps, actions and tests that do not belong to the purpose of their flow (E027)."""
    for flow in material.flows.values():
        for step in flow.steps.values():
            if step.kind in _NOT_FOR.get(flow.purpose, ()):
                yield Fault(step.mark_of(step.kind), f"{_a(flow.purpose)} flow has no step of kind {step.kind}")
            if step.shuffle and flow.purpose != "survey":
                yield Fault(step.mark_of("order"), "only a survey shuffles its choices")
            if flow.purpose != "officer":
                yield from _of_officers(step)
            if step.via == "sms" and _unasked_sms(flow, step):
                yield Fault(step.mark_of("via"), "a protection flow sends by SMS only where contact.safety is safe")


def resumed_after_fault(material: Material) -> Iterator[Fault]:
    """Note a way back into a flow from steps that only a fault of content leads to (E035): it may fail there again."""
    for flow in material.flows.values():
        sound = _reached(flow, flow.start)
        for name in sorted(_reached(flow, flow.on_error) - sound):
            step = flow.steps[name]
            for way, target in step.exits():
                if target in sound and flow.steps[target].kind not in ("end", "handoff"):
                    problem = f"after a fault '{name}' {way} goes on at '{target}', where it may fail again"
                    yield Fault(step.mark_of(way.partition(" ")[0]), problem)


def _reached(flow: Flow, start: str) -> set[str]:
    """Return the steps that a step leads to, itself included."""
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        name = waiting.pop()
        if name in flow.steps and name not in seen:
            seen.add(name)
            waiting += [target for _, target in flow.steps[name].exits()]
    return seen


def _of_officers(step: Step) -> Iterator[Fault]:
    for mark, name in _verbs(step):
        yield Fault(mark, f"'{name}' belongs to the flow of officers")


def _verbs(step: Step) -> Iterator[tuple[Mark, str]]:
    yield from ((action.mark, action.name) for action in step.actions if action.name in _OFFICERS)
    tests: list[ReplyTest] = [door.test for door in step.also]
    if step.expect is not None:
        tests.append(step.expect)
    yield from ((test.mark, "command") for test in tests if test.name == "command")


def _unasked_sms(flow: Flow, step: Step) -> bool:
    """Say whether a text by SMS in a protection flow is reached otherwise than behind a question for safety."""
    if not flow.protects:
        return False
    for before in flow.steps.values():
        for branch in before.branches:
            asked = {compare.field for compare in comparisons(branch.when)} & {"contact.safety", "mode"}
            if branch.then == step.name and not asked:
                return True
        others = [target for name, target in before.exits() if not name.startswith("branch ")]
        if step.name in others:
            return True
    return False


def _a(word: str) -> str:
    return f"an {word}" if word[0] in "aeiou" else f"a {word}"
