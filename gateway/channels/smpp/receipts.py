"""Receipts that come as deliver_sm: optional fields first, the customary text where they are missing."""

import re
from dataclasses import dataclass
from typing import Final

from gateway.binds import IdBase
from gateway.channels.smpp.coding import part_of
from gateway.channels.smpp.records import MESSAGE_STATE, MESSAGE_TYPE, RECEIPT, RECEIPTED_MESSAGE_ID, Delivered

_WORDS: Final = {
    1: "ENROUTE",
    2: "DELIVRD",
    3: "EXPIRED",
    4: "DELETED",
    5: "UNDELIV",
    6: "ACCEPTD",
    7: "UNKNOWN",
    8: "REJECTD",
}
_STATES: Final = {
    "ENROUTE": "accepted",
    "ACCEPTD": "sent",
    "DELIVRD": "delivered",
    "EXPIRED": "expired",
    "DELETED": "failed",
    "UNDELIV": "undelivered",
    "REJECTD": "rejected",
    "UNKNOWN": "unknown",
}
_FIELD: Final = r"(?:^|\s){}:\s*(\S+)"
_ID, _STAT, _ERR = (re.compile(_FIELD.format(name), re.IGNORECASE) for name in ("id", "stat", "err"))


@dataclass(frozen=True, slots=True)
class Word:
    """What one receipt says; ``state`` is ours, or None when the word is unknown."""

    provider_id: str
    word: str
    state: str | None
    code: str | None


def is_receipt(delivered: Delivered) -> bool:
    """Whether a deliver_sm is about one of our own texts."""
    return delivered.esm_class & MESSAGE_TYPE == RECEIPT or RECEIPTED_MESSAGE_ID in delivered.tlvs


def read(delivered: Delivered) -> Word | None:
    """Return what a receipt says, or None when it names no message."""
    text = part_of(delivered).octets.decode("latin-1")
    named = delivered.tlvs.get(RECEIPTED_MESSAGE_ID, b"").rstrip(b"\x00").decode("latin-1") or _found(_ID, text)
    if not named:
        return None
    told = _WORDS.get(delivered.number(MESSAGE_STATE) or 0) or (_found(_STAT, text) or "").upper()
    code = _found(_ERR, text)
    return Word(named[:64], told[:16] or "?", _STATES.get(told), None if code is None else code[:16])


def same_base(receipted: str, base: IdBase) -> str:
    """Return a receipt's id in the base of the submit response; ``base`` is the one that receipts are written in."""
    try:
        if base == "dec":
            return f"{int(receipted, 10):x}"
        if base == "hex":
            return str(int(receipted, 16))
    except ValueError:
        return receipted
    return receipted


def plain(provider_id: str, base: IdBase) -> str:
    """Return a submit response's id without what its base leaves open: leading zeros and capitals."""
    return provider_id if base == "auto" else provider_id.lower().lstrip("0") or "0"


def candidates(receipted: str) -> tuple[str, ...]:
    """Return how a submit response may have written the id of a receipt: as it is, else in the other base."""
    found = [receipted]
    for base, other in ((10, "{:x}"), (10, "{:X}"), (16, "{}")):
        try:
            found.append(other.format(int(receipted, base)))
        except ValueError:
            continue
    return tuple(dict.fromkeys(found))


def _found(pattern: re.Pattern[str], text: str) -> str | None:
    match = pattern.search(text)
    return match[1] if match else None
