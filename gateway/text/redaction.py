"""Which texts belong to one person, and what of a text is never kept."""

import re

_DIGITS = re.compile(r"\d{4}")


def personal(text: str) -> bool:
    """Whether a text of ours may belong to one person: it holds a code, a PIN or a number (four digits in a row).

    Such a text is never remembered between two messages.
    """
    return _DIGITS.search(text) is not None


def without_last_digits(text: str, count: int) -> str:
    """Return ``text`` with its last ``count`` digits, of any script, starred out; a PIN is never stored."""
    if count == 0:
        return text
    places = [place for place, character in enumerate(text) if character.isdecimal()][-count:]
    return "".join("*" if place in places else character for place, character in enumerate(text))
