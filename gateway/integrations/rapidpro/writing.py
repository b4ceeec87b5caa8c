"""Writes flows and messages as the strict loader reads them; no text ever changes what a file means."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from gateway.conversation.flow import KINDS
from gateway.integrations.rapidpro.answers import duration
from gateway.integrations.rapidpro.draft import Draft

_PLAIN: Final = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)?|0|[1-9][0-9]*[mhd]?|[A-Z][A-Z0-9_]+")
# What other YAML tools would turn into something else.
_NOT_PLAIN: Final = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})
_WIDTH, _CHUNK = 110, 80
_ORDER: Final = (
    "handoff",
    *KINDS,
    "say",
    "choices",
    "also",
    "expect",
    "save",
    "then",
    "tries",
    "else",
    "released",
    "no_reply",
    "note",
)


def flow_file(draft: Draft, source: str, purpose: str) -> str:
    """Return the text of ``flows/<flow>.yaml``; ``source`` names where it came from."""
    head: dict[str, Any] = {
        "schema": "1",
        "flow": draft.name,
        "note": source,
        "purpose": purpose,
        "channels": ["sms"],
        "expires": duration(draft.expires),
    }
    values = {name: {"kind": kind, "class": data_class} for name, (kind, data_class) in draft.values.items()}
    head |= {"values": values} if values else {}
    head |= {
        "start": draft.start,
        "on_error": "person",
        "steps": {name: _ordered(body) for name, body in draft.steps.items()},
    }
    return "".join(f"{line}\n" for line in _mapping(head, 0))


def messages_file(texts: Mapping[str, str]) -> str:
    """Return the text of ``messages/<language>/<flow>.yaml``, every text to be reviewed."""
    return "".join(f"{line}\n" for line in _mapping({"review": "needed", **texts}, 0))


def _ordered(body: Mapping[str, Any]) -> dict[str, Any]:
    known = [key for key in dict.fromkeys(_ORDER) if key in body]
    return {key: body[key] for key in [*known, *(key for key in body if key not in known)]}


def _mapping(node: Mapping[str, Any], depth: int) -> Iterator[str]:
    """Yield the lines of a map: one entry a line where it fits, else opened up."""
    pad = "  " * depth
    for key, value in node.items():
        flat = _flat(value)
        if depth and len(pad) + len(key) + len(flat) + 2 <= _WIDTH or isinstance(value, str) and len(flat) <= _WIDTH:
            yield f"{pad}{_scalar(key)}: {flat}"
        elif isinstance(value, str):
            yield f"{pad}{_scalar(key)}:"
            yield from _folded(value, pad + "  ")
        elif isinstance(value, Mapping):
            yield f"{pad}{_scalar(key)}:"
            yield from _mapping(value, depth + 1)
        elif len(flat) <= _WIDTH:
            yield f"{pad}{_scalar(key)}: {flat}"
        else:
            yield f"{pad}{_scalar(key)}:"
            yield from _items(value, depth + 1)


def _items(items: list[Any], depth: int) -> Iterator[str]:
    pad = "  " * depth
    for item in items:
        flat = _flat(item)
        if len(pad) + len(flat) + 2 <= _WIDTH:
            yield f"{pad}- {flat}"
        elif isinstance(item, Mapping):
            first, *others = _mapping(item, depth + 1)
            yield f"{pad}- {first.lstrip()}"
            yield from others
        else:
            yield f"{pad}-"
            yield from _folded(item, pad + "  ")


def _flat(value: object) -> str:
    """Return a value in one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_scalar(key)}: {_flat(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flat(item) for item in value) + "]"
    return _scalar(str(value))


def _scalar(text: str) -> str:
    return text if _PLAIN.fullmatch(text) and text.lower() not in _NOT_PLAIN else _quoted(text)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _folded(text: str, pad: str) -> Iterator[str]:
    """Yield a long text in double quotes over several lines; a backslash at each end keeps it one text."""
    chunks = re.findall(rf".{{1,{_CHUNK}}}(?: |\n|$)|.{{1,{_CHUNK}}}", text, re.DOTALL)
    for number, chunk in enumerate(chunks):
        inner = _quoted(chunk)[1:-1]
        # Spaces at the beginning of a line would be taken for its indent.
        inner = "\\" + inner if inner.startswith(" ") else inner
        opening = '"' if number == 0 else " "
        yield f"{pad}{opening}{inner}" + ("\\" if number < len(chunks) - 1 else '"')
