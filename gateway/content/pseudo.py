"""Texts that no one speaks, to find what a longer or a taller language would break: placeholders stay whole."""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from gateway.content.translations import Sheet
from gateway.content.translations_yaml import new_file
from gateway.conversation.translated import SPOKEN

_PLACEHOLDER: Final = re.compile(r"(\{[^{}]*\})")
_ACCENTS: Final = str.maketrans("aeiounAEONU", "àéìòùñÄÉÖÑÜ")
_LONGER: Final = 1.4
_MARKED: Final = 12  # syllables before the list begins again
# Each has a mark above or below and a tone on it: as tall as Lao gets.
_TALL: Final = ("ກີ່", "ນ້ຳ", "ຊື້", "ປູ່", "ຫຼິ້", "ຄົ້", "ມຶ່", "ຢູ່", "ບໍ່", "ຂຶ້", "ຕື່", "ເກີ້")


def longer(text: str) -> str:
    """Return a text 40 % longer in accented letters of the GSM alphabet, between brackets."""
    parts = [part if part.startswith("{") else part.translate(_ACCENTS) for part in _PLACEHOLDER.split(text)]
    accented = "".join(parts)
    missing = max(round(len(text) * _LONGER) - len(accented) - 3, 0)
    return f"({accented} {'éòùà' * (missing // 4 + 1)}"[: len(accented) + 2 + missing] + ")"


def taller(text: str) -> str:
    """Return Lao-like syllables with stacked marks, one for every two letters."""
    spoken = [part if part.startswith("{") else _syllables(part) for part in _PLACEHOLDER.split(text)]
    return "".join(spoken)


def _syllables(text: str) -> str:
    out, count = [], 0
    for word in re.split(r"(\W+)", text):
        if word and word[0].isalnum():
            size = (len(word) + 1) // 2
            out += [_TALL[(count + number) % _MARKED] for number in range(size)]
            count += size
        else:
            out.append(word)
    return "".join(out)


LANGUAGES: Final[Mapping[str, Callable[[str], str]]] = MappingProxyType({"qps": longer, "qps-Laoo": taller})


def pseudo_files(sheet: Sheet, speak: Callable[[str], str]) -> dict[str, str]:
    """Return the messages files of an invented language, by file name; ``sheet`` holds the source."""
    by_flow: dict[str, dict[tuple[str, str], str]] = {}
    for row in sheet.rows:
        flow, _, name = row.message_id.partition(".")
        by_flow.setdefault(flow, {})[name, row.variant] = speak(row.source)
    return {
        f"{flow}.yaml": new_file(texts, [name for name, variant in texts if variant == SPOKEN[0]], review=False)
        for flow, texts in by_flow.items()
    }
