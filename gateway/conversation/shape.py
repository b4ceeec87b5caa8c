"""Reads typed fields out of strict YAML nodes and notes every finding with a cure where one is near."""

import re
from collections.abc import Callable, Iterable
from typing import Final

from gateway.conversation.flow import NAME, RESERVED
from gateway.errors import Finding
from gateway.strict_yaml import Mapping, Mark, Node, Scalar, Sequence

_DURATION: Final = re.compile(r"([1-9][0-9]{0,3})([mhd])")
_SECONDS: Final = {"m": 60, "h": 3600, "d": 86400}
_INTEGER: Final = re.compile(r"-?[0-9]{1,9}")


class Findings(list[Finding]):
    """What is wrong with content, gathered while reading goes on."""

    def add(self, mark: Mark, code: str, message: str, hint: str = "", severity: str = "error") -> None:
        """Note one finding at a mark."""
        self.append(Finding(mark.file, mark.line, mark.column, code, message, severity, hint))


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return a hint with the nearest known name at an edit distance of at most 2, or the empty text."""
    nearest = min(((_distance(name, other), other) for other in known), default=(9, ""))
    return f"did you mean '{nearest[1]}'?" if nearest[0] <= 2 and nearest[1] else ""


def _distance(left: str, right: str) -> int:
    """Return the edit distance of two names, neighbours swapped counting once; 9 when they are far apart."""
    if abs(len(left) - len(right)) > 2:
        return 9
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        following = [i]
        for j, b in enumerate(right, 1):
            cost = min(row[j] + 1, following[j - 1] + 1, row[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            following.append(cost)
        before, row = row, following
    return row[-1]


class Fields:
    """The fields of one mapping; every wrong one is noted once and read as absent."""

    def __init__(self, node: Node | None, what: str, mark: Mark, findings: Findings) -> None:
        self.what, self.findings = what, findings
        self.mark = node.mark if node is not None else mark
        if not isinstance(node, Mapping):
            if node is not None:
                findings.add(node.mark, "E004", f"{what} must be a map of names")
            node = Mapping((), self.mark)
        self.node = node

    def known(self, *names: str) -> "Fields":
        """Note every key that is not one of ``names``."""
        for entry, _ in self.node.entries:
            if entry.value not in names:
                hint = did_you_mean(entry.value, names)
                self.findings.add(entry.mark, "E003", f"{self.what} has no key '{entry.value}'", hint)
        return self

    def has(self, key: str) -> bool:
        """Say whether a key stands here."""
        return self.node.get(key) is not None

    def at(self, key: str) -> Mark:
        """Return where the value of a key stands, or the mapping itself."""
        node = self.node.get(key)
        return node.mark if node is not None else self.mark

    def need(self, key: str) -> bool:
        """Note a missing key; say whether it is there."""
        if not self.has(key):
            self.findings.add(self.mark, "E004", f"{self.what} lacks '{key}'")
            return False
        return True

    def text(self, key: str) -> str:
        """Return the text under a key, or the empty text."""
        node = self.node.get(key)
        if node is None:
            return ""
        if not isinstance(node, Scalar) or not node.value:
            self.findings.add(node.mark, "E004", f"'{key}' must be text")
            return ""
        return node.value

    def name(self, key: str) -> str:
        """Return a name that people chose, such as a step's; reserved words must be quoted."""
        node = self.node.get(key)
        return checked_name(node, f"'{key}'", self.findings) if node is not None else ""

    def word(self, key: str, allowed: Iterable[str]) -> str:
        """Return one of a closed list of words."""
        value = self.text(key)
        allowed = tuple(allowed)
        if value and value not in allowed:
            hint = did_you_mean(value, allowed) or f"one of {', '.join(allowed)}"
            self.findings.add(self.at(key), "E004", f"'{key}' cannot be '{value}'", hint)
            return ""
        return value

    def integer(self, key: str, low: int, high: int, absent: int) -> int:
        """Return a whole number between two limits."""
        value = self.text(key)
        if not value:
            return absent
        if not _INTEGER.fullmatch(value) or not low <= int(value) <= high:
            self.findings.add(self.at(key), "E004", f"'{key}' must be a number from {low} to {high}")
            return absent
        return int(value)

    def flag(self, key: str) -> bool:
        """Return a yes or no written as true or false."""
        return self.word(key, ("true", "false")) == "true"

    def duration(self, key: str, low: int, high: int, absent: int, code: str = "E030") -> int:
        """Return seconds from a duration like 30m, 12h, 3d; limits in seconds."""
        value = self.text(key)
        if not value:
            return absent
        found = _DURATION.fullmatch(value)
        if found is None:
            self.findings.add(self.at(key), "E004", f"'{key}' must be a duration such as 30m, 12h or 3d")
            return absent
        seconds = int(found[1]) * _SECONDS[found[2]]
        if not low <= seconds <= high:
            self.findings.add(self.at(key), code, f"'{key}' of {value} is outside the limits of a wait")
            return absent
        return seconds

    def items(self, key: str) -> tuple[Node, ...]:
        """Return the items of a list."""
        node = self.node.get(key)
        if node is None:
            return ()
        if not isinstance(node, Sequence):
            self.findings.add(node.mark, "E004", f"'{key}' must be a list")
            return ()
        return node.items

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts."""
        return texts(self.items(key), f"'{key}'", self.findings)

    def names(self, key: str) -> tuple[str, ...]:
        """Return a list of names."""
        found = (checked_name(node, f"'{key}'", self.findings) for node in self.items(key))
        return tuple(name for name in found if name)

    def pairs(self, key: str, read: Callable[[Node], str] | None = None) -> tuple[tuple[str, str], ...]:
        """Return a map of names to names (or to what ``read`` makes of a node)."""
        inner = Fields(self.node.get(key), f"'{key}'", self.mark, self.findings)
        found: list[tuple[str, str]] = []
        for entry, node in inner.node.entries:
            name = checked_name(entry, f"'{key}'", self.findings)
            value = read(node) if read else checked_name(node, f"'{key}'", self.findings)
            if name and value:
                found.append((name, value))
        return tuple(found)


def checked_name(node: Node, what: str, findings: Findings) -> str:
    """Return a name, or the empty text after noting why it is none."""
    if not isinstance(node, Scalar):
        findings.add(node.mark, "E004", f"{what} must be a name")
        return ""
    if node.value in RESERVED and not node.quoted:
        findings.add(node.mark, "E005", f"'{node.value}' is a reserved word", f'write "{node.value}" in quotes')
        return ""
    if not NAME.fullmatch(node.value):
        findings.add(node.mark, "E005", f"'{node.value[:60]}' is no name; use a-z, 0-9 and _, at most 40")
        return ""
    return node.value


def texts(nodes: Iterable[Node], what: str, findings: Findings) -> tuple[str, ...]:
    """Return the texts of some nodes; others are noted."""
    found: list[str] = []
    for node in nodes:
        if isinstance(node, Scalar) and node.value:
            found.append(node.value)
        else:
            findings.add(node.mark, "E004", f"{what} must be a list of texts")
    return tuple(found)
