"""Phone numbers: read what people type, normalise what networks send, mask, and name the operator."""

import re
from dataclasses import dataclass, field
from typing import Final, Literal

from gateway.contacts.numbering import (
    NEVER_DIALLED,
    Kind,
    could_be_thai,
    foreign_forms,
    known_numbers,
    lao_forms,
    lao_mobile,
    network_forms,
    plain,
)
from gateway.text import lao

Question = Literal["again", "full_number", "which_country", "which_number"]
Reason = Literal[
    "ok",
    "simulated",
    "malformed",
    "alphanumeric",
    "short_code",
    "not_valid",
    "premium",
    "type_not_allowed",
    "country_not_allowed",
]

# Countries whose numbers may get a reply: Laos, its neighbours and where its people work (channels.md, phone safety).
REPLY_COUNTRIES: Final = frozenset({"LA", "TH", "VN", "KH", "MM", "CN", "MY"})

_SIMULATED: Final = re.compile(r"\+85620000000\d\d")
_NUMBER: Final = re.compile(r"\+?[ ()]*\d(?:[ \t\xa0().\-\u2010-\u2015]*\d)+")
_EXTENSION: Final = re.compile(r"\d\s*(?:;|,)?\s*(?:ext\b|ext=|x\d|#\d)", re.IGNORECASE)
_THAILAND: Final = tuple(lao.key(word) for word in ("thailand", "ไทย", "ປະເທດໄທ", "ເມືອງໄທ", "ຝັ່ງໄທ"))
_LONGEST_ADDRESS: Final = 64


@dataclass(frozen=True, slots=True)
class PhoneReading:
    """What a person's text says of a phone: ``e164`` when sure, else the ``question`` to ask once.

    ``country`` is ISO 3166-1. Questions: ``again`` (nothing valid), ``full_number`` (digits are missing),
    ``which_country``, ``which_number`` (two were given).
    """

    e164: str | None = field(default=None, repr=False)
    country: str | None = None
    kind: Kind = "none"
    question: Question | None = None


@dataclass(frozen=True, slots=True)
class Address:
    """Who sent a message, as a network names the sender.

    ``e164`` is None for names, short codes and invalid numbers; ``identity`` then still tells one sender from
    another. Only ``replyable`` addresses are ever written to; ``reason`` says why not.
    """

    e164: str | None = field(repr=False)
    replyable: bool
    reason: Reason
    country: str | None = None
    kind: Kind = "none"
    identity: str = field(default="", repr=False)


SIMULATED_TEAM: Final = frozenset({"+8562000000048", "+8562000000049"})
"""The phones of the team in the demo: two of the simulator's, one of a Lao reader and one of an English."""


def read_phone(text: str, *, sender_country: str | None = None, simulated: bool = False) -> PhoneReading:
    """Read the phone number in ``text``; ``sender_country`` (ISO 3166-1) is where the sender's own number belongs.

    Never raises and never guesses between countries. ``simulated`` accepts the reserved demo numbers too.
    """
    typed = plain(text)
    if _EXTENSION.search(typed):
        return PhoneReading(question="again")
    thai = sender_country == "TH" or any(word in lao.key(typed) for word in _THAILAND)
    readings = {
        _one_number(run.group(), thai=thai, country=sender_country, simulated=simulated)
        for run in _NUMBER.finditer(typed)
        if sum(map(str.isdigit, run.group())) >= 6
    }
    sure = [reading for reading in readings if reading.e164]
    if len(sure) == 1:
        return sure[0]
    if sure:
        return PhoneReading(question="which_number")
    return readings.pop() if len(readings) == 1 else PhoneReading(question="again")


def normalise_msisdn(raw: str, *, country: str = "LA") -> Address:
    """Normalise a network's sender address; ``country`` is the channel's own, for numbers without ``+``.

    Every digit script and direction marks give one E.164. Extensions, ``tel:`` and NUL are malformed. Never raises.
    """
    text = plain(raw).strip()
    if not text or len(text) > _LONGEST_ADDRESS or re.search(r"[\x00-\x1f\x7f;:=@,]", text):
        return Address(None, False, "malformed", identity=_identity(text))
    if re.search(r"[^\d+\s().\-]", text):
        return Address(None, False, "alphanumeric", identity=_identity(text))
    digits = re.sub(r"\D", "", text)
    if not digits or "+" in text.lstrip("( ")[1:]:
        return Address(None, False, "malformed", identity=_identity(text))
    if len(digits) <= 6 and not text.startswith("+"):
        return Address(None, False, "short_code", identity=digits)
    if is_simulated("+" + digits):
        return Address("+" + digits, True, "simulated", "LA", "simulated", "+" + digits)
    known = known_numbers(network_forms(digits, text.startswith("+"), country))
    if len(known) != 1:
        return Address(None, False, "not_valid", identity=digits)
    return _address(*known[0])


def mask(e164: str) -> str:
    """Show a number as console and logs may: two dots and its last two digits, ``..01``."""
    return ".." + e164[-2:]


def is_simulated(e164: str) -> bool:
    """Whether this is one of the hundred reserved numbers of the simulator, +856 20 00 000 0xx."""
    return _SIMULATED.fullmatch(e164) is not None


def is_premium(number: str) -> bool:
    """Whether a number costs more than any text is worth: premium, shared cost, satellite, even if not assigned."""
    if lao_mobile(number) == number:
        return False  # what nearly every text goes to is seen at a glance: the library takes longer than the rest
    return number.startswith(NEVER_DIALLED) or normalise_msisdn(number).reason == "premium"


def country_of(e164: str) -> str | None:
    """Country (ISO 3166-1) of a valid number, Laos for a simulated one, else None."""
    if is_simulated(e164):
        return "LA"
    known = known_numbers([e164])
    return known[0][1] if known else None


def _identity(text: str) -> str:
    known = text.replace("\x00", "").casefold().encode("utf-8", "replace").decode("utf-8")
    return " ".join(known.split())[:_LONGEST_ADDRESS]


def _one_number(run: str, *, thai: bool, country: str | None, simulated: bool) -> PhoneReading:
    digits = re.sub(r"\D", "", run)
    forms = lao_forms(digits, "+" in run)
    if simulated and (demo := next(filter(is_simulated, forms), None)):
        return PhoneReading(demo, "LA", "simulated")
    ours = known_numbers(forms)
    if not ours and len(digits) in (6, 7) and "+" not in run:
        return PhoneReading(question="full_number")
    theirs = [] if "+" in run else known_numbers(foreign_forms(digits, "TH" if thai else country))
    if ours and theirs and ours[0][2] == "fixed" and ours != theirs:
        # A Lao fixed line and one abroad can look the same; a Lao mobile number is never doubted.
        return PhoneReading(question="which_country")
    for number, place, kind in ours or theirs:
        if kind in ("mobile", "fixed"):
            return PhoneReading(number, place, kind)
    return PhoneReading(question="which_country" if could_be_thai(digits) else "again")


def _address(e164: str, country: str, kind: Kind) -> Address:
    reason: Reason = "ok"
    if kind == "premium":
        reason = "premium"
    elif country not in REPLY_COUNTRIES:
        reason = "country_not_allowed"
    elif kind != "mobile":
        reason = "type_not_allowed"
    return Address(e164, reason == "ok", reason, country, kind, e164)
