"""Lint of reports: danger first, nobody told unasked, a code at the end, children spared, help one message away."""

from collections.abc import Callable, Iterator
from typing import Final

from gateway.conversation.flow import ASKING, Action, Flow, Step
from gateway.conversation.lint_graph import Place, drawn, paths, step_of
from gateway.conversation.lint_material import REFERENCE, Fault, Material, variants
from gateway.conversation.structure import report_fields
from gateway.strict_yaml import Mark
from gateway.text.catalogue import placeholders

_UNDER_AGE: Final = frozenset({"yes", "not_sure"})
_ADULT_ACTIONS: Final = frozenset({"subscribe", "enrol", "start_flow"})
# Reports that need no question for danger; and the one that needs no code, since nobody follows it up.
_NOT_OF_HARM: Final = frozenset({"call", "complaint", "feedback"})
_NOT_FOLLOWED: Final = frozenset({"feedback"})
_ADULT_CONTACT: Final = frozenset({"safety", "via", "hours"})


def details_first(material: Material) -> Iterator[Fault]:
    """Walk to every question of a report that comes before danger was asked (S307)."""
    for flow, _, action in _reports(material):
        start = [Place(flow.name, flow.start)] if action.word("kind") not in _NOT_OF_HARM else []
        for place in paths(material.flows, start, lambda place, _: _saves(material, place) != "danger"):
            field, step = _saves(material, place), step_of(material.flows, place)
            if field != "danger" and (field or _takes_story(material, place)):
                asked = field or "the story"
                yield Fault(step.mark_of(step.kind), f"'{step.name}' asks for {asked} before danger was asked")


def without_tell(material: Material) -> Iterator[Fault]:
    """Find a report that ends although nobody asked whom may be told (S318)."""

    def told(place: Place) -> bool:
        return _saves(material, place) == "tell" or _keeps_from_all(step_of(material.flows, place))

    yield from _ends_without(material, told, "the question whom we may tell")


def without_confirmation(material: Material) -> Iterator[Fault]:
    """Find a report that ends without its code (S310); feedback, which nobody follows up, needs none."""

    def confirms(place: Place) -> bool:
        step = step_of(material.flows, place)
        message = material.messages.get(REFERENCE, {}).get(material.flows[place.flow].message_id(step.message))
        texts = variants(message) if step.kind == "say" and message is not None else ()
        return any("case_code" in placeholders(text) for _, text in texts)

    yield from _ends_without(material, confirms, "its code", _NOT_FOLLOWED)


def _keeps_from_all(step: Step) -> bool:
    """Say whether a step itself answers that nobody local may be told."""
    return any(
        action.name == "set" and ("value", "tell") in action.values and action.word("to") == "nobody_local"
        for action in step.actions
    )


def _ends_without(
    material: Material, met: Callable[[Place], bool], what: str, spared: frozenset[str] = frozenset()
) -> Iterator[Fault]:
    """Follow a report from where it is opened to its end; a person, silence and giving up are ends of another kind."""

    def follow(place: Place, exit_: str) -> bool:
        step = step_of(material.flows, place)
        return not met(place) and step.kind != "handoff" and exit_ not in ("no_reply", "on_error", "abandoned", "quiet")

    for flow, step, action in _reports(material):
        if action.word("kind") in spared:
            continue
        for place, path in paths(material.flows, [Place(flow.name, step.name)], follow).items():
            if step_of(material.flows, place).ending == "done" and not place.callers and not met(place):
                yield Fault(action.mark, f"a report can end without {what} ({drawn(path)})")
                break


def _reports(material: Material) -> Iterator[tuple[Flow, Step, Action]]:
    """Yield every place of a protection flow that opens a report."""
    for flow in material.flows.values():
        for step in flow.steps.values():
            for action in step.actions:
                if action.name == "open_report" and flow.protects:
                    yield flow, step, action


