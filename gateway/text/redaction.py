"""What a log may say of a text: its length and its script, never a word of it; and which texts belong to one person."""

import re
import unicodedata

_SCRIPTS = ("LAO", "THAI", "LATIN", "DIGIT", "CJK", "KHMER", "MYANMAR", "CYRILLIC", "ARABIC")
_OTHER = "other"
_DIGITS = re.compile(r"\d{4}")


def redacted(text: str) -> str:
    """Return ``text`` as it may be logged: ``<23 characters, lao+latin>``; nothing that was typed is in it."""
    if not text:
        return "<empty>"
    return f"<{len(text)} characters, {'+'.join(scripts(text)) or 'no letters'}>"


def scripts(text: str) -> tuple[str, ...]:
    """Return the scripts of the letters and digits of ``text`` in a fixed order: lao, thai, latin, digit, ... other."""
    found = {_script(character) for character in text if character.isalnum()}
    return tuple(name for name in (*(script.lower() for script in _SCRIPTS), _OTHER) if name in found)


def _script(character: str) -> str:
    """Return the script of a letter; digits of every script count as digits, for they all mean a choice."""
    if character.isdecimal():
        return "digit"
    name = unicodedata.name(character, "")
    return next((script.lower() for script in _SCRIPTS if name.startswith(script)), _OTHER)


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
