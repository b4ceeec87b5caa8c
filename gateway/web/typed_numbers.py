"""Numbers as people type them: Lao digits, and sums with dots, commas or spaces between thousands."""

import re
from typing import Final

from gateway.errors import Conflict
from gateway.text.lao import ascii_digits

LONGEST_SUM: Final = 12  # digits
_SUM: Final = re.compile(r"[0-9]{1,3}(?:([., ])[0-9]{3})?(?:\1[0-9]{3}){0,2}")
_PLAIN_SUM: Final = re.compile(rf"[0-9]{{1,{LONGEST_SUM}}}")
_DAYS: Final = re.compile(r"[0-9]{1,4}")


class UnreadableNumber(Conflict):
    """A field wants a whole number and says something else; ``field`` is the id of its label's text."""

    def __init__(self, field: str, example: str) -> None:
        super().__init__()
        self.field, self.example = field, example


def kip_of(typed: str, field: str) -> int | None:
    """Return a sum; None for nothing; UnreadableNumber for what is no whole number of kip."""
    plain = _plain(typed)
    if not plain:
        return None
    if _PLAIN_SUM.fullmatch(plain) or _SUM.fullmatch(plain):
        return int(re.sub("[., ]", "", plain))
    raise UnreadableNumber(field, "100,000")


def days_of(typed: str, field: str, example: str) -> int | None:
    """Return a number of days; None for nothing; UnreadableNumber for what is none."""
    plain = _plain(typed)
    if not plain:
        return None
    if _DAYS.fullmatch(plain):
        return int(plain)
    raise UnreadableNumber(field, example)


def _plain(typed: str) -> str:
    return " ".join(ascii_digits(typed).split())
