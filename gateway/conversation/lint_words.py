"""Lint of the words that always work: nothing in a flow may mean something else, and no language may lack one."""

from collections.abc import Iterator
from typing import Final

from gateway.conversation.flow import Choice, Flow, Step
from gateway.conversation.lint_material import Fault, Material, label_id
from gateway.conversation.matching import LANGUAGES, GlobalWord, Surroundings, global_word, squeezed
from gateway.conversation.shape import did_you_mean
from gateway.strict_yaml import Mapping as YamlMapping
from gateway.strict_yaml import Mark, Node
from gateway.text.lexicon import Lexicon

_EVERYWHERE: Final = ("HELP", "STOP", "EXIT", "DELETE", "BACK", "MENU", *LANGUAGES)
_NEEDED: Final = ("HELP", "STOP", "EXIT", "DELETE", "YES", "NO", "BACK", "MENU")
_SUBJECTS: Final = frozenset({"topic", "signal"})
_FLOW_OF: Final = {"help": "help", "stop": "stop", "case": "my_case"}


def unknown_words(material: Material) -> Iterator[Fault]:
    """Note words of choices and of tests that are no intents (E022)."""
    known = material.lexicon.intents if material.lexicon is not None else ()
    for mark, word in _named(material) if known else ():
        if word not in known:
            yield Fault(mark, f"'{word}' is not in messages/intents.yaml", did_you_mean(word, known))


def claimed_words(material: Material) -> Iterator[Fault]:
    """Note words of choices that the gateway takes before any choice is looked at (E017)."""
    for mark, word in _named(material):
        if word in _EVERYWHERE:
            yield Fault(mark, f"'{word}' works everywhere and never reaches this step")


def _named(material: Material) -> Iterator[tuple[Mark, str]]:
    for flow in material.flows.values():
        for step in flow.steps.values():
            yield from ((choice.mark_of("words"), word) for choice in step.choices for word in choice.words)
            tests = [door.test for door in step.also] + ([step.expect] if step.expect is not None else [])
            yield from ((test.mark, word) for test in tests if test.name == "words" for word in test.options)


def shadowed_words(material: Material) -> Iterator[Fault]:
    """Note labels, and texts that a step waits for, which do something else when they are typed out (S314)."""
    if material.lexicon is None:
        return
    for flow in material.flows.values():
        for step in flow.steps.values() if flow.purpose != "officer" else ():
            for choice in step.choices:
                yield from _shadowed_label(material, material.lexicon, flow, step, choice)
            tests = [door.test for door in step.also] + ([step.expect] if step.expect is not None else [])
            for test in tests:
                for text in test.options if test.name in ("equals", "starts") else ():
                    word = _global(text, material.lexicon)
                    if word is not None:
                        yield Fault(test.mark, f"'{text}' means {word.name} in every step and is never read here")


def _shadowed_label(material: Material, lexicon: Lexicon, flow: Flow, step: Step, choice: Choice) -> Iterator[Fault]:
    message_id = label_id(material, flow, step, choice.code)
    for language, texts in material.messages.items():
        word = _global(texts[message_id].text, lexicon) if message_id in texts else None
        if word is not None and not _same_effect(flow, choice.then or step.then, word):
            mark = material.mark(language, message_id)
            label = texts[message_id].text
            yield Fault(mark, f"'{label}', typed out, means {word.name} in every step and never '{choice.code}'")


def _global(text: str, lexicon: Lexicon) -> GlobalWord | None:
    return global_word(text, lexicon, "", Surroundings())


def _same_effect(flow: Flow, target: str, word: GlobalWord) -> bool:
    """Say whether a choice leads to just what the word does."""
    step = flow.steps.get(target)
    if step is None:
        return False
    if word.name == "language":
        return any(action.word("language") == word.language for action in step.actions)
    return step.kind == "call" and step.flow == _FLOW_OF.get(word.name)


def like_labels(material: Material) -> Iterator[Fault]:
    """Note two choices of a step whose labels are one text to somebody who types it, in any language (E016)."""
    for flow in material.flows.values():
        for step in flow.steps.values():
            owner: dict[str, str] = {}
            for choice in step.choices:
                message_id = label_id(material, flow, step, choice.code)
                for language, texts in material.messages.items():
                    label = squeezed(texts[message_id].text) if message_id in texts else ""
                    if label and owner.setdefault(label, choice.code) != choice.code:
                        mark = material.mark(language, message_id)
                        yield Fault(mark, f"'{owner[label]}' and '{choice.code}' share the label of '{message_id}'")


def missing_words(material: Material) -> Iterator[Fault]:
    """Note a lexicon without any form of a word that must work everywhere (T408)."""
    for language, nodes in material.nodes.items():
        lexicon = nodes.get("lexicon")
        if not isinstance(lexicon, YamlMapping):
            continue
        for intent in _NEEDED:
            if not _forms(lexicon.get(intent)):
                yield Fault(lexicon.mark, f"{intent} has no form in {language}", f"add {intent}: {{forms: [..]}}")


def _forms(node: Node | None) -> bool:
    return isinstance(node, YamlMapping) and node.get("forms") is not None


def keywords_of_two(material: Material) -> Iterator[Fault]:
    """Note a topic's word that makes way for one flow here and for another there (E029).

    A menu may be passed through: whatever the one flow opens itself, the word may open there at once.
    """
    first: dict[str, tuple[str, str]] = {}
    subjects = _subjects(material)
    for flow, step, choice, opened in _openings(material):
        for word in (word for word in choice.words if word in subjects):
            before, where = first.setdefault(word, (opened, f"{flow.name}.{step.name}"))
            if opened != before and not {opened, before} & {*_opens(material, opened), *_opens(material, before)}:
                problem = f"'{word}' opens '{opened}' here and '{before}' at {where}"
                yield Fault(choice.mark_of("words"), problem)


def _subjects(material: Material) -> frozenset[str]:
    """Return the words that name a subject and are no answer."""
    lexicon = material.lexicon
    intents = lexicon.intents if lexicon is not None else ()
    return frozenset(word for word in intents if lexicon is not None and lexicon.class_of(word) in _SUBJECTS)


def _openings(material: Material) -> Iterator[tuple[Flow, Step, Choice, str]]:
    """Yield every choice that leads straight to another flow, for good, with the name of that flow."""
    for flow in material.flows.values():
        for step in flow.steps.values():
            for choice in step.choices:
                target = flow.steps.get(choice.then or step.then)
                if target is not None and target.gives_way(flow):
                    yield flow, step, choice, target.flow


def _opens(material: Material, name: str) -> set[str]:
    flow = material.flows.get(name)
    return {step.flow for step in flow.steps.values() if step.kind == "call"} if flow is not None else set()
