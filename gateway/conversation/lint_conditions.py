"""Lint of conditions: one that no answer can make true, or that every answer does (E023)."""

import itertools
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from math import prod
from types import MappingProxyType
from typing import Final

from gateway.conversation.conditions import holds
from gateway.conversation.flow import Compare, Condition, Flow, Step
from gateway.conversation.lint_material import Fault, Material
from gateway.conversation.reading import comparisons

_MOST_CASES: Final = 20_000
_YES_NO: Final = ("yes", "no")
_CLOSED: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "contact.safety": ("unknown", "safe", "shared", "unsafe"),
        "contact.stopped": _YES_NO,
        "contact.known": _YES_NO,
        "mode": ("open", "neutral", "silent"),
        "report.open": _YES_NO,
        "case.typed": _YES_NO,
        "case.found": _YES_NO,
        "case.waiting": _YES_NO,
        "command.case": ("one", "several", "none"),
        "command.rest": ("", "known"),
        "hour": tuple(str(hour) for hour in range(24)),
        "area.disaster_mode": _YES_NO,
    }
)
_OPEN: Final = ("", "something else")


def unsteady_conditions(material: Material) -> Iterator[Fault]:
    """Try every branch and every hidden choice with all values its fields can hold."""
    for flow in material.flows.values():
        for step in flow.steps.values():
            yield from _branches(flow, step)
            for choice in step.choices:
                if choice.when is not None:
                    yield from _verdict(choice.when, _cases(flow, [choice.when]), "this choice")


def _branches(flow: Flow, step: Step) -> Iterator[Fault]:
    left = _cases(flow, [branch.when for branch in step.branches])
    for branch in step.branches:
        yield from _verdict(branch.when, left, "this branch")
        left = [case for case in left if not holds(branch.when, case)] if left else left


def _verdict(condition: Condition, cases: list[dict[str, str]], what: str) -> Iterator[Fault]:
    """Judge a condition in the cases that are left for it; without cases nothing is said."""
    if not cases:
        return
    found = {holds(condition, case) for case in cases}
    if found == {False}:
        yield Fault(condition.mark, f"{what} is never taken: its condition cannot be true here")
    elif found == {True}:
        yield Fault(condition.mark, f"{what} is always taken: its condition cannot be false here")


def _cases(flow: Flow, conditions: Iterable[Condition]) -> list[dict[str, str]]:
    """Return every combination of what the named fields can hold; none when there are too many to try."""
    compared: dict[str, list[Compare]] = {}
    for condition in conditions:
        for compare in comparisons(condition):
            compared.setdefault(compare.field, []).append(compare)
    domains = {name: tuple(dict.fromkeys(_domain(flow, name, found))) for name, found in compared.items()}
    if not domains or prod(len(values) for values in domains.values()) > _MOST_CASES:
        return []
    return [dict(zip(domains, combined, strict=True)) for combined in itertools.product(*domains.values())]


def _domain(flow: Flow, name: str, compared: list[Compare]) -> Iterator[str]:
    if name == "channel.kind":
        yield from flow.channels
        return
    if name in _CLOSED:
        yield from _CLOSED[name]
        return
    value = flow.values.get(name)
    saved = _saved(flow, name)
    yield ""
    if value is not None and value.kind in ("choice", "choices", "code") and saved is not None:
        yield from saved
        if value.kind == "choices":
            yield from (",".join(pair) for pair in itertools.combinations(saved, 2))
        return
    yield from _OPEN
    for compare in compared:
        yield from _around(compare)


def _around(compare: Compare) -> Iterator[str]:
    """Yield values on both sides of what a field is compared with."""
    for operand in compare.operands:
        yield operand
        if operand.isdecimal():
            yield from (str(max(0, int(operand) - 1)), str(int(operand) + 1))
        try:
            day = date.fromisoformat(operand)
        except ValueError:
            continue
        yield from ((day - timedelta(days=1)).isoformat(), (day + timedelta(days=1)).isoformat())


def _saved(flow: Flow, name: str) -> list[str] | None:
    """Return the codes a value can hold, or None when something else than a choice fills it."""
    handed = name in flow.takes or any(mine == name for step in flow.steps.values() for mine, _ in step.takes)
    typed = any(step.save == name and not step.choices for step in flow.steps.values())
    if handed or typed:
        return None
    codes: list[str] = []
    for step in flow.steps.values():
        codes += [choice.code for choice in step.choices if step.save == name]
        codes += [code for choice in step.choices for value, code in choice.sets if value == name]
        codes += [code for door in step.also for value, code in door.sets if value == name]
        for action in step.actions:
            if action.name == "set" and ("value", name) in action.values:
                codes.append(action.word("to"))
    return list(dict.fromkeys(codes))
