"""Lint of the files as they are written: invisible characters, the line that editors read, trailing space, review."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from gateway.conversation.lint_material import Fault, Material
from gateway.conversation.translated import RECORD
from gateway.strict_yaml import Mapping as YamlMapping
from gateway.strict_yaml import Mark

INVISIBLE: Final = {"\u200b": "a zero-width space", "\u2060": "a word joiner", "\u00ad": "a soft hyphen"}
HARD_SPACE: Final = "\u00a0"
_UNSCHEMED: Final = ("/guarded.yaml", f"/{RECORD}.yaml")
_FOUND: Final = re.compile(f"[{''.join(INVISIBLE)}{HARD_SPACE}]")
_TRAILING: Final = re.compile(r"[ ]+$")
_APART: Final = ("lexicon", "guarded", RECORD)


def schema_line(file: str) -> str:
    """Return the first line with which an editor finds the schema of a flow or of a messages file."""
    folder, _, name = file.rpartition("/")
    up = "../" * len(folder.split("/"))
    kind = "flow" if folder == "flows" else "lexicon" if name == "lexicon.yaml" else "message"
    return f"# yaml-language-server: $schema={up}gateway/content/{kind}.schema.json"


def has_schema(file: str) -> bool:
    """Say whether a schema is published for a file."""
    return file.startswith("flows/") or (file.count("/") == 2 and not file.endswith(_UNSCHEMED))


def unlined(material: Material) -> Iterator[Fault]:
    """Note files that editors cannot check, for want of a first line that names the schema (E034)."""
    for file, source in material.sources.items() if material.schemas else ():
        if has_schema(file) and source.split("\n", 1)[0].rstrip("\r") != schema_line(file):
            yield Fault(Mark(file, 1, 1), "the first line does not name the schema", f"write {schema_line(file)}")


def trailing(material: Material) -> Iterator[Fault]:
    """Note space at the end of a line and a last line that does not end (E033)."""
    for file, source in material.sources.items():
        lines = [line.removesuffix("\r") for line in source.split("\n")]
        for number, line in enumerate(lines, 1):
            found = _TRAILING.search(line)
            if found is not None:
                yield Fault(Mark(file, number, found.start() + 1), "space at the end of the line")
        if source and not source.endswith("\n"):
            yield Fault(Mark(file, len(lines), len(lines[-1]) + 1), "the last line does not end")


def uneven(material: Material) -> Iterator[Fault]:
    """Note lines of messages with invisible characters, hard spaces or letters that are not composed (T411)."""
    for file, source in material.sources.items():
        if not file.startswith("messages/") or file.rsplit("/", 1)[-1].removesuffix(".yaml") in _APART:
            continue
        for number, line in enumerate(source.split("\n"), 1):
            found = _FOUND.search(line)
            if found is not None:
                what = INVISIBLE.get(found[0], "a hard space")
                yield Fault(Mark(file, number, found.start() + 1), f"the line holds {what}, U+{ord(found[0]):04X}")
            elif not unicodedata.is_normalized("NFC", line):
                yield Fault(Mark(file, number, _first_difference(line) + 1), "the line is not in composed form (NFC)")


def _first_difference(line: str) -> int:
    composed = unicodedata.normalize("NFC", line)
    pairs = enumerate(zip(line, composed, strict=False))
    return next((at for at, (left, right) in pairs if left != right), min(len(line), len(composed)) - 1)


def unsigned(material: Material) -> Iterator[Fault]:
    """Note files that no native reader has signed yet (T409)."""
    for language, nodes in material.nodes.items():
        for name, node in nodes.items():
            review = node.get("review") if isinstance(node, YamlMapping) else None
            if review is not None:
                yield Fault(review.mark, f"no native reader has signed messages/{language}/{name}.yaml")
