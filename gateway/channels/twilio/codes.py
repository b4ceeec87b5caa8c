"""Twilio's error codes and status words in our five outcomes and our delivery states.

Source: nyaruka/courier's errors.json and twilio.com/docs/api/errors, as tabled in the design of the channels.
"""

from collections.abc import Mapping
from typing import Final

from gateway.channels.meanings import (
    BROKEN,
    DEAD,
    OPTED_OUT,
    OUR_FAULT,
    POLICY,
    THROTTLED,
    UNREACHABLE,
    UNSURE,
    Meaning,
)

_CLASSES: Final[tuple[tuple[Meaning, tuple[int, ...]], ...]] = (
    (OPTED_OUT, (21610, 63033)),
    (THROTTLED, (429, 20429, 63017, 63018, 21611, 30001)),
    (UNREACHABLE, (30003, 30008)),
    (DEAD, (30005, 30006, 21211, 21214, 21612, 21614)),
    (POLICY, (30004, 30007, 63013)),
    (BROKEN, (401, 403, 20003, 20005, 20006, 30002, 21408, 21603, 21606)),
    (OUR_FAULT, (21602, 21617, 21609, 21624)),
)
MEANINGS: Final[Mapping[int, Meaning]] = {code: meaning for meaning, codes in _CLASSES for code in codes}

# A word that is not here is stored with state None and answered 2xx.
STATES: Final[Mapping[str, str]] = {
    "queued": "accepted",
    "accepted": "accepted",
    "scheduled": "accepted",
    "sending": "accepted",
    "sent": "sent",
    "delivered": "delivered",
    "read": "delivered",
    "undelivered": "undelivered",
    "failed": "failed",
    "canceled": "failed",
}


def meaning_of(status: int, code: int) -> Meaning:
    """Judge an HTTP answer that is no success; ``code`` is the provider's, or ``status`` again when it gave none."""
    if status == 429:
        return THROTTLED
    if not 400 <= status < 500:
        # Also a redirect: the bytes left us, and whoever answered gave no verdict on them.
        return UNSURE
    if code in MEANINGS:
        return MEANINGS[code]
    if status in MEANINGS:
        return MEANINGS[status]
    return OUR_FAULT if code != status else UNSURE
