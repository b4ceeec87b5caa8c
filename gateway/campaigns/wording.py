"""What a broadcast's text may not hold, and how long it becomes with the longest names in it."""

import re
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from typing import Final, Literal

from gateway.errors import Conflict
from gateway.text.catalogue import fill, placeholders
from gateway.text.guarded import GuardedWords
from gateway.text.lao import ascii_digits
from gateway.text.segments import encoding_of, measure

MOST_SEGMENTS: Final = 3
PLACES: Final = ("district", "province")
"""What a text may ask for of its reader: nothing personal, and nothing that an imported list says.

Districts are the gateway's own names; a village is a cell of somebody's file, by which one person could write what two
must approve.
"""

Code = Literal["too_long", "guarded", "link", "number", "placeholder"]

_LINK: Final = re.compile(
    r"https?:|www\.|[a-z0-9-]{2,}\.(?:com|org|net|info|la|th|cn|vn|io|ly|gl|me|co|link|app|gov)\b", re.IGNORECASE
)
_NO_NUMBER: Final = re.compile(r"\d{1,2}/\d{1,2}/\d{4}|\d{1,2}[:.]\d{2}\b|\d{1,3}(?:,\d{3})+|\b20[2-4]\d\b")
"""Dates, hours, sums with separators, years of our time."""
_NUMBER: Final = re.compile(r"\+?\d(?:[ .-]?\d){2,}")
_HOME: Final = "856"


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a text may not leave; ``detail`` is what stands in it."""

    code: Code
    detail: str = ""


def faults(text: str, guarded: GuardedWords, numbers: Set[str]) -> tuple[Fault, ...]:
    """Return everything that keeps a text from being sent; ``numbers``: those of the verified directory."""
    found = [Fault("placeholder", name) for name in placeholders(text) if name not in PLACES]
    if guarded.hit(text) is not None:
        found.append(Fault("guarded"))
    if link := _LINK.search(text):
        found.append(Fault("link", link.group()))
    known = {_bare(number) for number in numbers}
    plain = _NO_NUMBER.sub(" ", ascii_digits(text))
    found += [Fault("number", hit.group()) for hit in _NUMBER.finditer(plain) if _bare(hit.group()) not in known]
    if measure(text).segments > MOST_SEGMENTS:
        found.append(Fault("too_long"))
    return tuple(found)


def refuse(language: str, fault: Fault) -> Conflict:
    """Return the refusal of a fault."""
    said = {
        "too_long": "is longer than three segments: shorten it.",
        "guarded": "holds a word that must not reach a shared phone.",
        "link": "holds a link: leave it out.",
        "number": "holds a number that nobody has verified in the directory.",
        "placeholder": "asks for something that is not known of its readers.",
    }
    return Conflict(f"The {language} text {said[fault.code]}")


def longest(text: str, names: Iterable[Mapping[str, str]]) -> str:
    """Return the text with those names in it that make it longest; itself when it asks for none."""
    if not placeholders(text):
        return text
    filled = [fill(text, name) for name in names]
    return max(filled, key=lambda one: (measure(one).segments, measure(one).units), default=text)


def culprits(text: str) -> tuple[tuple[str, int], ...]:
    """Return the characters that make a text UCS-2, each with the characters of room that it costs.

    Empty where the letters themselves need it, as in Lao: there is nothing to shorten then.
    """
    foreign = [sign for sign in dict.fromkeys(text) if encoding_of(sign) == "ucs2"]
    if not foreign or any(sign.isalpha() and not sign.isascii() and ord(sign) > 0x24F for sign in foreign):
        return ()
    return tuple((sign, 90) for sign in foreign)


def _bare(number: str) -> str:
    digits = re.sub(r"\D", "", number)
    if digits.startswith(_HOME) and len(digits) > len(_HOME) + 5:
        return digits[len(_HOME) :]
    return digits.removeprefix("0")
