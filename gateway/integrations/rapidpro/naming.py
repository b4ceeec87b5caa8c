"""Legal names from names that people chose: always the same, never two alike."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from gateway.conversation.flow import RESERVED

_LONGEST: Final = 40
_WORDS: Final = 4


class Names:
    """Gives out names, each once; ``taken`` are spoken for from the start."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = set(taken)

    def new(self, wanted: str, fallback: str) -> str:
        """Return a free name near ``wanted``; ``fallback`` where it has no Latin letter to keep."""
        base = slug(wanted) or fallback
        name, number = base, 1
        while name in self._taken:
            number += 1
            ending = f"_{number}"
            name = base[: _LONGEST - len(ending)] + ending
        self._taken.add(name)
        return name


def slug(text: str) -> str:
    """Return ``text`` in the letters of a name, or nothing where it has none to begin with."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    name = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    name = re.sub(r"^[0-9_]+", "", name)[:_LONGEST].rstrip("_")
    return f"{name}_" if name in RESERVED else name


def first_words(text: str) -> str:
    """Return the beginning of a text, enough to know it by."""
    return " ".join(text.split()[:_WORDS])


def key_of(name: str) -> str:
    """Return how RapidPro's expressions call a result or field of this name."""
    return re.sub(r"[^a-z0-9_]", "_", name.strip().lower())
