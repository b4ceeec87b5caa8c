"""Read agencies from strict YAML: who is reached, under which roof, by which word, called what."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from gateway.errors import ContentRefused, Finding
from gateway.strict_yaml import Mapping as Fields
from gateway.strict_yaml import Node, Scalar, Sequence

LANGUAGES: Final = ("lo", "en")
_REQUIRED: Final = ("code", "house", "names")
_KNOWN: Final = frozenset({*_REQUIRED, "refer"})
_CODE: Final = re.compile(r"[a-z][a-z_]{1,38}[a-z]")


@dataclass(frozen=True, slots=True)
class Agency:
    """An institution; ``house`` is shared by agencies under one roof, which cannot check each other.

    ``word`` is what an officer texts after REFER; None: not a target of a referral. ``names`` by language: lo, en.
    """

    code: str
    house: str
    word: str | None
    names: Mapping[str, str]


def parse_agencies(node: Node, routed: frozenset[str]) -> dict[str, Agency]:
    """Return the agencies of a parsed file by code, in its order; ContentRefused (H002) for what cannot be.

    ``routed``: those that routing sends cases to, and which must be there.
    """
    if not isinstance(node, Sequence):
        raise _refused(node, "a list of agencies is expected")
    found: dict[str, Agency] = {}
    for item in node.items:
        agency = _agency(item)
        if agency.code in found:
            raise _refused(item, f"{agency.code!r} stands twice")
        if agency.word is not None and any(agency.word == other.word for other in found.values()):
            raise _refused(item, f"two agencies are referred to as {agency.word!r}")
        found[agency.code] = agency
    if missing := sorted(routed - found.keys()):
        raise _refused(node, f"{missing[0]!r} is missing: cases are routed to it")
    return found


def _agency(item: Node) -> Agency:
    if not isinstance(item, Fields):
        raise _refused(item, "an agency with named fields is expected")
    if unknown := sorted(set(item.names()) - _KNOWN):
        raise _refused(item, f"unknown field {unknown[0]!r}")
    if missing := [name for name in _REQUIRED if item.get(name) is None]:
        raise _refused(item, f"{missing[0]!r} is missing")
    word = _code(item, "refer") if item.get("refer") is not None else None
    return Agency(_code(item, "code"), _code(item, "house"), word, _names(item))


def _code(item: Fields, name: str) -> str:
    node = item.get(name)
    if not isinstance(node, Scalar) or not _CODE.fullmatch(node.value):
        raise _refused(node or item, f"{name!r} is written in small letters and _, such as trade_union")
    return node.value


def _names(item: Fields) -> dict[str, str]:
    node = item.get("names")
    if not isinstance(node, Fields) or set(node.names()) != set(LANGUAGES):
        raise _refused(node or item, "'names' has lo and en, and no other")
    texts = {name.value: text.value.strip() for name, text in node.entries if isinstance(text, Scalar)}
    if not all(texts.get(language) for language in LANGUAGES):
        raise _refused(node, "a name is empty")
    return texts


def _refused(node: Node, problem: str) -> ContentRefused:
    return ContentRefused([Finding(node.mark.file, node.mark.line, node.mark.column, "H002", problem)])
