"""Reads the small parts of a step: conditions, reply tests, choices and actions."""

import re
from typing import Final

from gateway.conversation.flow import (
    ACTIONS,
    REFERENCES,
    Action,
    Branch,
    Choice,
    Combine,
    Compare,
    Condition,
    ReplyTest,
    SideDoor,
)
from gateway.conversation.shape import Fields, Findings, checked_name, did_you_mean, texts
from gateway.strict_yaml import Mapping, Mark, Node, Scalar, Sequence

COMPARISONS: Final = (
    "is", "is_not", "in", "below", "at_least", "within", "before", "after", "known", "unknown",
)  # fmt: skip
JOINS: Final = ("all", "any", "none")
TESTS: Final = (
    "key", "equals", "words", "starts", "pattern", "number", "age", "date", "place", "phone", "yes", "no", "any_text",
    "empty", "too_long", "guarded", "member", "answered", "command", "case_code", "case_pin",
)  # fmt: skip
FIELDS: Final = frozenset(
    {
        "contact.language", "contact.safety", "contact.stopped", "contact.known", "contact.tags",
        "contact.lists", "contact.courses", "channel.kind",
        "mode", "report.open", "begin", "case.typed", "case.found", "case.state", "case.waiting",
        "command.case", "command.rest", "verdict", "today", "hour", "area.disaster_mode",
    }
)  # fmt: skip
TEST_KEYS: Final = ("any", "all", "min", "max", "after", "before", "level", "within", "countries")
DAY: Final = re.compile(r"[12][0-9]{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])|today(?:[+-][0-9]{1,4})?")
PROVINCE: Final = re.compile(r"LA[0-9]{2}")
COUNTED_TESTS: Final = ("number", "age", "any_text", "too_long")
CHOICE_KEYS: Final = ("code", "key", "words", "then", "when", "set", "note")
SIDE_DOOR_KEYS: Final = ("test", "then", "set", "note")
BRANCH_KEYS: Final = ("when", "then", "note")
_MAX_DEPTH, _MAX_COMPARISONS = 3, 12
# One character, a class or an escape, each at most once or a counted number of times: linear by construction.
_PIECE: Final = r"(?:\[[^\[\]\\]{1,60}\]|\\[dwsDWS.]|[^\\\[\](){}*+?|.^$])"
LINEAR: Final = re.compile(rf"(?:{_PIECE}(?:\?|\{{\d{{1,2}}(?:,\d{{1,2}})?\}})?)+")


def condition(node: Node | None, mark: Mark, findings: Findings) -> Condition | None:
    """Read one condition; depth at most 3, at most 12 comparisons."""
    found = _condition(node, mark, findings, 1)
    if found is not None and _count(found) > _MAX_COMPARISONS:
        findings.add(found.mark, "E004", f"a condition may hold at most {_MAX_COMPARISONS} tests")
    return found


def comparisons(found: Condition) -> tuple[Compare, ...]:
    """Return every comparison inside a condition."""
    if isinstance(found, Compare):
        return (found,)
    return tuple(inner for part in found.parts for inner in comparisons(part))


def _count(found: Condition) -> int:
    return len(comparisons(found))


def _condition(node: Node | None, mark: Mark, findings: Findings, depth: int) -> Condition | None:
    fields = Fields(node, "a condition", mark, findings)
    if depth > _MAX_DEPTH:
        findings.add(fields.mark, "E004", f"conditions may be nested at most {_MAX_DEPTH} deep")
        return None
    for join in JOINS:
        if fields.has(join):
            fields.known(join)
            parts = (_condition(item, fields.mark, findings, depth + 1) for item in fields.items(join))
            return Combine(join, tuple(part for part in parts if part is not None), fields.mark)
    fields.known("field", *COMPARISONS)
    named = [name for name in COMPARISONS if fields.has(name)]
    if not fields.need("field") or len(named) != 1:
        if fields.has("field"):
            findings.add(fields.mark, "E004", f"a condition has exactly one of {', '.join(COMPARISONS)}")
        return None
    operands = fields.texts("in") if named[0] == "in" else (fields.text(named[0]),)
    return Compare(fields.text("field"), named[0], operands, fields.at("field"))


