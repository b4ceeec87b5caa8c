"""Texts by id and language: what the messages files hold, and how a text is filled with values."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields

from gateway.errors import ContentRefused, Defect, Finding
from gateway.strict_yaml import Mapping as YamlMapping
from gateway.strict_yaml import Mark, Node, Scalar

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}(?:\.[a-z][a-z0-9_]{0,39})?")
_RESERVED = frozenset({"true", "false", "yes", "no", "on", "off", "null"})
_HEADS = frozenset({"review"})
_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*)\}")
_FALLBACKS = {"lo-Latn": ("lo", "en"), "hmn": ("lo", "en")}
_LAST_RESORT = ("en",)


def fallbacks(language: str) -> tuple[str, ...]:
    """Return the languages that stand in for a missing text of ``language``, the nearest first."""
    return _FALLBACKS.get(language, _LAST_RESORT)


class MissingValue(Defect):
    """A text asks for a value that nobody handed in; the engine answers with the flow's ``on_error``."""

    def __init__(self, name: str) -> None:
        super().__init__(f"no value for the placeholder '{name}'")
        self.name = name


@dataclass(frozen=True, slots=True)
class Message:
    """One text and its variants; ``neutral`` is for a phone not confirmed safe, ``source`` where a fact is from."""

    text: str
    neutral: str | None = None
    ussd: str | None = None
    retry: str | None = None
    without_directory: str | None = None
    source: str | None = None


_VARIANTS = tuple(field.name for field in fields(Message))


class Catalogue:
    """All texts of all languages; looking one up never fails for a language that lacks it."""

    def __init__(self, by_language: Mapping[str, Mapping[str, Message]]) -> None:
        self._texts = {language: dict(texts) for language, texts in by_language.items()}
        self.languages = tuple(sorted(self._texts))

    def get(self, language: str, message_id: str) -> Message:
        """Return the text in ``language``, else in the next language its readers know; raises Defect if none has it."""
        for candidate in (language, *fallbacks(language)):
            message = self._texts.get(candidate, {}).get(message_id)
            if message is not None:
                return message
        raise Defect(f"no text '{message_id}' in {language} or its fallbacks")

    def has(self, language: str, message_id: str) -> bool:
        """Say whether ``language`` itself has the text, without fallback."""
        return message_id in self._texts.get(language, {})

    def ids(self, language: str) -> tuple[str, ...]:
        """Return every id that ``language`` itself has, sorted."""
        return tuple(sorted(self._texts.get(language, {})))


def parse_messages(flow: str, node: Node) -> dict[str, Message]:
    """Read one messages file; ids become ``<flow>.<id>``. Raises ContentRefused with E003, E004 and E005 findings."""
    findings: list[Finding] = []
    messages: dict[str, Message] = {}
    if not isinstance(node, YamlMapping):
        raise ContentRefused([_finding(node.mark, "E004", "a messages file is a map of ids to texts")])
    for name, value in node.entries:
        if name.value in _HEADS:
            continue
        if name.value in _RESERVED and not name.quoted:
            findings.append(_finding(name.mark, "E005", f"'{name.value}' is a truth value to other tools: quote it"))
            continue
        if not _NAME.fullmatch(name.value):
            findings.append(_finding(name.mark, "E005", f"'{name.value}' cannot be a message id"))
            continue
        message = _message(name.value, value, findings)
        if message is not None:
            messages[f"{flow}.{name.value}"] = message
    if findings:
        raise ContentRefused(findings)
    return messages


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put ``values`` into the ``{placeholders}`` of ``text`` in one pass; raises MissingValue, never leaves a blank."""

    def value(match: re.Match[str]) -> str:
        if match.group(1) not in values:
            raise MissingValue(match.group(1))
        return values[match.group(1)]

    return _PLACEHOLDER.sub(value, text)


def placeholders(text: str) -> tuple[str, ...]:
    """Return the names of the placeholders of ``text``, each once, in order."""
    return tuple(dict.fromkeys(_PLACEHOLDER.findall(text)))


def _message(name: str, node: Node, findings: list[Finding]) -> Message | None:
    if isinstance(node, Scalar):
        return Message(node.value)
    if not isinstance(node, YamlMapping):
        findings.append(_finding(node.mark, "E004", f"'{name}' is a text or a map of variants"))
        return None
    parts: dict[str, str] = {}
    for variant, value in node.entries:
        if variant.value not in _VARIANTS:
            findings.append(_finding(variant.mark, "E003", f"'{variant.value}' is no variant: {', '.join(_VARIANTS)}"))
        elif not isinstance(value, Scalar):
            findings.append(_finding(value.mark, "E004", f"'{variant.value}' of '{name}' must be text"))
        else:
            parts[variant.value] = value.value
    if "text" not in parts:
        findings.append(_finding(node.mark, "E004", f"'{name}' has no text"))
        return None
    return Message(**parts)


def _finding(mark: Mark, code: str, message: str) -> Finding:
    return Finding(mark.file, mark.line, mark.column, code, message)
