"""RapidPro's tests of an answer as this gateway's reply tests; each says what it loses, or why there is none."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any, Final

from gateway.integrations.rapidpro.wording import has_expression, worded

_HIGHEST: Final = 999_999_999
_WHOLE: Final = "only as the whole answer"


@dataclass(frozen=True, slots=True)
class Reading:
    """A test as it is written here; ``kind`` of value it reads is empty for words; ``refused`` says why not."""

    test: str | dict[str, Any] = ""
    kind: str = ""
    narrowed: str = ""
    refused: str = ""

    @property
    def words(self) -> list[str]:
        """The texts this test is equal to."""
        return list(self.test.get("equals", ())) if isinstance(self.test, dict) else []

    def joined(self, other: "Reading") -> "Reading":
        """Return both tests of words as one."""
        words = list(dict.fromkeys([*self.words, *other.words]))
        return Reading({"equals": words}, narrowed=self.narrowed or other.narrowed)


def read_test(name: str, arguments: tuple[str, ...]) -> Reading:
    """Return a test of RapidPro as one of ours."""
    if name not in _READERS:
        return Reading(refused=_REASONS.get(name, "this gateway has no such test"))
    if any(has_expression(argument) for argument in arguments):
        return Reading(refused="it compares with something computed")
    plain = tuple(" ".join(worded(argument).parts) for argument in arguments)
    return _READERS[name](plain)


def _any_word(arguments: tuple[str, ...]) -> Reading:
    words = list(dict.fromkeys(word for argument in arguments for word in argument.split()))
    return _equals(words, _WHOLE)


def _phrase(arguments: tuple[str, ...]) -> Reading:
    return _equals([argument for argument in arguments[:1] if argument], _WHOLE)


def _exactly(arguments: tuple[str, ...]) -> Reading:
    return _equals([argument for argument in arguments[:1] if argument], "")


def _equals(words: list[str], narrowed: str) -> Reading:
    if not words:
        return Reading(refused="it has nothing to compare with")
    return Reading({"equals": words}, narrowed=narrowed)


def _beginning(arguments: tuple[str, ...]) -> Reading:
    if not "".join(arguments[:1]):
        return Reading(refused="it has nothing to compare with")
    return Reading({"starts": list(arguments[:1])})


def _numbers(low: Callable[[list[int]], int], high: Callable[[list[int]], int], count: int) -> "_Reader":
    """Return a reader of a range; its limits are computed from ``count`` whole arguments."""

    def read(arguments: tuple[str, ...]) -> Reading:
        if len(arguments) < count or not all(argument.isascii() and argument.isdigit() for argument in arguments):
            return Reading(refused="it compares with something that is no whole number from 0")
        given = [int(argument) for argument in arguments]
        least, most = low(given), high(given)
        if not 0 <= least <= most <= _HIGHEST:
            return Reading(refused="no whole number from 0 passes it")
        return Reading({"number": {"min": str(least), "max": str(most)}}, kind="number")

    return read


def _dates(after: int | None, before: int | None) -> "_Reader":
    """Return a reader of days around an argument; the limits are so many days from it."""

    def read(arguments: tuple[str, ...]) -> Reading:
        try:
            day = date.fromisoformat("".join(arguments[:1])[:10])
            limits = {"after": after, "before": before}
            found = {key: str(day + timedelta(days=days)) for key, days in limits.items() if days is not None}
        except (ValueError, OverflowError):
            return Reading(refused="it compares with something that is no date such as 2026-11-26")
        return Reading({"date": found}, kind="date")

    return read


def _phone(arguments: tuple[str, ...]) -> Reading:
    country = "".join(arguments[:1]).upper()
    return Reading({"phone": {"countries": [country]}} if len(country) == 2 else "phone", kind="phone")


def _place(level: str) -> "_Reader":
    def read(arguments: tuple[str, ...]) -> Reading:
        return Reading({"place": level}, kind="place", narrowed="read against the places of this gateway")

    return read


_Reader = Callable[[tuple[str, ...]], Reading]
_READERS: Final[Mapping[str, _Reader]] = MappingProxyType(
    {
        "has_any_word": _any_word,
        "has_all_words": _phrase,
        "has_phrase": _phrase,
        "has_only_phrase": _exactly,
        "has_only_text": _exactly,
        "has_beginning": _beginning,
        "has_text": lambda arguments: Reading("any_text", kind="sealed"),
        "has_number": lambda arguments: Reading("number", kind="number"),
        "has_number_eq": _numbers(lambda given: given[0], lambda given: given[0], 1),
        "has_number_lt": _numbers(lambda given: 0, lambda given: given[0] - 1, 1),
        "has_number_lte": _numbers(lambda given: 0, lambda given: given[0], 1),
        "has_number_gt": _numbers(lambda given: given[0] + 1, lambda given: _HIGHEST, 1),
        "has_number_gte": _numbers(lambda given: given[0], lambda given: _HIGHEST, 1),
        "has_number_between": _numbers(lambda given: given[0], lambda given: given[1], 2),
        "has_date": lambda arguments: Reading("date", kind="date"),
        "has_date_eq": _dates(-1, 1),
        "has_date_lt": _dates(None, 0),
        "has_date_gt": _dates(0, None),
        "has_phone": _phone,
        "has_state": _place("province"),
        "has_district": _place("district"),
    }
)
_REASONS: Final = MappingProxyType(
    {
        "has_pattern": "an expression that need not end in linear time, and reads no Lao letter as a word",
        "has_email": "an address says who somebody is; none is asked for here",
        "has_image": "SMS and USSD carry no pictures",
        "has_audio": "SMS and USSD carry no sound",
        "has_video": "SMS and USSD carry no film",
        "has_location": "SMS and USSD carry no position",
        "has_intent": "needs a service that would read what people typed",
        "has_top_intent": "needs a service that would read what people typed",
        "has_ward": "places are known down to the district",
    }
)


def simply_passes(name: str, arguments: tuple[str, ...], text: str) -> bool:
    """Say whether RapidPro itself would let a short fixed text, such as a quick reply, pass a test of words."""
    said = _tokens(text)
    wanted = [_tokens(argument) for argument in arguments]
    flat = [word for words in wanted for word in words]
    if name == "has_any_word":
        return any(word in said for word in flat)
    if name == "has_all_words":
        return bool(flat) and all(word in said for word in flat)
    if name in ("has_only_phrase", "has_only_text"):
        return bool(wanted) and said == wanted[0]
    if name in ("has_phrase", "has_beginning"):
        starts = range(len(said)) if name == "has_phrase" else range(1)
        return bool(flat) and any(said[start : start + len(flat)] == flat for start in starts)
    if name == "has_number_eq":
        return bool(flat) and flat[0] in said
    return name == "has_text" and bool(text.strip())


def _tokens(text: str) -> list[str]:
    return "".join(sign if sign.isalnum() or ord(sign) > 0x2FF else " " for sign in text.casefold()).split()
