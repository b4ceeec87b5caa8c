"""A node that waits for an answer: what is known of it while its step is built, and how its tests are read."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from gateway.integrations.rapidpro.answer_tests import Reading, read_test
from gateway.integrations.rapidpro.draft import Body, Draft
from gateway.integrations.rapidpro.export import Case, Fields, Node, Router, SourceFlow
from gateway.integrations.rapidpro.results import Result

SHOWN = 160


@dataclass(slots=True)
class Waiting:
    """One node that waits, and what is known when its step is built; ``arrive`` names the step behind a category."""

    flow: SourceFlow
    node: Node
    router: Router
    prompt: Fields | None
    result: Result | None
    arrive: Callable[[str, bool], str]
    meaning: Callable[[str], Iterable[str]]
    uncertain: bool = False
    intents: set[str] = field(default_factory=set)
    elsewhere: str = ""

    @property
    def default(self) -> str:
        """The category of whatever no test takes."""
        return self.router.default or next(iter(self.router.categories))


@dataclass(slots=True)
class Door:
    """One way out of an open question; ``doubtful`` when a test before it, which is none here, may have come first."""

    category: str
    reading: Reading
    case: Case | None = None
    doubtful: bool = False


def read(waiting: Waiting, case: Case) -> Reading:
    """Read one test with the words its translations add."""
    reading = read_test(case.test, case.arguments)
    if not reading.words or not isinstance(reading.test, dict):
        return reading
    words = reading.words
    for arguments in waiting.flow.translated(case.uuid, "arguments").values():
        words += read_test(case.test, tuple(arguments)).words
    return Reading({"equals": list(dict.fromkeys(words))}, reading.kind, reading.narrowed)


def intents_of(waiting: Waiting, typed: list[str]) -> tuple[list[str], list[str]]:
    """Return the intents of some words, each given to one answer only, and the words that have none."""
    intents: list[str] = []
    unknown: list[str] = []
    for word in typed:
        meant = sorted(waiting.meaning(word))
        if not meant:
            unknown.append(word)
        for intent in (intent for intent in meant[:1] if intent not in waiting.intents):
            waiting.intents.add(intent)
            intents.append(intent)
    return intents, unknown


def remembered(waiting: Waiting, category: str) -> Body:
    """Return what a choice or side door remembers: the code of its category, where it has one."""
    result = waiting.result
    code = result.code(category) if result and result.choice else ""
    return {"set": {result.choice: code}} if result and code else {}


def tell_narrowed(draft: Draft, waiting: Waiting, case: Case | None, reading: Reading) -> None:
    """Tell what a test loses here."""
    if reading.narrowed and case is not None:
        what = f"{case.test} '{', '.join(reading.words)[:SHOWN]}'" if reading.words else case.test
        draft.tell("narrowed", waiting.node.uuid, what, "no test looks for a word anywhere", reading.narrowed)


def tell_reserved(draft: Draft, waiting: Waiting, reading: Reading) -> None:
    """Tell of answers that never come to a question, since they mean something else everywhere."""
    kept = [word for word in reading.words if word in ("0", "8", "9")]
    if kept:
        why = "the gateway reads 0 as back, 8 as a person, 9 as the next page"
        draft.tell("narrowed", waiting.node.uuid, f"answer '{', '.join(kept)}'", why, "another digit, to be chosen")


def refuse(draft: Draft, waiting: Waiting, case: Case, reading: Reading) -> None:
    """Tell of a test that cannot be read: from here on, an answer nobody understands goes to a person."""
    waiting.uncertain = True
    what = f"{case.test} '{' '.join(case.arguments)[:SHOWN]}'".replace("\n", " ")
    name = waiting.router.categories[case.category].name
    draft.tell("replaced", waiting.node.uuid, f"{what} to '{name}'", reading.refused, "other answers go to a person")


def otherwise(draft: Draft, waiting: Waiting) -> str:
    """Return where an answer goes that no test takes: a person, where one of the tests cannot be read here."""
    if not waiting.elsewhere:
        waiting.elsewhere = waiting.arrive(waiting.default, False)
        if waiting.uncertain:
            why = "a test of this node cannot be read here, so this answer may have been meant for it"
            node, what = waiting.node.uuid, "any other answer"
            waiting.elsewhere = draft.person(node, what, why, waiting.elsewhere, "not_understood")
    return waiting.elsewhere
