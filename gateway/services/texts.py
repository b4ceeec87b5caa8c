"""Makes outbox rows: their segments counted, their text hashed."""

import hashlib
from dataclasses import replace
from functools import lru_cache

from gateway.ports.outbox import Outgoing
from gateway.text.redaction import personal
from gateway.text.segments import measure, tidy


def outgoing(row: Outgoing) -> Outgoing:
    """Return the row with its text tidied for the air, its segments counted and its hash taken."""
    if row.body is None:
        return row
    body, segments, digest = _prepared(row.body) if personal(row.body) else _prepared_once(row.body)
    return replace(row, body=body, segments=segments, text_sha256=digest)


def _prepared(text: str) -> tuple[str, int, str]:
    body = tidy(text)
    return body, measure(body).segments, sha256(body)


# Menus and questions are the same for everybody: prepared once, not at every message.
_prepared_once = lru_cache(maxsize=1024)(_prepared)


def sha256(text: str) -> str:
    """Return the hex digest under which a text is compared, never read."""
    return hashlib.sha256(text.encode()).hexdigest()
