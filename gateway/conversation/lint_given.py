"""Lint of what no file says by itself: codes that running conversations hold, the day, the exits that stories take."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from gateway.conversation.coverage import Gap, gaps
from gateway.conversation.flow import SKIPPED, Flow
from gateway.conversation.lint_material import Fault, Material
from gateway.conversation.shape import did_you_mean

_VALID_UNTIL: Final = re.compile(r"\bvalid_until (\d{4}-\d{2}-\d{2})\b")
_OF_CODES: Final = frozenset({"choice", "choices", "code"})


def lost_codes(material: Material) -> Iterator[Fault]:
    """Note codes that running conversations hold and that their flow no longer knows (E026)."""
    for place, held in sorted(material.given.in_use.items()):
        name, _, value = place.partition(".")
        flow = material.flows.get(name)
        if flow is None:
            continue
        declared = flow.values.get(value)
        if declared is None:
            near = did_you_mean(value, flow.values)
            yield Fault(
                flow.mark_of("values"), f"running conversations hold '{value}', which is declared no more", near
            )
        elif declared.kind in _OF_CODES and value not in _from_elsewhere(flow):
            known = _codes(flow, value)
            for code in sorted(held - known - {SKIPPED}):
                near = did_you_mean(code, known) or "keep the code; its label, key and place may change"
                yield Fault(declared.mark, f"running conversations hold '{code}' in '{value}', no step gives it", near)


def _codes(flow: Flow, value: str) -> frozenset[str]:
    """Return every code that some step of a flow can put into a value."""
    found: set[str] = set()
    for step in flow.steps.values():
        found |= {choice.code for choice in step.choices} if step.save == value else set()
        found |= {"yes", "no"} if step.kind == "consent" and step.save == value else set()
        sets = [pair for choice in step.choices for pair in choice.sets] + [p for door in step.also for p in door.sets]
        found |= {word for name, word in sets if name == value}
        for action in step.actions:
            if action.name == "set" and ("value", value) in action.values:
                found.add(action.word("to"))
    return frozenset(found)


def _from_elsewhere(flow: Flow) -> set[str]:
    """Return the values that a caller hands in or a sub-flow hands back: their codes are for the other to know."""
    return {*flow.takes, *(name for step in flow.steps.values() for name, _ in step.takes)}


def untried_protection(material: Material) -> Iterator[Fault]:
    """Note ways through a protection flow that no story takes (E028)."""
    for gap in _untried(material):
        if material.flows[gap.exit.flow].protects:
            yield _untold(gap)


def untried_others(material: Material) -> Iterator[Fault]:
    """Note ways through any other flow that no story takes (E036)."""
    for gap in _untried(material):
        if not material.flows[gap.exit.flow].protects:
            yield _untold(gap)


def _untried(material: Material) -> list[Gap]:
    taken = material.given.taken
    return gaps(material.flows, taken, material.required) if taken is not None else []


def _untold(gap: Gap) -> Fault:
    return Fault(gap.mark, f"no story takes '{gap.exit.step}' {gap.exit.way} in {', '.join(gap.languages)}")


def outdated_facts(material: Material) -> Iterator[Fault]:
    """Note facts whose last day lies in the past (S320)."""
    today = material.given.today
    for language, texts in material.messages.items() if today is not None else ():
        for message_id, message in texts.items():
            found = _VALID_UNTIL.search(message.source or "")
            last = _day(found[1]) if found else None
            if last is not None and today is not None and last < today:
                yield Fault(
                    material.mark(language, message_id, "source"),
                    f"the fact of '{message_id}' was valid until {last.isoformat()}",
                )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
