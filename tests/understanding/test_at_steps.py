"""At a step that asks yes or no, an everyday message answers nothing, and it is no word that always works."""

from collections.abc import Iterator

import pytest

from gateway.conversation.flow import Step
from gateway.conversation.matching import Surroundings, global_word, read_choice
from tests.understanding.corpus import everyday
from tests.unit.talking import shipped_library

LIBRARY = shipped_library()
YES_OR_NO = {"YES", "NO"}


def asking() -> Iterator[tuple[str, Step, list[tuple[str, str]]]]:
    """Return every shipped step that takes yes or no, with its labels in one language."""
    for name, wanted in LIBRARY.current.items():
        bundle = LIBRARY.bundles[wanted]
        for step in bundle.flows[name].steps.values():
            if not any(YES_OR_NO & set(choice.words) for choice in step.choices):
                continue
            for language in ("lo", "en"):
                ids = [(choice.code, f"{name}.{step.message}.{choice.code}") for choice in step.choices]
                known = [(code, label) for code, label in ids if bundle.catalogue.has(language, label)]
                labels = [(code, bundle.catalogue.get(language, label).text) for code, label in known]
                yield f"{name}.{step.name} {language}", step, labels


STEPS = list(asking())


@pytest.mark.parametrize(("name", "step", "labels"), STEPS, ids=[name for name, _, _ in STEPS])
def test_no_everyday_message_is_an_answer(name: str, step: Step, labels: list[tuple[str, str]]) -> None:
    found = {message.text: read_choice(message.text, step.choices, labels, LIBRARY.lexicon) for message in everyday()}
    taken = {text: match for text, match in found.items() if match.hit}
    words = {choice.code: YES_OR_NO & set(choice.words) for choice in step.choices}
    assert {match.test for match in taken.values()} <= {"words", "label"}
    assert [text for text, match in taken.items() if words[match.hit] & LIBRARY.lexicon.words(text)] == []


def test_no_everyday_message_is_a_word_that_always_works() -> None:
    found = {m.text: global_word(m.text, LIBRARY.lexicon, LIBRARY.plea, Surroundings()) for m in everyday()}
    assert {text: word for text, word in found.items() if word is not None} == {}