def reply_test(node: Node | None, mark: Mark, findings: Findings) -> ReplyTest | None:
    """Read one reply test: a bare name, or a map of one name to its arguments."""
    if isinstance(node, Scalar):
        return _known_test(node, None, findings)
    if isinstance(node, Mapping) and len(node.entries) == 1:
        entry, arguments = node.entries[0]
        return _known_test(entry, arguments, findings)
    findings.add(node.mark if node is not None else mark, "E004", "a test is one name with its arguments")
    return None


def _known_test(entry: Scalar, arguments: Node | None, findings: Findings) -> ReplyTest | None:
    if entry.value not in TESTS:
        findings.add(entry.mark, "E003", f"there is no test '{entry.value[:60]}'", did_you_mean(entry.value, TESTS))
        return None
    if entry.value in ("pattern",) and isinstance(arguments, Scalar):
        _check_pattern(arguments, findings)
    return _arguments(entry, arguments, findings)


def _check_pattern(node: Scalar, findings: Findings) -> None:
    """Note a pattern outside the subset that is read in linear time."""
    if len(node.value) > 200 or not LINEAR.fullmatch(node.value):
        findings.add(node.mark, "E025", "the pattern is not in the linear subset")


def _arguments(entry: Scalar, node: Node | None, findings: Findings) -> ReplyTest:
    """Read the arguments of a test, whichever way they are written."""
    name, mark = entry.value, entry.mark
    if isinstance(node, Scalar):
        option = (node.value,) if node.value else ()
        return ReplyTest(name, mark, options=option, argument=node.value)
    if isinstance(node, Sequence):
        return ReplyTest(name, mark, options=texts(node.items, f"'{name}'", findings))
    fields = Fields(node, f"'{name}'", mark, findings)
    fields.known(*TEST_KEYS)
    low = fields.text("min") or fields.text("after")
    high = fields.text("max") or fields.text("before")
    options = fields.texts("all") or fields.texts("any") or fields.texts("countries")
    if name in COUNTED_TESTS:
        for key in ("min", "max"):
            fields.integer(key, 0, 1_000_000_000, 0)
    if name == "date":
        for key in (key for key in ("after", "before") if fields.has(key) and not DAY.fullmatch(fields.text(key))):
            findings.add(fields.at(key), "E004", f"'{key}' must be a day such as 2026-12-31 or today+1")
    within = fields.text("within")
    if within and not PROVINCE.fullmatch(within):
        findings.add(fields.at("within"), "E004", "'within' must be the code of a province such as LA17")
    return ReplyTest(name, mark, options, fields.has("all"), low, high, fields.text("level"), within)


def choices(fields: Fields, findings: Findings) -> tuple[Choice, ...]:
    """Read the choices of a menu or a pick; codes and keys must differ (E016), keys are 1 to 7 (E018)."""
    found = [_choice(node, fields.mark, findings) for node in fields.items("choices")]
    if len(found) > 7:
        findings.add(fields.at("choices"), "E019", f"{len(found)} choices, at most 7")
    for what in ("code", "key"):
        seen: dict[str, Choice] = {}
        for choice in found:
            value = getattr(choice, what)
            if value and seen.setdefault(value, choice) is not choice:
                findings.add(choice.mark_of(what), "E016", f"two choices share the {what} '{value}'")
    _check_words(found, findings)
    return tuple(found)


def _check_words(found: list[Choice], findings: Findings) -> None:
    """Note words that lead to two choices (E017)."""
    owner: dict[str, Choice] = {}
    for choice in found:
        for word in choice.words:
            if owner.setdefault(word, choice) is not choice:
                findings.add(choice.mark_of("words"), "E017", f"'{word}' leads to two choices")


