"""Reads a typed reply by one reply test and returns what it is worth saving; out of range is a failed try."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final

from gateway.conversation.flow import ReplyTest
from gateway.conversation.library import Library
from gateway.conversation.matching import digits_of, lone_code, lone_pin, squeezed
from gateway.text import lao
from gateway.text.commands import Command
from gateway.text.dates import read_date

_NUMBER: Final = re.compile(r"[0-9]{1,9}")
_SIZE: Final = 300
TODAY: Final = "today"


@dataclass(frozen=True, slots=True)
class Reply:
    """A typed reply and what surrounds it."""

    text: str
    library: Library
    values: Mapping[str, str]
    tags: frozenset[str]
    country: str | None
    today: date | None = None


def passes(test: ReplyTest, reply: Reply) -> str | None:
    """Return the value a reply has under a test (may be empty), or None when the test fails."""
    return _READERS[test.name](test, reply)


def command(test: ReplyTest, reply: Reply) -> Command | None:
    """Return the officer's order if it is the one a test asks for; a misspelt verb is none."""
    found = reply.library.lexicon.command(reply.text)
    wanted = test.argument.casefold()
    return found if found is not None and found.sure and found.verb.casefold() == wanted else None


def _in_range(number: int, test: ReplyTest) -> str | None:
    low, high = int(test.low or 0), int(test.high or 999_999_999)
    return str(number) if low <= number <= high else None


def _number(test: ReplyTest, reply: Reply) -> str | None:
    found = _NUMBER.search(lao.key(reply.text))
    if found is None:
        digits = digits_of(reply.text, reply.library.lexicon)
        return _in_range(int(digits), test) if digits and len(digits) < 10 else None
    return _in_range(int(found[0]), test)


def _date(test: ReplyTest, reply: Reply) -> str | None:
    day = read_date(reply.text)
    value = day.isoformat() if day is not None else ""
    low, high = _limit(test.low, reply), _limit(test.high, reply)
    return value if value and (not low or value > low) and (not high or value < high) else None


def _limit(written: str, reply: Reply) -> str:
    """Return a limit as a day: one of today and so many days is a day of the person's calendar."""
    if not written.startswith(TODAY) or reply.today is None:
        return written
    return (reply.today + timedelta(days=int(written.removeprefix(TODAY) or 0))).isoformat()


def _words(test: ReplyTest, reply: Reply) -> str | None:
    found = reply.library.lexicon.words(reply.text)
    wanted = set(test.options)
    if wanted <= found if test.every else wanted & found:
        return ",".join(sorted(wanted & found))
    return None


def _equals(test: ReplyTest, reply: Reply) -> str | None:
    plain = squeezed(reply.text)
    return next((option for option in test.options if squeezed(option) == plain), None)


def _starts(test: ReplyTest, reply: Reply) -> str | None:
    plain = squeezed(reply.text)
    return next((option for option in test.options if plain.startswith(squeezed(option))), None)


def _key(test: ReplyTest, reply: Reply) -> str | None:
    digits = digits_of(reply.text, reply.library.lexicon)
    return digits if digits and digits in test.options else None


def _pattern(test: ReplyTest, reply: Reply) -> str | None:
    found = re.fullmatch(test.argument, lao.key(reply.text)[:_SIZE])
    return found[0][:40] if found else None


def _place(test: ReplyTest, reply: Reply) -> str | None:
    reading = reply.library.places.read(reply.text, test.within or None)
    if len(reading.places) != 1 or reading.question is not None:
        return None
    place = reading.places[0]
    return place.code if test.within in ("", place.province) and test.argument in ("", place.level) else None


def _phone(test: ReplyTest, reply: Reply) -> str | None:
    reading = reply.library.read_phone(reply.text, sender_country=reply.country)
    if reading.e164 is None or (test.options and reading.country not in test.options):
        return None
    return reading.e164


def _any_text(test: ReplyTest, reply: Reply) -> str | None:
    return "" if reply.text.strip() and len(reply.text) <= int(test.high or 1000) else None


def _case_code(test: ReplyTest, reply: Reply) -> str | None:
    return lone_code(reply.text) or None


def _case_pin(test: ReplyTest, reply: Reply) -> str | None:
    """Read a PIN; it is saved nowhere, so its value is empty. It needs the code that the value named holds."""
    return "" if test.argument in reply.values and lone_pin(reply.text) else None


def _said(intent: str) -> Callable[[ReplyTest, Reply], str | None]:
    def read(test: ReplyTest, reply: Reply) -> str | None:
        return intent.lower() if intent in reply.library.lexicon.whole(reply.text) else None

    return read


def _found(truth: bool) -> str | None:
    return "" if truth else None


_READERS: Final[Mapping[str, Callable[[ReplyTest, Reply], str | None]]] = MappingProxyType(
    {
        "key": _key,
        "equals": _equals,
        "words": _words,
        "starts": _starts,
        "pattern": _pattern,
        "number": _number,
        "age": _number,
        "date": _date,
        "place": _place,
        "phone": _phone,
        "yes": _said("YES"),
        "no": _said("NO"),
        "any_text": _any_text,
        "empty": lambda test, reply: _found(not reply.text.strip()),
        "too_long": lambda test, reply: _found(len(reply.text) > int(test.high or _SIZE)),
        "guarded": lambda test, reply: _found(reply.library.guarded.hit(reply.text) is not None),
        "member": lambda test, reply: _found(test.argument in reply.tags),
        "answered": lambda test, reply: _found(test.argument in reply.values),
        "command": lambda test, reply: _found(command(test, reply) is not None),
        "case_code": _case_code,
        "case_pin": _case_pin,
    }
)
