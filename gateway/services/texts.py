"""Makes outbox rows: their segments counted, their text hashed."""

import hashlib
from dataclasses import replace

from gateway.ports.outbox import Outgoing
from gateway.text.segments import measure, tidy


def outgoing(row: Outgoing) -> Outgoing:
    """Return the row with its text tidied for the air, its segments counted and its hash taken."""
    if row.body is None:
        return row
    body = tidy(row.body)
    return replace(row, body=body, segments=measure(body).segments, text_sha256=sha256(body))


def sha256(text: str) -> str:
    """Return the hex digest under which a text is compared, never read."""
    return hashlib.sha256(text.encode()).hexdigest()
