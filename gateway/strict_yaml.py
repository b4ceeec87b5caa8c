"""Strict YAML: text in, typed nodes with line and column out, every scalar a string; the only user of yaml."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

import yaml

from gateway.errors import ContentRefused, Finding

_MAX_BYTES = 256 * 1024
_MAX_NODES = 20_000
_MAX_DEPTH = 16
_MAX_LINE = 400
_MAX_SCALAR = 1_000
_MAX_FINDINGS = 100

_Event: TypeAlias = Any  # the stubs leave most fields of an event untyped
# The C parser keeps the same marks and is about ten times faster; wheels without it fall back.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_FORBIDDEN_CHARACTERS = re.compile(
    "(?P<tab>\t)|(?P<bom>\ufeff)|(?P<bidi>[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069])"
    "|(?P<break>\r(?!\n)|[\x85\u2028\u2029])"
    "|(?P<control>[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff])"
)
_CHARACTER_NAMES = {
    "tab": "a tab; indent with spaces",
    "bom": "a byte order mark; save as UTF-8 without it",
    "bidi": "a hidden direction mark; delete it",
    "break": "an unusual line break; use plain newlines",
    "control": "a control character; delete it",
}


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A place in a file; ``line`` and ``column`` count from 1, columns in characters."""

    file: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Scalar:
    """A value, always text; ``quoted`` is true unless it was written plain; ``end`` is just behind it."""

    value: str
    mark: Mark
    quoted: bool = False
    end: Mark | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list of nodes."""

    items: tuple["Node", ...]
    mark: Mark


@dataclass(frozen=True, slots=True)
class Mapping:
    """Names to nodes in the order of the file; no name stands twice."""

    entries: tuple[tuple[Scalar, "Node"], ...]
    mark: Mark

    def get(self, name: str) -> "Node | None":
        """Return the node under ``name``, or None."""
        for entry, node in self.entries:
            if entry.value == name:
                return node
        return None

    def names(self) -> tuple[str, ...]:
        """Return the names in the order of the file."""
        return tuple(entry.value for entry, _ in self.entries)


Node = Scalar | Sequence | Mapping


class _Stop(Exception):
    """Reading cannot go on after what was found."""


def read(text: str | bytes, file: str) -> Node:
    """Read one document of ``file``; raises ContentRefused with every finding (E001, E002), sorted, at most 100."""
    findings: list[Finding] = []
    lines: list[str] = []
    node: Node | None = None
    try:
        decoded = _decoded(text, file, findings)
        lines = decoded.replace("\r\n", "\n").split("\n")
        _scan(lines, file, findings)
        node = _Composer(decoded, file, findings).compose()
    except _Stop:
        pass
    if findings or node is None:
        shown = sorted(findings)[:_MAX_FINDINGS]
        raise ContentRefused([_with_excerpt(finding, lines) for finding in shown])
    return node


def _decoded(text: str | bytes, file: str, findings: list[Finding]) -> str:
    """Return the text of a file; bytes must be UTF-8 and not too many."""
    size = len(text) if isinstance(text, bytes) else len(text.encode("utf-8", "surrogatepass"))
    if size > _MAX_BYTES:
        findings.append(Finding(file, 1, 1, "E001", f"the file has {size} bytes, more than {_MAX_BYTES}"))
        raise _Stop
    if isinstance(text, str):
        return text
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError as error:
        before = text[: error.start]
        line = before.count(b"\n") + 1
        column = len(before.rsplit(b"\n", 1)[-1].decode("utf-8", "replace")) + 1
        findings.append(Finding(file, line, column, "E001", "the file is not UTF-8"))
        raise _Stop from None


def _scan(lines: list[str], file: str, findings: list[Finding]) -> None:
    """Find what may not stand anywhere in a file: tabs, hidden marks, control characters, long lines."""
    for number, line in enumerate(lines, 1):
        for found in _FORBIDDEN_CHARACTERS.finditer(line):
            name = _CHARACTER_NAMES[str(found.lastgroup)]
            findings.append(Finding(file, number, found.start() + 1, "E001", f"forbidden: {name}"))
        if len(line) > _MAX_LINE:
            message = f"the line has {len(line)} characters, more than {_MAX_LINE}"
            findings.append(Finding(file, number, _MAX_LINE + 1, "E001", message))
    if findings:
        raise _Stop


def _with_excerpt(finding: Finding, lines: list[str]) -> Finding:
    """Add the line of the file that a finding points at."""
    excerpt = lines[finding.line - 1] if 0 < finding.line <= len(lines) else ""
    return replace(finding, excerpt=excerpt[:_MAX_LINE])


class _Composer:
    """Turns the parser's events into nodes and refuses every shortcut of the language."""

    def __init__(self, text: str, file: str, findings: list[Finding]) -> None:
        self._text, self._file, self._findings = text, file, findings
        self._nodes = 0
        self._events: Iterator[Any] = iter(())

    def compose(self) -> Node | None:
        """Return the one document's root; what is wrong goes to the findings."""
        try:
            self._events = iter(yaml.parse(self._text, Loader=_LOADER))
            return self._document()
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            self._note(Mark(self._file, line, column), f"not YAML: {error.problem or error.context or 'unreadable'}")
        except (yaml.YAMLError, ValueError):
            self._note(Mark(self._file, 1, 1), "not YAML: unreadable")
        return None

    def _document(self) -> Node | None:
        root: Node | None = None
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                if root is not None:
                    self._refuse(event, "a second document in one file")
                if event.version or event.tags:
                    self._refuse(event, "a YAML directive")
            elif isinstance(event, yaml.NodeEvent):
                root = self._node(event, 1)
        if root is None:
            self._note(Mark(self._file, 1, 1), "the file is empty")
        return root

    def _node(self, event: _Event, depth: int) -> Node:
        mark = self._mark(event)
        self._nodes += 1
        if self._nodes > _MAX_NODES:
            self._refuse(event, f"more than {_MAX_NODES} nodes")
        if depth > _MAX_DEPTH:
            self._refuse(event, f"nested deeper than {_MAX_DEPTH}")
        if isinstance(event, yaml.AliasEvent):
            self._refuse(event, f"an alias, *{event.anchor}; write the value again")
        if event.anchor is not None:
            self._refuse(event, f"an anchor, &{event.anchor}; write the value again")
        if event.tag is not None:
            self._refuse(event, f"a tag, {event.tag}")
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, mark)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(mark, depth)
        return self._mapping(mark, depth)

    def _scalar(self, event: _Event, mark: Mark) -> Scalar:
        if len(event.value) > _MAX_SCALAR:
            self._note(mark, f"the text has {len(event.value)} characters, more than {_MAX_SCALAR}")
        end = Mark(self._file, event.end_mark.line + 1, event.end_mark.column + 1)
        return Scalar(event.value, mark, bool(event.style), end)

    def _sequence(self, mark: Mark, depth: int) -> Sequence:
        items: list[Node] = []
        for event in self._events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            items.append(self._node(event, depth + 1))
        return Sequence(tuple(items), mark)

    def _mapping(self, mark: Mark, depth: int) -> Mapping:
        entries: list[tuple[Scalar, Node]] = []
        first: dict[str, Mark] = {}
        for event in self._events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            name = self._node(event, depth + 1)
            if not isinstance(name, Scalar):
                self._refuse(event, "a name that is not text")
                break
            if name.value == "<<" and not name.quoted:
                self._refuse(event, "a merge key, <<; write the values again")
            node = self._node(next(self._events), depth + 1)
            earlier = first.setdefault(name.value, name.mark)
            if earlier is not name.mark:
                self._note(name.mark, f"'{name.value}' stands twice, first in line {earlier.line}", "E002")
                continue
            entries.append((name, node))
        return Mapping(tuple(entries), mark)

    def _mark(self, event: _Event) -> Mark:
        return Mark(self._file, event.start_mark.line + 1, event.start_mark.column + 1)

    def _note(self, mark: Mark, message: str, code: str = "E001") -> None:
        self._findings.append(Finding(mark.file, mark.line, mark.column, code, message))

    def _refuse(self, event: _Event, what: str) -> None:
        """Note a forbidden construct and stop: what follows would only repeat it."""
        self._note(self._mark(event), f"forbidden: {what}")
        raise _Stop
