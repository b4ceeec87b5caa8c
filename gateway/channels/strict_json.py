"""Reads JSON from outside strictly: no NaN, no repeated names, no half characters, an object at the top."""

import json
from typing import Any

from gateway.errors import MalformedRequest


def read_object(raw: bytes) -> dict[str, Any]:
    """Return the object in ``raw``; raise MalformedRequest for anything else."""
    try:
        found = json.loads(raw.decode(), object_pairs_hook=_once, parse_constant=_no_constant)
        json.dumps(found, ensure_ascii=False).encode()  # a lone surrogate cannot be stored
    except (ValueError, RecursionError) as error:
        raise MalformedRequest("JSON") from error
    if not isinstance(found, dict):
        raise MalformedRequest("JSON object")
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) < len(pairs):
        raise ValueError("repeated name")
    return dict(pairs)


def _no_constant(name: str) -> None:
    raise ValueError(name)
