"""The canonical form of a bundle: what its hash is taken of, and what it is read back from years later."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from types import MappingProxyType, NoneType, UnionType
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

from gateway.conversation.flow import Combine, Compare, Flow
from gateway.conversation.library import Bundle
from gateway.errors import Damaged
from gateway.strict_yaml import Mark
from gateway.text.catalogue import Catalogue, Message

SCHEMA: Final = 1
_NOWHERE: Final = Mark("", 1, 1)
# Where something stands in a file says nothing about what it does.
_PLACES: Final = frozenset({"mark", "marks", "file"})
_WITHOUT_PLACE: Final[Mapping[str, object]] = MappingProxyType({"mark": _NOWHERE, "marks": (), "file": ""})

Texts = Mapping[str, Mapping[str, Message]]


def sha256(document: str) -> str:
    """Return the name of a document: its SHA-256 in hexadecimal."""
    return hashlib.sha256(document.encode()).hexdigest()


def written(name: str, flows: Mapping[str, Flow], texts: Texts) -> str:
    """Return the document of a flow with its sub-flows and texts; the same content gives the same bytes.

    Flows and languages are sorted, what is inside a flow keeps its order, and what has its usual value is left out,
    so that a release that knows more kinds of content gives old content its old hash.
    """
    record = {
        "schema": SCHEMA,
        "name": name,
        "flows": {flow: _plain(flows[flow]) for flow in sorted(flows)},
        "texts": {
            language: {key: _plain(texts[language][key]) for key in sorted(texts[language])}
            for language in sorted(texts)
        },
    }
    return packed(record)


def packed(record: Mapping[str, object]) -> str:
    """Return a record as compact JSON, in its own order."""
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"))


def unpacked(document: str, hash_: str) -> dict[str, Any]:
    """Return the record of a document; Damaged when it is not the one of this hash, or of a later schema."""
    if sha256(document) != hash_:
        raise Damaged("a bundle is not what its hash says")
    try:
        record = json.loads(document)
        known = record["schema"] == SCHEMA
    except (ValueError, KeyError, TypeError) as error:
        raise Damaged("a bundle that cannot be read") from error
    if not isinstance(record, dict) or not known:
        raise Damaged("a bundle of another schema")
    return record


def read_bundle(document: str, hash_: str) -> Bundle:
    """Return the bundle that a document holds; Damaged when it does not fit its hash or cannot be read."""
    record = unpacked(document, hash_)
    try:
        flows = {name: _of_class(Flow, flow) for name, flow in record["flows"].items()}
        texts = {
            language: {key: _of_class(Message, message) for key, message in of_language.items()}
            for language, of_language in record["texts"].items()
        }
        return Bundle(record["name"], hash_, flows, Catalogue(texts))
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise Damaged("a bundle that cannot be read") from error


def document_of(bundle: Bundle) -> str:
    """Return the document of a bundle."""
    catalogue = bundle.catalogue
    texts = {
        language: {key: catalogue.get(language, key) for key in catalogue.ids(language)}
        for language in catalogue.languages
    }
    return written(bundle.name, bundle.flows, texts)


def _plain(value: object) -> object:
    if is_dataclass(value):
        return {
            item.name: _plain(found)
            for item in fields(value)
            if item.name not in _PLACES and (found := getattr(value, item.name)) != item.default
        }
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


@cache
def _hints(kind: type) -> Mapping[str, Any]:
    return get_type_hints(kind)


def _of_class(kind: type, record: Mapping[str, Any]) -> Any:  # noqa: ANN401 - one of the records of a flow
    hints = _hints(kind)
    unknown = record.keys() - hints.keys()
    if unknown:
        raise KeyError(next(iter(unknown)))
    values = {name: _read(hints[name], value) for name, value in record.items()}
    wanting = {item.name for item in fields(kind) if item.default is MISSING} - values.keys()
    return kind(**values, **{name: _WITHOUT_PLACE[name] for name in wanting})


def _read(kind: Any, value: Any) -> Any:  # noqa: ANN401 - any type that a field of a flow has
    origin, inner = get_origin(kind), get_args(kind)
    if origin is tuple:
        kinds = (inner[0],) * len(value) if inner[-1] is Ellipsis else inner
        return tuple(_read(part, item) for part, item in zip(kinds, value, strict=True))
    if origin in (UnionType, Union):
        members = [member for member in inner if member is not NoneType]
        return _read(members[0] if len(members) == 1 else _condition(value), value)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {key: _read(inner[1], item) for key, item in value.items()}
    if is_dataclass(kind) and isinstance(kind, type):
        return _of_class(kind, value)
    if not isinstance(value, kind):
        raise TypeError(kind)
    return value


def _condition(value: Mapping[str, object]) -> type[Compare | Combine]:
    return Combine if "joined" in value else Compare
