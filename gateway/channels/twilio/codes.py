"""Twilio's error codes and status words in our five outcomes and our delivery states.

Source: nyaruka/courier's errors.json and twilio.com/docs/api/errors, as tabled in the design of the channels.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from gateway.ports.channel import Outcome, SendResult


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a class of codes means for the text, for its phone and for the people who run the gateway."""

    outcome: Outcome
    words: str
    opted_out: bool = False
    dead_number: bool = False
    throttled: bool = False
    alarm: bool = False


OPTED_OUT = Meaning("permanent", "the phone unsubscribed at the provider", opted_out=True)
THROTTLED = Meaning("temporary", "too fast for the provider", throttled=True)
UNREACHABLE = Meaning("temporary", "the phone cannot be reached now")
DEAD = Meaning("permanent", "no such phone, or it takes no texts", dead_number=True)
POLICY = Meaning("permanent", "content or policy refused", alarm=True)
OUR_FAULT = Meaning("permanent", "the request was wrong", alarm=True)
BROKEN = Meaning("broken", "credentials, sender or account refused", alarm=True)
UNSURE = Meaning("ambiguous", "no usable verdict")

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


def as_result(
    meaning: Meaning, code: int | None, *, provider_id: str | None = None, retry_after: float | None = None
) -> SendResult:
    """Write a meaning as the result of one attempt."""
    return SendResult(
        meaning.outcome,
        provider_id=provider_id,
        provider_code=None if code is None else str(code),
        retry_after=retry_after,
        opted_out=meaning.opted_out,
        dead_number=meaning.dead_number,
        throttled=meaning.throttled,
        detail=meaning.words,
    )
