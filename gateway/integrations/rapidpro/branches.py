"""A node that branches without waiting, as a choose over values, tags and facts of the contact."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from gateway.integrations.rapidpro.answer_tests import read_test, simply_passes
from gateway.integrations.rapidpro.draft import Chain, Draft
from gateway.integrations.rapidpro.export import Case, Node, Router
from gateway.integrations.rapidpro.naming import slug
from gateway.integrations.rapidpro.results import FIELD, RESULT, Result, Results

Condition = dict[str, Any]
_GROUPS: Final = re.compile(r"@\(?contact\.groups\)?", re.IGNORECASE)
_LANGUAGE: Final = re.compile(r"@\(?contact\.language\)?", re.IGNORECASE)
_HIGHEST: Final = "999999999"


class CannotBranch(Exception):
    """A test, or the whole split, that no condition says; the text says why."""


@dataclass(frozen=True, slots=True)
class Known:
    """What conditions may ask about: results of the flow, names of groups, groups that a query fills, languages."""

    results: Results
    groups: Mapping[str, str]
    queries: frozenset[str]
    languages: Mapping[str, str]


def build(draft: Draft, chain: Chain, node: Node, router: Router, known: Known, arrive: Callable[[str], str]) -> None:
    """Add the choose of a split; from the first test that no condition says, a person decides."""
    default = router.default or next(iter(router.categories))
    branches: list[dict[str, Any]] = []
    elsewhere = ""
    try:
        read = _reader(router.operand, known)
        for case in router.cases:
            branches.append({"when": read(case), "then": arrive(case.category)})
            if case.test != "has_category" and _by_words(router.operand, case):
                what, why = f"{case.test} on '{_shown(router.operand)}'", "what people typed is not kept"
                draft.tell("narrowed", node.uuid, what, why, "compared with the names of its categories")
    except CannotBranch as error:
        elsewhere = draft.person(node.uuid, f"split by '{_shown(router.operand)}'", str(error), arrive(default))
    if not branches:
        chain.close(elsewhere or arrive(default))
        return
    chain.step(
        f"by {_shown(router.operand)}", "split", {"choose": branches, "else": elsewhere or arrive(default)}, out=()
    )


def _by_words(operand: str, case: Case) -> bool:
    found = RESULT.fullmatch(operand.strip())
    return found is not None and found[2] != ".category" and not read_test(case.test, case.arguments).kind


def _shown(operand: str) -> str:
    return " ".join(operand.split())[:80] or "nothing"


def _reader(operand: str, known: Known) -> Callable[[Case], Condition]:
    """Return how the tests of a split by ``operand`` are read."""
    operand = operand.strip()
    by_result = RESULT.fullmatch(operand)
    by_field = FIELD.fullmatch(operand)
    if by_result or by_field:
        named = by_result[1].lower() if by_result else f"field:{by_field[1].lower()}" if by_field else ""
        result = known.results.by_key.get(named)
        if result is None or not (result.choice or result.plain):
            why = "this gateway keeps no fields of people" if by_field else "no step of this flow saves that result"
            raise CannotBranch(why)
        return lambda case: _on_result(case, result)
    if _GROUPS.fullmatch(operand):
        return lambda case: _on_group(case, known)
    if _LANGUAGE.fullmatch(operand):
        return lambda case: _on_language(case, known)
    raise CannotBranch("this gateway does not know or compute that")


def _on_result(case: Case, result: Result) -> Condition:
    """Read a test of a saved result: by its categories where they fit, else by the number or date that was read."""
    if case.test == "has_text":
        return {"field": result.plain if result.plain and result.kind != "sealed" else result.choice, "known": "yes"}
    if case.test == "has_category":
        wanted = {argument.casefold() for argument in case.arguments}
        codes = [code for name, code in result.codes.items() if name.casefold() in wanted]
    else:
        codes = [code for name, code in result.codes.items() if simply_passes(case.test, case.arguments, name)]
    if codes and result.choice:
        return _one_of(result.choice, codes)
    return _on_value(case, result)


def _on_value(case: Case, result: Result) -> Condition:
    reading = read_test(case.test, case.arguments)
    limits = reading.test.get(reading.kind) if isinstance(reading.test, dict) else None
    if reading.refused or not result.plain or reading.kind != result.kind or not isinstance(limits, dict):
        raise CannotBranch(reading.refused or "no answer saved in this flow is of that kind")
    if result.kind == "number":
        parts: list[Condition] = [{"field": result.plain, "at_least": limits["min"]}]
        if limits["max"] != _HIGHEST:
            parts.append({"field": result.plain, "below": str(int(limits["max"]) + 1)})
    elif result.kind == "date":
        parts = [{"field": result.plain, key: limits[key]} for key in ("after", "before") if key in limits]
    else:
        raise CannotBranch("a condition compares codes, numbers and dates only")
    return parts[0] if len(parts) == 1 else {"all": parts}


def _on_group(case: Case, known: Known) -> Condition:
    if case.test != "has_group" or not case.arguments:
        raise CannotBranch("a split by groups asks for a group")
    uuid = case.arguments[0]
    name = known.groups.get(uuid, "") or "".join(case.arguments[1:2])
    if uuid in known.queries:
        raise CannotBranch(f"the group '{name}' is filled by a query, not by a conversation")
    if not slug(name):
        raise CannotBranch("the group has no name that can become a tag")
    return {"field": "contact.tags", "is": slug(name)}


def _on_language(case: Case, known: Known) -> Condition:
    codes = [known.languages[word] for word in " ".join(case.arguments).lower().split() if word in known.languages]
    if not codes:
        raise CannotBranch("none of its languages is one of this gateway")
    return _one_of("contact.language", codes)


def _one_of(field: str, codes: list[str]) -> Condition:
    codes = list(dict.fromkeys(codes))
    return {"field": field, "is": codes[0]} if len(codes) == 1 else {"field": field, "in": codes}
