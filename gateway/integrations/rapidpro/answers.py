"""A node that waits for an answer, as a menu with its choices or as an open question with its side doors."""

from typing import Any, Final

from gateway.integrations.rapidpro.answer_tests import Reading
from gateway.integrations.rapidpro.draft import GAVE_UP, Body, Chain, Draft, texts_of_action
from gateway.integrations.rapidpro.menus import label_of, menu_of, offers_of
from gateway.integrations.rapidpro.results import open_answer
from gateway.integrations.rapidpro.waiting import (
    SHOWN,
    Door,
    Waiting,
    intents_of,
    otherwise,
    read,
    refuse,
    remembered,
    tell_narrowed,
    tell_reserved,
)
from gateway.integrations.rapidpro.wording import worded

_MINUTE, _DAY = 60, 86_400
_LONGEST_WAIT: Final = 90 * _DAY


def build(draft: Draft, chain: Chain, waiting: Waiting) -> None:
    """Add the step of a node that waits, with everything it leads to."""
    offers = offers_of(draft, waiting)
    texts = _prompt(draft, chain, waiting)
    body: Body = menu_of(draft, waiting, offers) if offers else _question(draft, waiting)
    body |= {"tries": "1", "else": otherwise(draft, waiting), "no_reply": _silence(draft, waiting)}
    name = chain.speak("menu" if offers else "ask", waiting.router.result, body, texts, out=())
    for choice, offer in zip(body.get("choices", ()), offers, strict=False):
        draft.say(f"{name}.{choice['code']}", label_of(draft, waiting, offer))


def _prompt(draft: Draft, chain: Chain, waiting: Waiting) -> dict[str, str]:
    """Return what is asked; the earlier parts of a long text are said before it."""
    node = waiting.node.uuid
    if waiting.prompt is not None:
        parts = draft.spoken(node, texts_of_action(draft, waiting.flow, waiting.prompt))
        for part in parts[:-1]:
            chain.speak("say", "", {}, part, out=("then",))
        if parts:
            return parts[-1]
    asked = " ".join(worded(waiting.router.result or waiting.flow.name).parts) or "RapidPro"
    why = "nothing that can be said stands before this wait"
    draft.tell("narrowed", node, "wait for an answer", why, f"the question '{asked}?', to be written")
    return {draft.language: f"{asked[:SHOWN]}?"}


def _question(draft: Draft, waiting: Waiting) -> Body:
    """Return an open question: the one test that reads a value expects it, every other is a side door."""
    if open_answer(waiting.router):
        return _expecting(draft, waiting, Door(waiting.default, Reading("any_text", kind="sealed")))
    doors = _doors_of(draft, waiting)
    if not doors:
        return {"expect": "empty", "then": otherwise(draft, waiting)}
    for door in doors:
        tell_narrowed(draft, waiting, door.case, door.reading)
        tell_reserved(draft, waiting, door.reading)
    valued = [door for door in doors if door.reading.kind]
    last = valued[0] if len(valued) == 1 else doors[-1]
    also = [written for door in doors for written in _also(draft, waiting, door, expected=door is last)]
    return ({"also": also} if also else {}) | _expecting(draft, waiting, last)


def _doors_of(draft: Draft, waiting: Waiting) -> list[Door]:
    """Return every test that can be read, those of words together where they lead to the same category in a row."""
    doors: list[Door] = []
    refused: set[str] = set()
    for case in waiting.router.cases:
        reading = read(waiting, case)
        if reading.refused:
            refuse(draft, waiting, case, reading)
            refused.add(case.category)
        elif doors and doors[-1].category == case.category and doors[-1].reading.words and reading.words:
            doors[-1].reading = doors[-1].reading.joined(reading)
        else:
            doors.append(Door(case.category, reading, case, bool(reading.kind and refused - {case.category})))
    return doors


def _behind(draft: Draft, waiting: Waiting, door: Door, *, kept: bool) -> str:
    """Return where a door leads: past a person, where a test before it cannot be read and may have meant its answer."""
    then = waiting.arrive(door.category, kept)
    if not door.doubtful:
        return then
    why = "a test before it cannot be read here, so this answer may have been meant for it"
    what = f"answers to '{waiting.router.categories[door.category].name}'"
    return draft.person(waiting.node.uuid, what, why, then, "not_understood")


def _expecting(draft: Draft, waiting: Waiting, door: Door) -> Body:
    """Return the expectation of an open question and what it remembers."""
    result, kind = waiting.result, door.reading.kind
    saved = result.plain if result and kind == result.kind else ""
    kept = {} if saved else remembered(waiting, waiting.router.categories[door.category].name)
    then = _behind(draft, waiting, door, kept=bool(kept))
    if kept:
        [(value, code)] = kept["set"].items()
        body = {"do": [{"set": {"value": value, "to": code}}], "then": then}
        then = draft.step(f"{value} {code}", "set", body)
    asked: Body = {"expect": door.reading.test}
    if saved:
        asked["save"] = saved
        if kind == "sealed":
            why, instead = "what people write is never kept in a conversation", "sealed; no later step can read them"
            draft.tell("narrowed", waiting.node.uuid, "the words of an answer", why, instead)
    return asked | {"then": then}


def _also(draft: Draft, waiting: Waiting, door: Door, *, expected: bool) -> list[Body]:
    """Return the side doors of a test: its words unless they are what is expected, and what a lexicon knows them as."""
    intents, _ = intents_of(waiting, door.reading.words)
    tests: list[Any] = [] if expected else [door.reading.test]
    tests += [{"words": {"any": intents}}] if intents else []
    if not tests:
        return []
    kept = remembered(waiting, waiting.router.categories[door.category].name)
    then = _behind(draft, waiting, door, kept=True)
    return [{"test": test, "then": then, **kept} for test in tests]


def _silence(draft: Draft, waiting: Waiting) -> Body:
    """Return what follows silence: the timeout's category, else the conversation is given up when it expires."""
    router = waiting.router
    if router.timeout and router.timeout_category:
        after = min(max(router.timeout, _MINUTE), _LONGEST_WAIT)
        if after != router.timeout:
            what, why = f"timeout of {router.timeout} s", "a wait lasts 1 minute to 90 days"
            draft.tell("narrowed", waiting.node.uuid, what, why, duration(after))
        return {"after": duration(after), "then": waiting.arrive(router.timeout_category, False)}
    return {"after": duration(draft.expires), "then": GAVE_UP}


def duration(seconds: int) -> str:
    """Return seconds as a flow writes them, rounded up to minutes, and to hours or days where minutes are too many."""
    for letter, size in (("d", _DAY), ("h", 3_600), ("m", _MINUTE)):
        if seconds % size == 0:
            return f"{seconds // size}{letter}"
    minutes = -(-seconds // _MINUTE)
    return f"{minutes}m" if minutes <= 9_999 else f"{-(-seconds // 3_600)}h"
