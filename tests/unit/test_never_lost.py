"""From every waiting step of every shipped flow, in every language and script, each word that always works does."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache

import pytest

from gateway import strict_yaml
from gateway.conversation.engine import advance
from gateway.conversation.flow import WAITING, Step
from gateway.conversation.session import Frame, Session
from gateway.conversation.stimulus import ChannelFacts
from gateway.conversation.turn import CancelTimers, EraseRequest, LookUpCase, Say, SetContact, Subscription, Turn
from tests.unit.talking import EVENING, Person, shipped_content, shipped_library

LANGUAGES = ("lo", "lo-Latn", "hmn", "en")
CASE_AND_PIN = {
    "lo": "໔໑໒໗໐໖ ໔໗໑໑",
    "lo-Latn": "lahat 412706 pin 4711",
    "hmn": "412706-4711",
    "en": "case 412706, 4711",
}


def waiting_steps() -> list[tuple[str, str]]:
    library = shipped_library()
    return sorted(
        (name, step.name)
        for name, hash_ in library.current.items()
        for step in library.bundles[hash_].flows[name].steps.values()
        if step.kind in WAITING
    )


@cache
def forms(language: str, intent: str) -> tuple[str, ...]:
    """Return what a language's lexicon file lists for an intent, each word for a person in the place of <person>."""
    node = shipped_content().sources.nodes[language]["lexicon"]
    assert isinstance(node, strict_yaml.Mapping)
    entries = {name.value: value for name, value in node.entries}
    found = entries.get(intent)
    assert isinstance(found, strict_yaml.Mapping), f"{language} has no form for {intent}"
    listed = {name.value: value for name, value in found.entries}["forms"]
    assert isinstance(listed, strict_yaml.Sequence)
    around = entries.get("_words")
    words = around.entries if isinstance(around, strict_yaml.Mapping) else ()
    people = {name.value: value for name, value in words}
    return tuple(
        item.replace("<person>", person)
        for item in texts(listed)
        for person in (texts(people["people"]) if "<person>" in item else ("",))
    )


def texts(node: object) -> tuple[str, ...]:
    assert isinstance(node, strict_yaml.Sequence)
    return tuple(item.value for item in node.items if isinstance(item, strict_yaml.Scalar))


def meet(flow: str, step: str, language: str, text: str, *, ussd: bool = False) -> Turn:
    """Let a phone that waits at a step text something."""
    library = shipped_library()
    kind = at(flow, step).kind
    session = Session(
        "s1", "c1", "simulator", Frame(flow, library.current[flow], step), turn=1, language=language,
        status="handoff" if kind == "handoff" else "waiting", opened=EVENING,
    )  # fmt: skip
    person = Person(library, ussd=ussd, language=language)
    person.channel = ChannelFacts("simulator", "ussd" if ussd else "sms")
    return advance(library, session, person.stimulus("reply" if ussd else "text", text=text), EVENING)


def at(flow: str, step: str) -> Step:
    return shipped_library().bundles[shipped_library().current[flow]].flows[flow].steps[step]


def parts(turn: Turn) -> list[str]:
    return [part for said in turn.effects if isinstance(said, Say) for part in said.parts]


def stands(turn: Turn) -> Session:
    assert turn.session is not None
    return turn.session


def helps(turn: Turn) -> bool:
    return stands(turn).flow == "help" and parts(turn) == ["help.menu"]


def stops(turn: Turn) -> bool:
    return Subscription("all", on=False) in turn.effects and parts(turn) == ["stop.done"]


def begins(turn: Turn) -> bool:
    return stands(turn).flow == "welcome" and not stands(turn).stack and "welcome.menu" in parts(turn)


def leaves(turn: Turn) -> bool:
    return turn.effects == (CancelTimers(),) and stands(turn).status == "ended"


def erases(turn: Turn) -> bool:
    return EraseRequest() in turn.effects and parts(turn) == ["common.delete_hint"]


def goes_back(turn: Turn) -> bool:
    return turn.trace[0].result == "back" and bool(turn.texts) and stands(turn).status in ("waiting", "handoff")


def switches(language: str) -> Callable[[Turn], bool]:
    return lambda turn: SetContact({"language": language}) in turn.effects and bool(turn.texts)


OBEYED: Mapping[str, Callable[[Turn], bool]] = {
    "HELP": helps,
    "STOP": stops,
    "MENU": begins,
    "EXIT": leaves,
    "DELETE": erases,
    "BACK": goes_back,
    "LANG_LO": switches("lo"),
    "LANG_EN": switches("en"),
    "LANG_HMN": switches("hmn"),
    "LANG_KJG": switches("kjg"),
}


def lost(flow: str, step: str) -> Iterator[str]:
    """Yield every word that does not do at a step, by SMS or on a screen, what it does everywhere."""
    officer = flow == "officer"
    for intent, obeyed in OBEYED.items():
        for language in LANGUAGES:
            for place, form in enumerate(forms(language, intent)):
                for ussd in (False, True) if place == 0 and not officer else (False,):
                    if not obeyed(meet(flow, step, language, form, ussd=ussd)):
                        yield f"{intent} {language} {form!r}{' on a screen' if ussd else ''}"
    for language in LANGUAGES:
        looked_up = meet(flow, step, language, CASE_AND_PIN[language]).effects
        if LookUpCase("412706", "4711") not in looked_up:
            yield f"case code and PIN {language}"


@pytest.mark.parametrize(("flow", "step"), waiting_steps())
def test_each_word_works_in_one_message(flow: str, step: str) -> None:
    assert list(lost(flow, step)) == []


def test_the_walk_reaches_every_flow_that_waits_and_every_kind_of_step() -> None:
    assert {flow for flow, _ in waiting_steps()} >= {"welcome", "help", "report", "child_at_risk", "my_case", "officer"}
    assert {at(flow, step).kind for flow, step in waiting_steps()} >= {"menu", "pick", "ask", "handoff"}
    assert len(waiting_steps()) > 40
