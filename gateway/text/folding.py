"""How a typed message and a lexicon form are made comparable: punctuation gone, Lao words with no space between."""

import re

from gateway.text import lao

_APOSTROPHES = re.compile("['\u2019\u2018\u02bc`\u00b4]")
_NOT_LETTERS = re.compile(rf"[^\w{lao.MARKS}]+|_+")
_SPACE_IN_LAO = re.compile("(?<=[\u0e00-\u0eff]) (?=[\u0e00-\u0eff])")


def folded(text: str) -> str:
    """Return ``text`` by ``lao.key``, punctuation as single spaces, none between Lao or Thai letters."""
    words = _NOT_LETTERS.sub(" ", lao.key(_APOSTROPHES.sub("", text))).strip()
    return words if words.isascii() else _SPACE_IN_LAO.sub("", words)


def squeezed(words: str) -> str:
    """Return folded ``words`` without any space: what two spellings of one form have in common."""
    return words.replace(" ", "")
