"""The results and fields of a RapidPro flow as declared values: which are kept, under which names, with which codes."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from gateway.conversation.flow import REPORT_FIELDS, SKIPPED
from gateway.integrations.rapidpro.answer_tests import read_test
from gateway.integrations.rapidpro.draft import Draft
from gateway.integrations.rapidpro.export import Node, Router, SourceFlow, fields_of, text_of
from gateway.integrations.rapidpro.naming import Names, key_of

_MOST_VALUES: Final = 40
_CLASSES: Final = {"place": "place", "phone": "contact", "sealed": "free_text"}
RESULT: Final = re.compile(r"@\(?results\.(?:@results\.)?([a-z0-9_]+)(\.category|\.value|\.input)?\)?", re.IGNORECASE)
FIELD: Final = re.compile(r"@\(?(?:contact\.)?fields\.([a-z0-9_]+)\)?", re.IGNORECASE)


@dataclass(slots=True)
class Result:
    """One result: ``choice`` names the value of its category code, ``plain`` that of what was read; or none."""

    key: str
    choice: str = ""
    plain: str = ""
    kind: str = ""
    read: bool = False
    codes: dict[str, str] = field(default_factory=dict)

    def code(self, category: str) -> str:
        """Return the code a category is stored under."""
        return self.codes.get(category, "")


@dataclass(slots=True)
class Results:
    """Every result and every contact field that one flow sets or reads."""

    by_key: dict[str, Result] = field(default_factory=dict)

    def get(self, name: str) -> Result | None:
        """Return the result a router or action saves under ``name``."""
        return self.by_key.get(key_of(name)) if name.strip() else None

    def field(self, key: str) -> Result | None:
        """Return the value that stands for a contact field in this conversation."""
        return self.by_key.get(f"field:{key_of(key)}")


def results_of(flow: SourceFlow, draft: Draft) -> Results:
    """Find the results of a flow and declare their values; those that are read come first if there are too many."""
    found = Results()
    for node in flow.nodes.values():
        _note_router(node, found)
        for action in node.actions:
            _note_action(action, found)
    for key in _keys_read(flow):
        if key in found.by_key:
            found.by_key[key].read = True
    names = Names(REPORT_FIELDS)
    for result in sorted(found.by_key.values(), key=lambda result: not result.read):
        _declare(result, names, draft)
    return found


def sole_value(router: Router) -> str:
    """Return the kind of value a router reads when exactly one of its tests reads one, else nothing."""
    kinds = [kind for case in router.cases if (kind := read_test(case.test, case.arguments).kind)]
    return kinds[0] if len(kinds) == 1 else ""


def open_answer(router: Router) -> bool:
    """Say whether a router takes any answer as it is."""
    return not router.cases


def _note_router(node: Node, found: Results) -> None:
    router = node.router
    if router is None or not key_of(router.result).strip("_"):
        return
    result = found.by_key.setdefault(key_of(router.result), Result(key_of(router.result)))
    kind = "sealed" if router.wait and open_answer(router) else sole_value(router) if router.wait else ""
    if kind and not result.kind:
        result.kind = kind
    _add_codes(result, (category.name for category in router.categories.values()))


def _note_action(action: object, found: Results) -> None:
    fields = fields_of(action)
    if fields.get("type") == "set_run_result":
        key = key_of(text_of(fields.get("name")))
        result = found.by_key.setdefault(key, Result(key))
        _add_codes(result, [text_of(fields.get("category")) or text_of(fields.get("value"))])
    elif fields.get("type") == "set_contact_field":
        key = "field:" + key_of(text_of(fields_of(fields.get("field")).get("key")))
        result = found.by_key.setdefault(key, Result(key))
        _add_codes(result, [text_of(fields.get("value"))])


def _add_codes(result: Result, categories: Iterable[str]) -> None:
    names = Names((SKIPPED, *result.codes.values()))
    for category in categories:
        if category.strip() and category not in result.codes:
            result.codes[category] = names.new(category, "answer")


def _keys_read(flow: SourceFlow) -> set[str]:
    operands = [node.router.operand for node in flow.nodes.values() if node.router is not None]
    keys = {found[1].lower() for operand in operands if (found := RESULT.fullmatch(operand))}
    return keys | {f"field:{found[1].lower()}" for operand in operands if (found := FIELD.fullmatch(operand))}


def _declare(result: Result, names: Names, draft: Draft) -> None:
    """Declare the values of a result: its category, and what was read where one test reads something."""
    plain = result.key.removeprefix("field:")
    room = _MOST_VALUES - len(draft.values)
    if room < (2 if result.kind else 1):
        draft.tell("narrowed", "", f"result {plain}", f"more than {_MOST_VALUES} values", "not remembered")
        return
    if result.kind:
        result.plain = names.new(plain if result.kind != "sealed" else f"{plain}_text", "value")
        draft.values[result.plain] = (result.kind, _CLASSES.get(result.kind, "answer"))
    if not result.kind or result.read:
        result.choice = names.new(plain if not result.kind else f"{plain}_category", "value")
        draft.values[result.choice] = ("choice", "answer")
