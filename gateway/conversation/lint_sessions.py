"""Lint of whole conversations: how many screens and segments the longest one takes, each question answered once."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from gateway.conversation.flow import ASKING, Flow, Step
from gateway.conversation.lint_cost import said
from gateway.conversation.lint_graph import exits_given
from gateway.conversation.lint_material import Fault, Material
from gateway.text.segments import measure

MOST_SCREENS: Final = 8
MOST_SEGMENTS_OF_A_SESSION: Final = 60
_USSD: Final[Mapping[str, tuple[str, ...]]] = {"channel.kind": ("ussd",)}
_SMS: Final[Mapping[str, tuple[str, ...]]] = {"channel.kind": ("sms",)}

Possible = Mapping[str, tuple[str, ...]]
Weight = Callable[[Flow, Step], int]


def long_screen_paths(material: Material) -> Iterator[Fault]:
    """Note flows whose longest way takes more than eight screens; the pages of one question count as one (C206)."""
    for flow in material.flows.values():
        if "ussd" in flow.channels:
            screens = _longest(material, flow, _USSD, _screen)
            if screens > MOST_SCREENS:
                yield Fault(flow.mark_of("flow"), f"'{flow.name}' takes up to {screens} screens, over {MOST_SCREENS}")


def _screen(flow: Flow, step: Step) -> int:
    """Count a question as a screen, and a text that ends the conversation; other texts lead the next screen."""
    return int(step.kind in ASKING or (step.kind == "say" and _leads_to_end(flow, step)))


def _leads_to_end(flow: Flow, step: Step) -> bool:
    following = flow.steps.get(step.then)
    return following is not None and following.kind == "end"


def dear_sessions(material: Material) -> Iterator[Fault]:
    """Note flows whose longest conversation costs more than the cap (C207)."""
    for flow in material.flows.values():
        segments = segments_of(material, flow)
        if segments > MOST_SEGMENTS_OF_A_SESSION:
            problem = (
                f"a conversation in '{flow.name}' takes up to {segments} segments, over {MOST_SEGMENTS_OF_A_SESSION}"
            )
            yield Fault(flow.mark_of("flow"), problem)


def segments_of(material: Material, flow: Flow) -> int:
    """Return the segments of the longest conversation in a flow by SMS, in its dearest language."""
    return max(
        (_longest(material, flow, _SMS, _segments(material, language)) for language in material.messages), default=0
    )


def _segments(material: Material, language: str) -> Weight:
    def weigh(flow: Flow, step: Step) -> int:
        if not step.message or step.kind == "help":
            return 0
        return max((measure(spoken.by_sms).segments for spoken in said(material, flow, step, language)), default=0)

    return weigh


def two_for_one(material: Material) -> Iterator[Fault]:
    """Note two texts in a row that together fit one segment in every required language (C208)."""
    for flow in material.flows.values():
        for step in flow.steps.values():
            following = flow.steps.get(step.then)
            if step.kind == "say" and following is not None and following.kind == "say" and not step.via:
                if all(_fit_together(material, flow, step, following, language) for language in material.required):
                    yield Fault(step.mark_of("say"), f"'{step.name}' and '{following.name}' fit one text together")


def _fit_together(material: Material, flow: Flow, step: Step, following: Step, language: str) -> bool:
    first = [spoken.by_sms for spoken in said(material, flow, step, language)]
    second = [spoken.by_sms for spoken in said(material, flow, following, language)]
    return bool(first and second) and all(measure(f"{one} {two}").segments == 1 for one in first for two in second)


def _longest(
    material: Material, flow: Flow, possible: Possible, weigh: Weight, running: frozenset[str] = frozenset()
) -> int:
    """Return the heaviest way through a flow and what it calls; a loop counts as each of its steps once."""
    steps = flow.steps
    after = {
        name: [target for _, target in exits_given(step, possible) if target in steps] for name, step in steps.items()
    }
    group = _loops(after)
    weights: dict[str, int] = {}
    for name, step in steps.items():
        child = material.flows.get(step.flow) if step.kind == "call" and step.flow not in running else None
        inner = _longest(material, child, possible, weigh, running | {flow.name}) if child is not None else 0
        tail = step.kind == "call" and all(
            steps[end].kind == "end" for end in (step.then, step.otherwise) if end in steps
        )
        weights[group[name]] = weights.get(group[name], 0) + (0 if tail and not running else inner) + weigh(flow, step)
    heaviest: dict[str, int] = {}
    for name in _last_first(after, group):
        onward = (heaviest[group[target]] for target in after[name] if group[target] != group[name])
        heaviest[group[name]] = max(heaviest.get(group[name], 0), weights[group[name]] + max(onward, default=0))
    return heaviest.get(group.get(flow.start, ""), 0)


def _loops(after: Mapping[str, list[str]]) -> dict[str, str]:
    """Return for each step one name for the loop it is part of, its own where it is part of none."""
    reach = {name: _reach(after, name) for name in after}
    return {
        name: min((other for other in reach[name] if name in reach[other]), default=name)
        if name in reach[name]
        else name
        for name in after
    }


def _reach(after: Mapping[str, list[str]], name: str) -> set[str]:
    seen: set[str] = set()
    waiting = list(after[name])
    while waiting:
        current = waiting.pop()
        if current not in seen:
            seen.add(current)
            waiting.extend(after[current])
    return seen


def _last_first(after: Mapping[str, list[str]], group: Mapping[str, str]) -> list[str]:
    """Return the steps so that whatever a step leads to, outside its own loop, stands before it."""
    order: list[str] = []
    seen: set[str] = set()
    for first in after:
        waiting = [(first, iter(after[first]))] if first not in seen else []
        seen.add(first)
        while waiting:
            name, targets = waiting[-1]
            following = next((target for target in targets if target not in seen), None)
            if following is None:
                order.append(name)
                waiting.pop()
            else:
                seen.add(following)
                waiting.append((following, iter(after[following])))
    return order
