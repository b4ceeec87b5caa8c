"""Lint of texts: missing ones, placeholders, keys typed by hand, digits of a phone, promises nobody can keep."""

import re
from typing import Final

from gateway.conversation.lint_material import REFERENCE, Material, Usage, usages, variants
from gateway.conversation.shape import Findings, did_you_mean
from gateway.text import lao
from gateway.text.catalogue import placeholders

KNOWN_PLACEHOLDERS: Final = frozenset(
    {"case_code", "case_pin", "place", "district", "date", "time", "count", "lesson", "score", "list", "level"}
)
_KEY: Final = re.compile(r"(?<![0-9])[1-9](?![0-9])")
# Three digits and more in a row, however they are spaced; a sum written with commas and a year are none.
_PHONE_LIKE: Final = re.compile(r"(?<![0-9,.])\+?[0-9](?:[ -]?[0-9]){2,}(?![0-9]*,[0-9])")
_YEAR: Final = re.compile(r"(?:19|20|25)[0-9]{2}")
_ANONYMITY: Final = (
    "anonym", "nobody will know", "no one will know", "completely secret", "100% safe",
    "ບໍ່ເປີດເຜີຍຊື່", "ບໍ່ລະບຸຊື່", "ບໍ່ມີໃຜຮູ້", "ລັບສຸດຍອດ",
)  # fmt: skip


def check(material: Material, findings: Findings) -> None:
    """Check every text that flows use, and every text of every language by itself."""
    for flow in material.flows.values():
        for usage in usages(material, flow):
            _check_there(material, usage, findings)
            if usage.role == "prompt":
                _check_typed_keys(material, usage, findings)
        _check_words(material, flow.name, findings)
    for language, texts in material.messages.items():
        for message_id in texts:
            _check_placeholders(material, language, message_id, findings)
            _check_wording(material, language, message_id, findings)


def _check_there(material: Material, usage: Usage, findings: Findings) -> None:
    """Note a text that no language has (E020) or that a required language lacks (T401)."""
    if not material.anywhere(usage.message):
        known = {name for texts in material.messages.values() for name in texts}
        hint = did_you_mean(usage.message, (name for name in known if name[0] == usage.message[0]))
        findings.add(usage.mark, "E020", f"text '{usage.message}' does not exist", hint)
        return
    for language in material.required:
        if not material.has(language, usage.message):
            file = f"messages/{language}/{usage.message.partition('.')[0]}.yaml"
            findings.add(usage.mark, "T401", f"'{usage.message}' has no text in {language}", f"add it to {file}")


def _check_words(material: Material, name: str, findings: Findings) -> None:
    """Note words of choices that are no intents (E022)."""
    if not material.intents:
        return
    for step in material.flows[name].steps.values():
        for choice in step.choices:
            for word in (word for word in choice.words if word not in material.intents):
                hint = did_you_mean(word, material.intents)
                findings.add(choice.mark, "E022", f"'{word}' is not in messages/intents.yaml", hint)


def _check_placeholders(material: Material, language: str, message_id: str, findings: Findings) -> None:
    """Note unknown placeholders (E022) and those that differ from the reference language (T403)."""
    for variant, text in variants(material.messages[language][message_id]):
        for name in placeholders(text):
            if name not in KNOWN_PLACEHOLDERS and not name.startswith("directory."):
                hint = did_you_mean(name, KNOWN_PLACEHOLDERS)
                mark = material.mark(language, message_id, variant)
                findings.add(mark, "E022", f"'{{{name}}}' is no placeholder", hint)
        reference = material.messages.get(REFERENCE, {}).get(message_id)
        same = getattr(reference, variant, None) if reference is not None else None
        if same is not None and set(placeholders(same)) != set(placeholders(text)):
            wanted = " ".join(f"{{{name}}}" for name in placeholders(same)) or "none"
            mark = material.mark(language, message_id, variant)
            findings.add(mark, "T403", f"'{message_id}' has other placeholders than in {REFERENCE}", f"there: {wanted}")


def _check_wording(material: Material, language: str, message_id: str, findings: Findings) -> None:
    """Note digits that look like a phone's (S302) and promises of anonymity (S315)."""
    for variant, text in variants(material.messages[language][message_id]):
        digits = [found[0] for found in _PHONE_LIKE.finditer(lao.ascii_digits(text)) if not _YEAR.fullmatch(found[0])]
        mark = material.mark(language, message_id, variant)
        if digits:
            hint = "write {directory.<role>} and give without_directory"
            findings.add(mark, "S302", f"'{message_id}' holds digits like a phone's: {digits[0]}", hint)
        folded = lao.key(text)
        promised = [promise for promise in _ANONYMITY if lao.key(promise) in folded]
        if promised:
            findings.add(mark, "S315", f"'{message_id}' promises anonymity: {promised[0]}", "say what is really done")


def _check_typed_keys(material: Material, usage: Usage, findings: Findings) -> None:
    """Note prompts that type the keys the engine draws (T407)."""
    keys = {choice.key for choice in usage.step.choices}
    if usage.step.kind == "consent":
        keys = {"1", "2"}
    for language, texts in material.messages.items():
        message = texts.get(usage.message)
        for variant, text in variants(message) if message is not None else ():
            typed = [found[0] for found in _KEY.finditer(lao.ascii_digits(text)) if found[0] in keys]
            if typed:
                mark = material.mark(language, usage.message, variant)
                findings.add(
                    mark, "T407", f"'{usage.message}' types its own key {typed[0]}", "the engine draws the keys"
                )
