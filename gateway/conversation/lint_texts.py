"""Lint of writing: script, broken letters, long sentences, keys typed by hand."""

import re
from collections.abc import Iterator
from typing import Final

from gateway.conversation.flow import Flow
from gateway.conversation.lint_material import REFERENCE, Fault, Material, all_texts, all_usages, labelled, variants
from gateway.conversation.translated import RECORD, key_of, recorded, stale
from gateway.text import lao

_KEY: Final = re.compile(r"(?<![0-9])[1-9](?![0-9])")
_LAO: Final = re.compile(r"[\u0e80-\u0eff]")
_THAI: Final = re.compile(r"[\u0e00-\u0e7f]")
_LATIN_WORD: Final = re.compile(r"[a-z]{2,}")
_PLACEHOLDER: Final = re.compile(r"\{[^}]*\}")
_SENTENCE_END: Final = re.compile(r"[.?!;\n]+(?:\s|$)|[?!;\n]")
_LONGEST_LAO, _LONGEST_WORDS = 90, 20
_MARK: Final = f"[{lao.MARKS}]"
_TONE: Final = f"[{lao.TONES}]"
# A mark that stands on nothing, two tones on one letter, or the same mark twice.
_BROKEN: Final = re.compile(
    rf"(?:^|[^{lao.MARKS}\u0e81-\u0eae\u0edc-\u0edf\u0e01-\u0e2e]){_MARK}|{_TONE}{_TONE}|({_MARK})\1"
)


def wrong_script(material: Material) -> Iterator[Fault]:
    """Note texts in another script than their language's; names of languages stand in their own (T405)."""
    names = _language_menus(material)
    for language, message_id, _, text, mark in all_texts(material):
        plain = _PLACEHOLDER.sub("", text)
        if message_id in names:
            continue
        if _THAI.search(plain):
            yield Fault(mark, f"'{message_id}' holds Thai letters", "write it in Lao letters")
        elif language == "lo" and not _LAO.search(plain) and _LATIN_WORD.search(plain):
            yield Fault(mark, f"'{message_id}' holds no Lao letter")
        elif language != "lo" and _LAO.search(plain):
            yield Fault(mark, f"'{message_id}' holds Lao letters")


def _language_menus(material: Material) -> set[str]:
    """Return the prompts and labels of steps where a language is chosen."""
    found: set[str] = set()
    for flow in material.flows.values():
        for step in flow.steps.values():
            if any(_sets_language(flow, choice.then) for choice in step.choices):
                message = flow.message_id(step.message)
                found |= {message, *(f"{message}.{code}" for code, _ in labelled(step))}
    return found


def _sets_language(flow: Flow, name: str) -> bool:
    return name in flow.steps and any(action.word("language") for action in flow.steps[name].actions)


def broken_letters(material: Material) -> Iterator[Fault]:
    """Note Lao marks without a letter, two tones on one, or a mark twice (T406)."""
    for _, message_id, _, text, mark in all_texts(material):
        found = _BROKEN.search(text)
        if found is not None:
            marks = " ".join(f"U+{ord(sign):04X}" for sign in found[0])
            yield Fault(mark, f"'{message_id}' holds a broken letter: {marks}")


def typed_keys(material: Material) -> Iterator[Fault]:
    """Note prompts that type the keys the engine draws (T407)."""
    for usage in all_usages(material):
        keys = {choice.key for choice in usage.step.choices}
        keys |= {"1", "2"} if usage.step.kind == "consent" else set()
        for language, texts in material.messages.items() if usage.role == "prompt" else ():
            message = texts.get(usage.message)
            for variant, text in variants(message) if message is not None else ():
                typed = [found[0] for found in _KEY.finditer(lao.ascii_digits(text)) if found[0] in keys]
                if typed:
                    mark = material.mark(language, usage.message, variant)
                    yield Fault(mark, f"'{usage.message}' types its own key {typed[0]}")


def long_sentences(material: Material) -> Iterator[Fault]:
    """Note sentences that are hard to read on a small screen (T410)."""
    for _, message_id, _, text, mark in all_texts(material):
        for sentence in _SENTENCE_END.split(text):
            letters, words = len(_LAO.findall(sentence)), len(sentence.split())
            if letters > _LONGEST_LAO:
                yield Fault(mark, f"'{message_id}' has a sentence of {letters} Lao letters, over {_LONGEST_LAO}")
            elif not letters and words > _LONGEST_WORDS:
                yield Fault(mark, f"'{message_id}' has a sentence of {words} words, over {_LONGEST_WORDS}")


def stale_translations(material: Material) -> Iterator[Fault]:
    """Note texts whose source has changed since they were translated (T404)."""
    source = material.messages.get(REFERENCE, {})
    for language, texts in material.messages.items():
        record = recorded(material.nodes.get(language, {}).get(RECORD))
        for message_id, variant in stale(record, source, texts):
            problem = f"'{key_of(message_id, variant)}' was translated before its {REFERENCE} text changed"
            yield Fault(material.mark(language, message_id, variant), problem)