def _choice(node: Node, mark: Mark, findings: Findings) -> Choice:
    fields = Fields(node, "a choice", mark, findings).known(*CHOICE_KEYS)
    if fields.need("code") and fields.need("key"):
        key = fields.text("key")
        if key in ("0", "8", "9"):
            findings.add(fields.at("key"), "E018", f"key {key} belongs to the gateway", "use 1 to 7")
        elif key not in tuple("1234567"):
            findings.add(fields.at("key"), "E004", "'key' must be a digit from 1 to 7")
    when = condition(fields.node.get("when"), fields.mark, findings) if fields.has("when") else None
    return Choice(
        code=fields.name("code"),
        key=fields.text("key"),
        mark=fields.mark,
        words=fields.texts("words"),
        then=fields.name("then"),
        when=when,
        sets=_sets(fields, findings),
        marks=tuple((entry.value, value.mark) for entry, value in fields.node.entries),
    )


def _sets(fields: Fields, findings: Findings) -> tuple[tuple[str, str], ...]:
    """Read ``set``: values of the flow and the word each becomes."""
    return fields.pairs("set", lambda node: "".join(texts((node,), "'set'", findings))[:40])


def side_doors(fields: Fields, findings: Findings) -> tuple[SideDoor, ...]:
    """Read ``also``: tests with where each leads."""
    found: list[SideDoor] = []
    for node in fields.items("also"):
        inner = Fields(node, "a side door", fields.mark, findings).known(*SIDE_DOOR_KEYS)
        if inner.need("test") and inner.need("then"):
            test = reply_test(inner.node.get("test"), inner.mark, findings)
            if test is not None:
                found.append(SideDoor(test, inner.name("then"), inner.at("then"), _sets(inner, findings)))
    return tuple(found)


def branches(fields: Fields, findings: Findings) -> tuple[Branch, ...]:
    """Read the branches of a ``choose``."""
    found: list[Branch] = []
    for node in fields.items("choose"):
        inner = Fields(node, "a branch", fields.mark, findings).known(*BRANCH_KEYS)
        if inner.need("when") and inner.need("then"):
            when = condition(inner.node.get("when"), inner.mark, findings)
            if when is not None:
                found.append(Branch(when, inner.name("then"), inner.at("then")))
    return tuple(found)


def actions(fields: Fields, findings: Findings) -> tuple[Action, ...]:
    """Read the ordered actions of a ``do``; an action without arguments may be a bare name."""
    found: list[Action] = []
    for node in fields.items("do"):
        if isinstance(node, Scalar):
            action = _action(node, None, findings)
        elif isinstance(node, Mapping) and len(node.entries) == 1:
            action = _action(*node.entries[0], findings)
        else:
            findings.add(node.mark, "E004", "an action is one name with its arguments")
            continue
        if action is not None:
            found.append(action)
    return tuple(found)


def _action(entry: Scalar, arguments: Node | None, findings: Findings) -> Action | None:
    if entry.value not in ACTIONS:
        hint = did_you_mean(entry.value, ACTIONS)
        findings.add(entry.mark, "E003", f"there is no action '{entry.value[:60]}'", hint)
        return None
    known = ACTIONS[entry.value]
    fields = Fields(arguments, f"'{entry.value}'", entry.mark, findings).known(*known)
    references = REFERENCES.get(entry.value, frozenset())
    words: list[tuple[str, str]] = []
    values: list[tuple[str, str]] = []
    for key in (name for name in known if fields.has(name)):
        node = fields.node.get(key)
        if isinstance(node, Mapping):
            inner = Fields(node, f"'{key}'", entry.mark, findings).known("value")
            values.append((key, inner.name("value")))
        elif key in references and node is not None:
            values.append((key, checked_name(node, f"'{key}'", findings)))
        else:
            words.append((key, fields.text(key)))
    return Action(entry.value, entry.mark, tuple(words), tuple((key, name) for key, name in values if name))
