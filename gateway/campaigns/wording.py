"""What a broadcast's text may not hold, and how long it becomes with the longest names in it."""

import re
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from typing import Final, Literal
from unicodedata import normalize

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
    r"h..ps?:|//|\bwww\b|[a-z0-9][@.][^\W\d_]{2,}|\[\.\]"
    r"|[a-z0-9-]{2,} ?[.] ?(?:com|org|net|info|la|th|cn|vn|io|ly|gl|me|co|xyz|link|app|gov|online|asia|biz)\b",
    re.IGNORECASE,
)
"""Letters on both sides of a dot without a blank are a link to many phones, whatever their author meant."""
_DATE: Final = r"(?:[0-2]?\d|3[01])/(?:0?\d|1[0-2])/20[2-4]\d"
_HOUR: Final = r"(?:[01]?\d|2[0-4])[:.][0-5]\d"
_SUM: Final = r"\d{1,3}(?:,\d{3})+"
_YEAR: Final = r"20[2-4]\d"
_NO_NUMBER: Final = re.compile(rf"(?<![\d.:,/])(?:{_DATE}|{_HOUR}|{_SUM}|{_YEAR})(?![.:,/]?\d)")
"""Dates, hours, sums with separators, years of our time: each on its own, for a number is written like that, too."""
_NUMBER: Final = re.compile(r"\+?\d(?:[ .-]?\d){2,}")
_RUN: Final = re.compile(r"\+?\d(?:\W{0,3}\d)*")
_CLAUSE: Final = re.compile(r"[,;.:]\s+|\s+-\s+")
_PART: Final = re.compile(r"[\s-]+")
LONG_RUN: Final = 7  # digits: as many as the shortest number of a telephone that is no short code
MOST_PARTS: Final = 3  # a date and two hours
_HOME: Final = "856"


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a text may not leave; ``detail`` is what stands in it."""

    code: Code
    detail: str = ""


def faults(text: str, guarded: GuardedWords, numbers: Set[str]) -> tuple[Fault, ...]:
    """Return everything that keeps a text from being sent; ``numbers``: those of the verified directory."""
    found = [Fault("placeholder", name) for name in placeholders(text) if name not in PLACES]
    if not found and any(sign in fill(text, dict.fromkeys(PLACES, "")) for sign in "{}"):
        found.append(Fault("placeholder", "{ }"))
    if word := guarded.hit(text):
        found.append(Fault("guarded", word))
    if link := _LINK.search(normalize("NFKC", text).replace("。", ".")):
        found.append(Fault("link", link.group()))
    found += [Fault("number", number) for number in _numbers(text, {_bare(number) for number in numbers})]
    if measure(text).segments > MOST_SEGMENTS:
        found.append(Fault("too_long"))
    return tuple(found)


def refuse(language: str, fault: Fault) -> Conflict:
    """Return the refusal of a fault."""
    said = {
        "too_long": "is longer than three segments: shorten it.",
        "guarded": f"holds a word that must not reach a shared phone: {fault.detail}",
        "link": f"holds a link, leave it out: {fault.detail}",
        "number": f"holds a number that nobody has verified in the directory: {fault.detail}",
        "placeholder": "asks for something that is not known of its readers.",
    }
    return Conflict(f"The {language} text {said[fault.code]}")


def longest(text: str, names: Iterable[Mapping[str, str]]) -> str:
    """Return the text with those names in it that make it longest; itself when it asks for none, or for others."""
    if not placeholders(text) or not {*placeholders(text)} <= {*PLACES}:
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


def _numbers(text: str, known: Set[str]) -> Iterator[str]:
    """Yield what could be dialled and is not known: short ones, and long ones however their digits are parted."""
    digits = ascii_digits(text)
    for hit in _NUMBER.finditer(_NO_NUMBER.sub(" ", digits)):
        if _bare(hit.group()) not in known:
            yield hit.group()
            return
    for run in _RUN.finditer(digits):
        unexplained = [clause for clause in _CLAUSE.split(run.group()) if not _is_explained(clause, known)]
        if sum(map(str.isdigit, "".join(unexplained))) >= LONG_RUN and _bare(run.group()) not in known:
            yield run.group()
            return


def _is_explained(clause: str, known: Set[str]) -> bool:
    """Whether digits are a known number, or a date, hours and sums, a few of them."""
    parts = _PART.split(clause)
    return _bare(clause) in known or (len(parts) <= MOST_PARTS and all(map(_NO_NUMBER.fullmatch, parts)))


def _bare(number: str) -> str:
    digits = re.sub(r"\D", "", number)
    if digits.startswith(_HOME) and len(digits) > len(_HOME) + 5:
        return digits[len(_HOME) :]
    return digits.removeprefix("0")
