"""Repairs what cannot change what a person hears, beyond characters that nobody sees; every other byte stays."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Final

from gateway.conversation.lint import ANY_MARKER
from gateway.conversation.lint_sources import HARD_SPACE, INVISIBLE, schema_line
from gateway.errors import ContentRefused, Finding
from gateway.strict_yaml import Mapping as YamlMapping
from gateway.strict_yaml import Node, Scalar, Sequence, read

_UNSEEN: Final = str.maketrans({**dict.fromkeys(INVISIBLE, ""), HARD_SPACE: " "})
_OLD_LINE: Final = re.compile(r"# *yaml-language-server:")


def fixed(file: str, source: str, findings: Iterable[Finding]) -> str:
    """Return a file with those of its findings repaired that are safe to repair.

    Each repair is kept only if the file still reads the same: the same names, the same values but for invisible
    characters. So a marker inside a text, or a line that YAML would read otherwise, is left alone.
    """
    first = False
    # From the end of the file and of each line, so that the places of the findings before stay right.
    for finding in sorted(findings, reverse=True):
        if finding.file != file:
            continue
        first = first or finding.code == "E034"
        repair = _REPAIRS.get(finding.code)
        if repair is not None:
            source = _kept(file, source, _on_line(source, finding, repair))
    return _kept(file, source, _with_schema(file, source)) if first else source


def _on_line(source: str, finding: Finding, repair: Callable[[str, int], str]) -> str:
    lines = source.split("\n")
    if finding.line > len(lines):
        return source
    line = lines[finding.line - 1]
    body = line.removesuffix("\r")
    lines[finding.line - 1] = repair(body, finding.column - 1) + line[len(body) :]
    if finding.line == len(lines) and lines[-1]:
        lines.append("")  # the last line ends
    return "\n".join(lines)


def _visible(line: str, column: int) -> str:
    return unicodedata.normalize("NFC", line.translate(_UNSEEN)).rstrip(" ")


def _trimmed(line: str, column: int) -> str:
    return line.rstrip(" ")


def _unmarked(line: str, column: int) -> str:
    marker = ANY_MARKER.match(line, column)
    return line if marker is None else (line[:column] + line[marker.end() :]).rstrip(" ")


_REPAIRS: Final[Mapping[str, Callable[[str, int], str]]] = MappingProxyType(
    {"T411": _visible, "E033": _trimmed, "E032": _unmarked}
)


def _with_schema(file: str, source: str) -> str:
    first, newline, rest = source.partition("\n")
    ending = "\r\n" if first.endswith("\r") else "\n"
    kept = rest if _OLD_LINE.match(first) and newline else source
    return f"{schema_line(file)}{ending}{kept}"


def _kept(file: str, before: str, after: str) -> str:
    """Return the repaired file if it says the same as before, else the file as it was."""
    try:
        same = _meaning(read(before, file)) == _meaning(read(after, file))
    except ContentRefused:
        return before
    return after if same else before


def _meaning(node: Node) -> object:
    """Return what a file says, without places, invisible characters and space around texts."""
    if isinstance(node, YamlMapping):
        return [(_meaning(entry), _meaning(value)) for entry, value in node.entries]
    if isinstance(node, Sequence):
        return [_meaning(item) for item in node.items]
    return _visible(node.value, 0).strip() if isinstance(node, Scalar) else None
