"""What each text was translated from: a record beside the texts, so that a changed source is noticed."""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Final

from gateway.strict_yaml import Mapping as YamlMapping
from gateway.strict_yaml import Node, Scalar
from gateway.text.catalogue import Message

RECORD: Final = "translated"  # messages/<language>/translated.yaml
SPOKEN: Final = ("text", "neutral", "ussd", "retry", "without_directory")
DIGITS: Final = 12
_HEAD: Final = (
    "# What each text was translated from: how the SHA-256 of its English source begins. Written by gateway i18n\n"
    "# import and gateway i18n confirm; gateway i18n status counts the texts whose source is another one by now.\n"
)


def key_of(message_id: str, variant: str) -> str:
    """Return the name of a variant of a text: ``report.danger``, ``report.thanks#neutral``."""
    return message_id if variant == "text" else f"{message_id}#{variant}"


def source_hash(source: str) -> str:
    """Return what stands for a source text: the first twelve hexadecimal digits of its SHA-256."""
    return hashlib.sha256(source.encode()).hexdigest()[:DIGITS]


def recorded(node: Node | None) -> dict[str, str]:
    """Return the record of a language, by key; nothing where there is none."""
    entries = node.entries if isinstance(node, YamlMapping) else ()
    return {name.value: value.value for name, value in entries if isinstance(value, Scalar)}


def written(record: Mapping[str, str]) -> str:
    """Return the file of a record, sorted, so that two people's entries merge line by line."""
    lines = [f'"{key}": "{made_from}"\n' for key, made_from in sorted(record.items())]
    return _HEAD + "".join(lines)


def stale(
    record: Mapping[str, str], source: Mapping[str, Message], target: Mapping[str, Message]
) -> Iterator[tuple[str, str]]:
    """Yield (message id, variant) of every translation whose source is not the one it was made from.

    A text that the record does not know is not judged: nobody has said what it was made from.
    """
    for message_id, message in target.items():
        original = source.get(message_id)
        for variant in SPOKEN if original is not None else ():
            made_from = record.get(key_of(message_id, variant))
            if getattr(message, variant) is not None and made_from is not None and original is not None:
                if made_from != source_hash(getattr(original, variant) or original.text):
                    yield message_id, variant
