"""Lint of wording: digits, links, promises and questions that no text to a villager may hold."""

import re
from collections.abc import Iterator
from typing import Final

from gateway.conversation.flow import ReplyTest, Step
from gateway.conversation.lint_material import REFERENCE, Fault, Material, all_texts, all_usages, variants
from gateway.conversation.shape import did_you_mean
from gateway.strict_yaml import Mark
from gateway.text import lao
from gateway.text.catalogue import placeholders

KNOWN_PLACEHOLDERS: Final = frozenset(
    {
        "case_code",
        "case_pin",
        "place",
        "district",
        "date",
        "time",
        "count",
        "lesson",
        "score",
        "list",
        "level",
        "relayed",
    }
)
DIRECTORY: Final = "directory."
_PERSONAL: Final = frozenset({"case_code", "case_pin", "place", "district", "list", "level"})
# Three digits and more in a row, however they are spaced; a sum written with commas and a year are none.
_PHONE_LIKE: Final = re.compile(r"(?<![0-9,.])\+?[0-9](?:[ -]?[0-9]){2,}(?![0-9]*,[0-9])")
_YEAR: Final = re.compile(r"(?:19|20|25)[0-9]{2}")
_LINK: Final = re.compile(r"https?://|www\.|\b[a-z0-9-]{2,}\.(?:com|org|net|la|th|info|io|me|ly|gov)\b", re.IGNORECASE)
_ANONYMITY: Final = (
    "anonym", "nobody will know", "no one will know", "completely secret", "100% safe",
    "ບໍ່ເປີດເຜີຍຊື່", "ບໍ່ລະບຸຊື່", "ບໍ່ມີໃຜຮູ້", "ລັບສຸດຍອດ",
)  # fmt: skip
# What is not stored at all is not asked for (domain.md, report intake): as folded parts of a question.
_NEVER_ASKED: Final = (
    "your name", "her name", "his name", "full name", "surname", "id number", "id card", "identity card", "ethnic",
    "religion", "sexual", "virgin", "had sex", "slept with",
    "ຊື່ຂອງທ່ານ", "ຊື່ຫຍັງ", "ຊື່ເຕັມ", "ນາມສະກຸນ", "ເລກບັດ", "ບັດປະຈຳຕົວ", "ຊົນເຜົ່າ", "ສາສະໜາ", "ເພດສຳພັນ", "ຮ່ວມເພດ",
)  # fmt: skip


def unknown_placeholders(material: Material) -> Iterator[Fault]:
    """Note placeholders that no text can be filled with (E022)."""
    for _, _, _, text, mark in all_texts(material):
        for name in placeholders(text):
            if name not in KNOWN_PLACEHOLDERS and not name.startswith(DIRECTORY):
                yield Fault(mark, f"'{{{name}}}' is no placeholder", did_you_mean(name, KNOWN_PLACEHOLDERS))


def other_placeholders(material: Material) -> Iterator[Fault]:
    """Note texts whose placeholders differ from the reference language (T403)."""
    for _, message_id, variant, text, mark in all_texts(material):
        reference = material.messages.get(REFERENCE, {}).get(message_id)
        same = getattr(reference, variant, None) if reference is not None else None
        if same is not None and set(placeholders(same)) != set(placeholders(text)):
            wanted = " ".join(f"{{{name}}}" for name in placeholders(same)) or "none"
            yield Fault(mark, f"'{message_id}' has other placeholders than in {REFERENCE}", f"there: {wanted}")


def phone_digits(material: Material) -> Iterator[Fault]:
    """Note digits that look like a phone's, in a text or in what a flow compares and sets (S302)."""
    for _, message_id, _, text, mark in all_texts(material):
        for digits in _digits(text):
            yield Fault(mark, f"'{message_id}' holds digits like a phone's: {digits}")
    for flow in material.flows.values():
        for step in flow.steps.values():
            for mark, text in _written(step):
                for digits in _digits(text):
                    yield Fault(mark, f"step '{step.name}' holds digits like a phone's: {digits}")


def _digits(text: str) -> list[str]:
    return [found[0] for found in _PHONE_LIKE.finditer(lao.ascii_digits(text)) if not _YEAR.fullmatch(found[0])]


def _written(step: Step) -> Iterator[tuple[Mark, str]]:
    """Yield the texts that a step itself holds."""
    tests: list[ReplyTest] = [door.test for door in step.also]
    if step.expect is not None:
        tests.append(step.expect)
    yield from ((test.mark, text) for test in tests if test.name in ("equals", "starts") for text in test.options)
    yield from ((action.mark, word) for action in step.actions for _, word in action.words)
    yield from ((choice.mark, code) for choice in step.choices for _, code in choice.sets)


def lonely_directory(material: Material) -> Iterator[Fault]:
    """Note a number of the directory without a text for the day on which none is verified (S303)."""
    for language, texts in material.messages.items():
        for message_id, message in texts.items():
            numbered = [name for name, text in variants(message) if _roles(text)]
            if numbered and message.without_directory is None:
                mark = material.mark(language, message_id, numbered[0])
                yield Fault(mark, f"'{message_id}' has no text for the time when no number is verified")


def unknown_roles(material: Material) -> Iterator[Fault]:
    """Note a number that the directory can never have an entry for (S304)."""
    for _, message_id, _, text, mark in all_texts(material):
        for role in _roles(text) if material.roles is not None else ():
            if role not in (material.roles or ()):
                near = did_you_mean(role, material.roles or ())
                yield Fault(mark, f"'{message_id}' asks for '{role}', for which the directory has no entry", near)


def _roles(text: str) -> list[str]:
    return [name.removeprefix(DIRECTORY) for name in placeholders(text) if name.startswith(DIRECTORY)]


def asked_too_much(material: Material) -> Iterator[Fault]:
    """Note questions for what is never stored: name, ID number, ethnicity, religion, sexual behaviour (S306)."""
    never = {lao.key(phrase): phrase for phrase in _NEVER_ASKED}
    for message_id in {usage.message for usage in all_usages(material) if usage.role == "prompt"}:
        for language, texts in material.messages.items():
            for variant, text in variants(texts[message_id]) if message_id in texts else ():
                for key, phrase in never.items():
                    if key in lao.key(text):
                        mark = material.mark(language, message_id, variant)
                        yield Fault(mark, f"'{message_id}' asks for what is never stored: {phrase}")


def links(material: Material) -> Iterator[Fault]:
    """Note links, which a phone keeps and a stranger can imitate (S312)."""
    for _, message_id, _, text, mark in all_texts(material):
        found = _LINK.search(text)
        if found is not None:
            yield Fault(mark, f"'{message_id}' holds a link: {found[0]}")


def personal_broadcasts(material: Material) -> Iterator[Fault]:
    """Note placeholders about one person in what many receive (S313)."""
    many = {usage.message for usage in all_usages(material) if usage.flow.purpose in ("campaign", "survey")}
    for _, message_id, _, text, mark in all_texts(material):
        if message_id in many or message_id.startswith("campaigns."):
            for name in (name for name in placeholders(text) if name in _PERSONAL):
                yield Fault(mark, f"'{message_id}' goes to many and holds {{{name}}}")


def promises(material: Material) -> Iterator[Fault]:
    """Note promises of anonymity, which nobody can keep (S315)."""
    for _, message_id, _, text, mark in all_texts(material):
        promised = [promise for promise in _ANONYMITY if lao.key(promise) in lao.key(text)]
        if promised:
            yield Fault(mark, f"'{message_id}' promises anonymity: {promised[0]}")
