"""A node that waits for an answer, as a menu with its choices or as an open question with its side doors."""

from typing import Any, Final

from gateway.integrations.rapidpro.answer_tests import Reading
from gateway.integrations.rapidpro.draft import GAVE_UP, Body, Chain, Draft, texts_of_action
from gateway.integrations.rapidpro.export import Case
from gateway.integrations.rapidpro.menus import label_of, menu_of, offers_of
from gateway.integrations.rapidpro.results import open_answer
from gateway.integrations.rapidpro.waiting import (
    SHOWN,
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
    cases = [(case, read(waiting, case)) for case in waiting.router.cases]
    for case, reading in cases:
        if reading.refused:
            refuse(draft, waiting, case, reading)
    if open_answer(waiting.router):
        return _expecting(draft, waiting, waiting.default, Reading("any_text", kind="sealed"))
    good = [(case, reading) for case, reading in cases if not reading.refused]
    if not good:
        return {"expect": "empty", "then": otherwise(draft, waiting)}
    for _, reading in good:
        tell_reserved(draft, waiting, reading)
    valued = [entry for entry in good if entry[1].kind]
    last = valued[0] if len(valued) == 1 else good[-1]
    doors = [door for case, reading in good if case is not last[0] for door in _doors(draft, waiting, case, reading)]
    tell_narrowed(draft, waiting, *last)
    expecting = _expecting(draft, waiting, last[0].category, last[1])
    return ({"also": doors} if doors else {}) | expecting


def _expecting(draft: Draft, waiting: Waiting, category: str, reading: Reading) -> Body:
    """Return the expectation of an open question and what it remembers."""
    result = waiting.result
    kept = {} if reading.kind else remembered(waiting, waiting.router.categories[category].name)
    then = waiting.arrive(category, bool(kept))
    if kept:
        [(value, code)] = kept["set"].items()
        body = {"do": [{"set": {"value": value, "to": code}}], "then": then}
        then = draft.step(f"{value} {code}", "set", body)
    if reading.kind == "sealed" and waiting.uncertain:
        why = "a test before it cannot be read here, so this answer may have been meant for it"
        then = draft.person(waiting.node.uuid, "any other answer", why, then, "not_understood")
    asked: Body = {"expect": reading.test}
    if result and result.plain and reading.kind == result.kind:
        asked["save"] = result.plain
        if reading.kind == "sealed":
            why = "what people write is never kept in a conversation"
            draft.tell(
                "narrowed", waiting.node.uuid, "the words of an answer", why, "sealed; no later step can read them"
            )
    return asked | {"then": then}


def _doors(draft: Draft, waiting: Waiting, case: Case, reading: Reading) -> list[Body]:
    """Return the side doors of a test: the words as they are, and what a lexicon knows them as."""
    tell_narrowed(draft, waiting, case, reading)
    category = waiting.router.categories[case.category].name
    kept = remembered(waiting, category)
    then = waiting.arrive(case.category, True)
    tests: list[Any] = [reading.test]
    intents, _ = intents_of(waiting, reading.words)
    if intents:
        tests.append({"words": {"any": intents}})
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
