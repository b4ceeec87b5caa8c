"""Writes texts into a messages file and leaves every other byte of it as it was."""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from typing import Final, TypeAlias

from gateway.errors import ContentRefused, Finding
from gateway.strict_yaml import Mapping as YamlMapping
from gateway.strict_yaml import Mark, Node, Scalar, read

Texts: TypeAlias = Mapping[tuple[str, str], str]  # (id without its flow, variant) -> text
_Edit: TypeAlias = tuple[int, int, str]

LONGEST_LINE: Final = 360
_ORDER: Final = ("text", "neutral", "ussd", "retry", "without_directory", "source")
# What may stand unquoted: it begins with a letter and holds nothing that means something to YAML.
_PLAIN: Final = re.compile(
    r"[^\W\d_](?:[^\x00-\x1f\x7f:#\[\]{},&*!|>'\"%@`\\]*[^\s\x00-\x1f\x7f:#\[\]{},&*!|>'\"%@`\\])?"
)
_RESERVED: Final = frozenset({"true", "false", "yes", "no", "on", "off", "null"})
_NAMED: Final = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}


def quoted(text: str) -> str:
    """Return a text in double quotes; over long lines it goes on in the next one."""
    pieces = [_NAMED.get(sign) or (sign if _shown(sign) else _escaped(sign)) for sign in text]
    lines, line = [], ""
    for piece in pieces:
        if len(line) + len(piece) > LONGEST_LINE:
            lines.append(line)
            line = ""
        line += piece
    lines.append(line)
    # A space where a line begins must be written as an escape, or it would be taken for indentation.
    rest = [f"\\{part}" if part.startswith(" ") else part for part in lines[1:]]
    return '"' + "\\\n    ".join([lines[0], *rest]) + '"'


def _shown(sign: str) -> bool:
    return sign == " " or (sign.isprintable() and not 0xD800 <= ord(sign) <= 0xDFFF)


def _escaped(sign: str) -> str:
    return f"\\u{ord(sign):04x}" if ord(sign) < 0x10000 else f"\\U{ord(sign):08x}"


def written(text: str, *, plain: bool) -> str:
    """Return a text as a value: unquoted only if it stood so and may stand so."""
    may = _PLAIN.fullmatch(text) and text.casefold() not in _RESERVED and all(map(_shown, text))
    return text if plain and may and len(text) < LONGEST_LINE else quoted(text)


def edited(text: str, texts: Texts, order: Sequence[str], file: str) -> str:
    """Return a messages file with some texts changed or added; ``order`` says where new ids belong.

    Comments, ``source`` fields, blank lines and the way of quoting of everything else stay. Raises ContentRefused when
    the file cannot be read.
    """
    node = read(text, file)
    if not isinstance(node, YamlMapping):
        raise ContentRefused([Finding(file, 1, 1, "E004", "a messages file is a map of ids to texts")])
    offsets = Offsets(text)
    by_id: dict[str, dict[str, str]] = {}
    for (name, variant), value in texts.items():
        by_id.setdefault(name, {})[variant] = value
    edits: list[_Edit] = []
    for name, variants in by_id.items():
        held = node.get(name)
        if held is not None:
            edits += _changed(text, held, variants, offsets)
    fresh = [name for name in (*order, *by_id) if name in by_id and node.get(name) is None]
    edits += _added(text, node, dict.fromkeys(fresh), by_id, order, offsets)
    for start, end, value in sorted(edits, key=lambda edit: (edit[0], edit[1]), reverse=True):
        text = text[:start] + value + text[end:]
    return text


def new_file(texts: Texts, order: Sequence[str], *, review: bool) -> str:
    """Return a messages file that did not exist."""
    by_id: dict[str, dict[str, str]] = {}
    for (name, variant), value in texts.items():
        by_id.setdefault(name, {})[variant] = value
    head = "review: needed\n" if review else ""
    return head + "".join(_entry(name, by_id[name]) for name in dict.fromkeys((*order, *by_id)) if name in by_id)


