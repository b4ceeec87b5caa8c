"""Content files as other YAML tools see them: plain words become numbers and truth values (core schema of YAML 1.2)."""

import re

from gateway.strict_yaml import Mapping, Node, Scalar

_INTEGER = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_TRUTH = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_NOTHING = frozenset({"", "~", "null", "Null", "NULL"})


def plain(node: Node) -> object:
    """Return a node as JSON would hold it."""
    if isinstance(node, Mapping):
        return {entry.value: plain(value) for entry, value in node.entries}
    if isinstance(node, Scalar):
        return node.value if node.quoted else _resolved(node.value)
    return [plain(item) for item in node.items]


def _resolved(word: str) -> object:
    if word in _NOTHING:
        return None
    if word in _TRUTH:
        return _TRUTH[word]
    if _INTEGER.fullmatch(word):
        return int(word)
    return float(word) if _FLOAT.fullmatch(word) else word
