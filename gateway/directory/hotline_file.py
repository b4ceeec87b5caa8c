"""Read hotline entries from strict YAML, and the candidates that come with the gateway."""

from datetime import date
from importlib import resources
from typing import Final

from gateway.directory.hotline import Hotline
from gateway.errors import ContentRefused, Finding
from gateway.strict_yaml import Mapping, Node, Scalar, Sequence, read

_TEXTS: Final = (
    "hours",
    "toll_free",
    "audience",
    "source",
    "source_year",
    "confidence",
    "note",
    "verified_by",
)
_REQUIRED: Final = ("id", "country", "number", "owner")
_LISTS: Final = ("purpose", "languages")
_FLAGS: Final = ("nationals_only", "recorded")
_DATES: Final = ("verified_on", "expires")
_KNOWN: Final = frozenset((*_TEXTS, *_REQUIRED, *_LISTS, *_FLAGS, *_DATES))


def shipped_candidates() -> tuple[Hotline, ...]:
    """Entries shipped with the gateway: none is verified, so none can be sent."""
    text = (resources.files("gateway.directory") / "data" / "hotlines.yaml").read_text(encoding="utf-8")
    return parse_hotlines(read(text, "hotlines.yaml"))


def parse_hotlines(node: Node) -> tuple[Hotline, ...]:
    """Entries of a parsed hotline file; raises ContentRefused (H001) for what is missing, doubled or unknown."""
    if not isinstance(node, Sequence):
        raise _refused(node, "a list of hotlines is expected")
    entries: dict[str, Hotline] = {}
    for item in node.items:
        entry = _entry(item)
        doubled = any((entry.country, entry.number) == (other.country, other.number) for other in entries.values())
        if doubled or entry.id in entries:
            raise _refused(item, f"{entry.id!r} stands twice, by id or by country and number")
        entries[entry.id] = entry
    return tuple(entries.values())


def _entry(item: Node) -> Hotline:
    if not isinstance(item, Mapping):
        raise _refused(item, "a hotline with named fields is expected")
    if unknown := sorted(set(item.names()) - _KNOWN):
        raise _refused(item, f"unknown field {unknown[0]!r}")
    missing = [name for name in _REQUIRED if not _text(item, name)]
    if missing:
        raise _refused(item, f"{missing[0]!r} is empty")
    return Hotline(
        **{name: _text(item, name) for name in (*_REQUIRED, *_TEXTS)},
        purposes=_list(item, "purpose"),
        languages=_list(item, "languages"),
        nationals_only=_text(item, "nationals_only") == "yes",
        recorded=_text(item, "recorded") == "yes",
        verified_on=_date(item, "verified_on"),
        expires=_date(item, "expires"),
    )


def _text(item: Mapping, name: str) -> str:
    node = item.get(name)
    if node is None:
        return ""
    if not isinstance(node, Scalar):
        raise _refused(node, f"{name!r} is a text")
    return node.value.strip()


def _list(item: Mapping, name: str) -> tuple[str, ...]:
    node = item.get(name)
    if node is None:
        return ()
    if not isinstance(node, Sequence):
        raise _refused(node, f"{name!r} is a list")
    return tuple(entry.value for entry in node.items if isinstance(entry, Scalar))


def _date(item: Mapping, name: str) -> date | None:
    text = _text(item, name)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise _refused(item, f"{name!r} is a date, such as 2026-11-24") from None


def _refused(node: Node, problem: str) -> ContentRefused:
    return ContentRefused([Finding(node.mark.file, node.mark.line, node.mark.column, "H001", problem)])