class Offsets:
    """Turns marks into places of a text."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]
        self._size = len(text)

    def of(self, mark: Mark | None) -> int:
        """Return the place of a mark; the end of the text where there is none."""
        return self._size if mark is None else min(self._starts[mark.line - 1] + mark.column - 1, self._size)

    def line_end(self, place: int) -> int:
        """Return the place behind the line that holds ``place``."""
        return min(next(start for start in self._starts if start > place), self._size)


def _changed(text: str, held: Node, variants: Mapping[str, str], offsets: Offsets) -> Iterable[_Edit]:
    """Yield the edits of an id that stands in the file."""
    if isinstance(held, Scalar):
        start, end = offsets.of(held.mark), offsets.of(held.end)
        if set(variants) == {"text"}:
            yield start, end, written(variants["text"], plain=not held.quoted)
            return
        before = text[:start].rstrip(" ")
        lines = {"text": written(variants["text"], plain=not held.quoted) if "text" in variants else text[start:end]}
        lines |= {name: quoted(value) for name, value in variants.items() if name != "text"}
        yield len(before), end, "".join(f"\n  {name}: {lines[name]}" for name in _ORDER if name in lines)
        return
    if not isinstance(held, YamlMapping):
        return
    for name, value in variants.items():
        inner = held.get(name)
        if isinstance(inner, Scalar):
            yield offsets.of(inner.mark), offsets.of(inner.end), written(value, plain=not inner.quoted)
    missing = {name: value for name, value in variants.items() if held.get(name) is None}
    if missing:
        yield _new_variants(text, held, missing, offsets)


def _new_variants(text: str, held: YamlMapping, missing: Mapping[str, str], offsets: Offsets) -> _Edit:
    """Return the edit that adds variants to a map, behind the last one that comes before them."""
    first = min(_ORDER.index(name) for name in missing)
    earlier = [pair for pair in held.entries if pair[0].value in _ORDER[:first]] or [held.entries[0]]
    key, value = earlier[-1]
    end = offsets.of(value.end if isinstance(value, Scalar) else value.mark)
    named = [(name, quoted(missing[name])) for name in _ORDER if name in missing]
    if text[offsets.of(held.mark)] == "{":
        return end, end, "".join(f", {name}: {value}" for name, value in named)
    end = offsets.line_end(end - 1)
    indent = " " * (key.mark.column - 1)
    lead = "" if text[:end].endswith("\n") else "\n"
    return end, end, lead + "".join(f"{indent}{name}: {value}\n" for name, value in named)


def _added(
    text: str,
    node: YamlMapping,
    fresh: Iterable[str],
    by_id: Mapping[str, Mapping[str, str]],
    order: Sequence[str],
    offsets: Offsets,
) -> Iterable[_Edit]:
    """Yield the edits that add ids, each behind the id that comes before it in the conversation."""
    places: dict[int, list[str]] = {}
    for name in fresh:
        before = order[: order.index(name)] if name in order else ()
        standing = [known for known in before if node.get(known) is not None]
        places.setdefault(end_of_entry(text, node, standing[-1] if standing else "", offsets), []).append(name)
    for place, names in places.items():
        lead = "" if not place or text[:place].endswith("\n") else "\n"
        yield place, place, lead + "".join(_entry(name, by_id[name]) for name in names)


def end_of_entry(text: str, node: YamlMapping, name: str, offsets: Offsets) -> int:
    """Return the place behind an entry (the last one if there is no such): comments before the next stay with that."""
    names = node.names()
    at = names.index(name) if name in names else len(names) - 1
    following = node.entries[at + 1][0].mark if at + 1 < len(names) else None
    lines = text[: offsets.of(following)].splitlines(keepends=True)
    while lines and (not lines[-1].strip() or lines[-1].lstrip().startswith("#")):
        lines.pop()
    return sum(len(line) for line in lines)


def _entry(name: str, variants: Mapping[str, str]) -> str:
    """Return a new id with its texts, as the files have it."""
    if set(variants) == {"text"}:
        return f"{_name(name)}: {quoted(variants['text'])}\n"
    lines = "".join(f"  {variant}: {quoted(variants[variant])}\n" for variant in _ORDER if variant in variants)
    return f"{_name(name)}:\n{lines}"


def _name(name: str) -> str:
    return f'"{name}"' if name in _RESERVED else name
