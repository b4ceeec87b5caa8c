"""Conditions: whether a branch is taken, from a dictionary of facts; never from an expression in text."""

from collections.abc import Callable, Collection, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from gateway.conversation.flow import Compare, Condition

LIST_MARK: Final = ","


def holds(condition: Condition, facts: Mapping[str, str]) -> bool:
    """Say whether a condition is true; an absent field is unknown and fails every other test but ``is_not``."""
    if isinstance(condition, Compare):
        fact = facts.get(condition.field, "")
        return _COMPARISONS[condition.test](fact, condition.operands)
    results = (holds(part, facts) for part in condition.parts)
    if condition.joined == "all":
        return all(results)
    return any(results) if condition.joined == "any" else not any(results)


def several(fact: str) -> tuple[str, ...]:
    """Return the codes of a value that may hold several."""
    return tuple(code for code in fact.split(LIST_MARK) if code)


def lies_in(place: str, areas: Collection[str]) -> bool:
    """Say whether a place is one of these provinces and districts, or lies in one."""
    return bool(place) and any(place.startswith(area) for area in areas)


def _is_one_of(fact: str, operands: tuple[str, ...]) -> bool:
    return any(code in operands for code in several(fact))


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _below(fact: str, operands: tuple[str, ...]) -> bool:
    left, right = _number(fact), _number(operands[0])
    return left is not None and right is not None and left < right


def _at_least(fact: str, operands: tuple[str, ...]) -> bool:
    left, right = _number(fact), _number(operands[0])
    return left is not None and right is not None and left >= right


def _before(fact: str, operands: tuple[str, ...]) -> bool:
    left, right = _day(fact), _day(operands[0])
    return left is not None and right is not None and left < right


def _after(fact: str, operands: tuple[str, ...]) -> bool:
    left, right = _day(fact), _day(operands[0])
    return left is not None and right is not None and left > right


_COMPARISONS: Final[Mapping[str, Callable[[str, tuple[str, ...]], bool]]] = MappingProxyType(
    {
        "is": _is_one_of,
        "is_not": lambda fact, operands: not _is_one_of(fact, operands),
        "in": _is_one_of,
        "below": _below,
        "at_least": _at_least,
        "within": lambda fact, operands: lies_in(fact, operands[:1]),
        "before": _before,
        "after": _after,
        "known": lambda fact, operands: bool(fact) == (operands[0] not in ("false", "no")),
        "unknown": lambda fact, operands: bool(fact) == (operands[0] in ("false", "no")),
    }
)
