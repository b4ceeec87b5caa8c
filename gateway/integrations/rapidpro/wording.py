"""Texts of RapidPro as this gateway may say them: no expressions, no braces, no hidden signs, none too long."""

import re
from dataclasses import dataclass
from typing import Final

_LONGEST: Final = 1_000
_EXPRESSION_CAP: Final = 2_000
_TOPS: Final = (
    "contact|contacts|child|parent|results|fields|urns|input|run|node|globals|global|trigger|resume|webhook|"
    "legacy_extra|locals|ticket|session|step|flow|extra|date|channel|calendar|organization"
)
_EXPRESSION: Final = re.compile(rf"@(?:{_TOPS})\b(?:\.@?[A-Za-z0-9_]+)*|<%.*?%>", re.IGNORECASE | re.DOTALL)
_HIDDEN: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff\ud800-\udfff"
    "\ufffe\uffff\u00ad]"
)


@dataclass(frozen=True, slots=True)
class Wording:
    """A text as it can be said, in parts of at most 1,000 characters, and the expressions that were taken out."""

    parts: tuple[str, ...]
    expressions: tuple[str, ...]


def worded(text: str) -> Wording:
    """Return a text without what this gateway never says: expressions, braces of placeholders, hidden signs."""
    plain = _HIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))
    plain, found = _without_expressions(plain)
    plain = plain.replace("{", "(").replace("}", ")")
    if found:
        plain = re.sub(r"\(\s*\)|\[\s*\]", "", plain)
        plain = re.sub(r" +([,.!?;:])", r"\1", plain)
    lines = [re.sub(r" {2,}", " ", line).strip() for line in plain.split("\n")]
    plain = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    return Wording(tuple(_parts(plain)) if re.search(r"\S", plain) else (), tuple(found))


def visible(text: str) -> str:
    """Return a text in one line without hidden signs, for notes and reports."""
    return " ".join(_HIDDEN.sub("", text).split())


def has_expression(text: str) -> bool:
    """Say whether a text is computed when RapidPro runs."""
    return bool(_without_expressions(text)[1])


def _without_expressions(text: str) -> tuple[str, list[str]]:
    kept: list[str] = []
    found: list[str] = []
    position = 0
    while position < len(text):
        if text.startswith("@@", position):
            kept.append("@")
            position += 2
            continue
        end = _expression_end(text, position)
        if end > position:
            found.append(text[position:end])
            position = end
            continue
        kept.append(text[position])
        position += 1
    return "".join(kept), found


def _expression_end(text: str, start: int) -> int:
    """Return where an expression that begins at ``start`` ends, or ``start`` when none begins there."""
    if text.startswith("@(", start):
        depth = 0
        for place in range(start + 1, min(len(text), start + _EXPRESSION_CAP)):
            depth += {"(": 1, ")": -1}.get(text[place], 0)
            if depth == 0:
                return place + 1
        return start
    found = _EXPRESSION.match(text, start) if text[start] in "@<" else None
    return found.end() if found else start


def _parts(text: str) -> list[str]:
    """Cut a text that is longer than a message may be, at a line or a word where there is one."""
    parts: list[str] = []
    while len(text) > _LONGEST:
        cut = max(text.rfind("\n", 0, _LONGEST), text.rfind(" ", 0, _LONGEST))
        cut = cut if cut > 0 else _LONGEST
        parts.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    return [*parts, text] if text else parts