def _saves(material: Material, place: Place) -> str:
    """Return the field of a report that a question fills, or the empty text."""
    flow, step = material.flows[place.flow], step_of(material.flows, place)
    if step.kind not in ASKING:
        return ""
    by_answers = [{name for name, _ in choice.sets} for choice in step.choices]
    names = [step.save, *sorted(set.intersection(*by_answers) if by_answers else ())]
    fields = report_fields(flow)
    return next((fields[name] for name in names if name in fields), "")


def _takes_story(material: Material, place: Place) -> bool:
    step = step_of(material.flows, place)
    value = material.flows[place.flow].values.get(step.save)
    return value is not None and value.target == "story"


def child_path(material: Material) -> Iterator[Fault]:
    """Follow every answer that means a child to what only an adult may be asked (S308)."""
    for flow in material.flows.values():
        starts = [Place(flow.name, target) for target in _answers_of_children(flow) if target in flow.steps]
        for place, path in paths(material.flows, starts).items():
            why = "asks for the story" if _takes_story(material, place) else _for_adults(step_of(material.flows, place))
            if why:
                step = step_of(material.flows, place)
                yield Fault(step.mark_of(step.kind), f"a child meets '{step.name}', which {why} ({drawn(path)})")


def _answers_of_children(flow: Flow) -> Iterator[str]:
    fields = report_fields(flow)
    for step in flow.steps.values():
        for choice in step.choices:
            under_age = fields.get(step.save) == "under_18" and choice.code in _UNDER_AGE
            under_age |= fields.get(step.save) == "who" and choice.code == "child"
            under_age |= any(fields.get(name) == "under_18" and code in _UNDER_AGE for name, code in choice.sets)
            if under_age:
                yield choice.then or step.then


def _for_adults(step: Step) -> str:
    """Say why a step is for adults only, or the empty text."""
    if step.kind == "consent":
        return "asks for consent"
    for action in step.actions:
        if action.name in _ADULT_ACTIONS:
            return f"does {action.name}"
        if action.name == "set_contact" and any(name in _ADULT_CONTACT for name, _ in (*action.words, *action.values)):
            return "agrees on being contacted"
    return ""


def far_help(material: Material) -> Iterator[Fault]:
    """Note a help menu that is not there at once, or from which no single answer reaches a person (S317)."""
    flow = material.flows.get("help")
    if flow is None:
        return
    flows = material.flows

    def unasked(place: Place, exit_: str) -> bool:
        return step_of(flows, place).kind not in ASKING and exit_ != "on_error"

    first = paths(flows, [Place(flow.name, flow.start)], unasked)
    menus = [step_of(flows, place) for place in first if step_of(flows, place).kind in ASKING]
    for menu in menus or [flow.steps[flow.start]]:
        answers = [choice.then or menu.then for choice in menu.choices]
        starts = [Place(flow.name, name) for name in answers if name in flow.steps]
        if not any(_reaches_person(step_of(flows, place)) for place in paths(flows, starts, unasked)):
            yield Fault(menu.mark, f"no answer to '{menu.name}' reaches a person at once")


def _reaches_person(step: Step) -> bool:
    """Say whether somebody hears of it at once: a hand-over, or an alert."""
    return step.kind == "handoff" or any(action.name == "raise_alert" for action in step.actions)


def untold_forwarding(material: Material) -> Iterator[Fault]:
    """Note agencies that a flow names itself, where only the person's own answer may (S309)."""
    for flow in material.flows.values():
        fields = report_fields(flow) if flow.protects else {}
        for step in flow.steps.values():
            for mark, name, code in _settings(step):
                if fields.get(name) == "tell" and code != "nobody_local":
                    yield Fault(mark, f"'{code}' would be told without having been chosen")


def _settings(step: Step) -> Iterator[tuple[Mark, str, str]]:
    """Yield (place, value, code) of everything a step sets by itself."""
    for choice in step.choices:
        yield from ((choice.mark_of("set"), name, code) for name, code in choice.sets)
    for door in step.also:
        yield from ((door.mark, name, code) for name, code in door.sets)
    for action in step.actions:
        if action.name == "set":
            yield from ((action.mark, name, action.word("to")) for key, name in action.values if key == "value")
