"""Hotlines: candidates until a named person has dialled them, printed with their country, stale after 180 days."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal

State = Literal["candidate", "verified", "stale"]

VERIFIED_FOR: Final = timedelta(days=180)
RECORDED: Final = "recorded"
NO_LAO: Final = "no_lao"

# What a text asks for -> the purposes that serve it, best first.
ROLES: Final[Mapping[str, tuple[str, ...]]] = {
    "emergency": ("emergency",),
    "police": ("emergency",),
    "women": ("women", "trafficking", "social"),
    "women_union": ("women", "trafficking"),
    "trafficking": ("trafficking", "women", "social"),
    "help": ("trafficking", "women", "social", "counselling"),
    "labour": ("labour", "trafficking", "social"),
    "child": ("child", "youth", "trafficking", "social"),
    "youth": ("youth", "child", "counselling"),
}


@dataclass(frozen=True, slots=True)
class Hotline:
    """One line in one country; its key is country and number, for 1191 rings elsewhere in each country.

    ``country`` is ISO 3166-1. ``number``: a short code, or E.164. ``nationals_only``: never offered to Lao people.
    ``recorded``: calls are recorded, which is said before the number. ``verified_on`` and ``expires`` are dates of the
    operator who dialled it, at most 180 days apart.
    """

    id: str
    country: str
    number: str
    owner: str
    purposes: tuple[str, ...]
    hours: str = "unknown"
    toll_free: str = "unknown"
    languages: tuple[str, ...] = ()
    audience: str = ""
    source: str = ""
    source_year: str = ""
    confidence: str = ""
    note: str = ""
    nationals_only: bool = False
    recorded: bool = False
    verified_by: str = ""
    verified_on: date | None = None
    expires: date | None = None


def state(entry: Hotline, now: datetime) -> State:
    """Where the entry stands at ``now``: ``candidate`` until fully verified, then ``verified``, then ``stale``."""
    if not entry.verified_by or entry.verified_on is None or entry.expires is None:
        return "candidate"
    # Dates are local to the operator, ``now`` is UTC: a number dialled early on a Lao morning counts at once.
    if entry.verified_on > now.date() + timedelta(days=1) or entry.expires < entry.verified_on:
        return "candidate"
    last = min(entry.expires, entry.verified_on + VERIFIED_FOR)
    return "verified" if now.date() <= last else "stale"


def sendable(entry: Hotline, now: datetime) -> bool:
    """Whether the number may stand in a text: verified, not expired, and not for nationals only."""
    return state(entry, now) == "verified" and not entry.nationals_only


def short(entry: Hotline) -> bool:
    """Whether the number is a short code, which works only inside its own country."""
    return not entry.number.startswith("+")


def printable(entry: Hotline, words: Mapping[str, str]) -> str:
    """Text of the entry for a person: always the country, then the number, such as ``Laos 1362``.

    ``words`` comes from the catalogue: names of countries by ISO code (without one its code is printed), and what is
    said of a line under ``RECORDED`` and ``NO_LAO``. Of languages nobody has asked about, nothing is said.
    """
    foreign = bool(entry.languages) and "lo" not in entry.languages
    remarks = [
        words[name] for name, holds in ((RECORDED, entry.recorded), (NO_LAO, foreign)) if holds and name in words
    ]
    said = f"{words.get(entry.country, entry.country)} {entry.number}"
    return f"{said} ({', '.join(remarks)})" if remarks else said


def choose(
    entries: Iterable[Hotline], role: str, country: str, now: datetime, *, phone_country: str | None = None
) -> Hotline | None:
    """Best sendable line for ``role`` in the ``country`` where the person is; None: send the text without digits.

    ``phone_country`` is where her phone can dial short codes now (default: where she is). Of equal purpose, lines
    that take Lao come first, then free ones, then by id. An unknown role is its own purpose.
    """
    purposes = ROLES.get(role, (role,))
    dialled_from = phone_country or country
    fit = [
        entry
        for entry in entries
        if entry.country == country
        and sendable(entry, now)
        and not set(purposes).isdisjoint(entry.purposes)
        and (not short(entry) or dialled_from == country)
    ]
    return min(fit, key=lambda entry: _rank(entry, purposes), default=None)


def _rank(entry: Hotline, purposes: tuple[str, ...]) -> tuple[int, bool, bool, str]:
    best = min(purposes.index(purpose) for purpose in entry.purposes if purpose in purposes)
    return best, "lo" not in entry.languages, entry.toll_free != "yes", entry.id
