"""Lao in Latin letters has no spelling convention: forms are compared by a skeleton, and by distance as an echo."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

# One symbol a sound; longer spellings first. Capitals stand for sounds that one Latin letter does not write.
_SPELLINGS = (
    ("kh", "k"), ("ph", "p"), ("th", "t"), ("ch", "j"), ("tj", "j"), ("ck", "k"), ("x", "s"), ("w", "v"),
    ("khw", "ku"), ("kw", "ku"), ("ng", "ng"), ("g", "k"), ("nh", "ni"),
    ("iea", "I"), ("ie", "I"), ("ia", "I"),
    ("uea", "E"), ("eua", "E"), ("eau", "E"), ("eu", "E"), ("ue", "E"), ("er", "E"), ("oe", "E"),
    ("ou", "u"), ("oo", "u"),
    ("ae", "e"), ("aa", "a"), ("ar", "a"), ("or", "o"), ("aw", "o"),
    ("au", "ao"), ("eo", "ev"), ("aeo", "ev"),
    ("ee", "i"), ("y", "i"), ("r", "l"),
)  # fmt: skip
_SOUNDS = dict(_SPELLINGS)
_ANY_SPELLING = re.compile("|".join(sorted(_SOUNDS, key=len, reverse=True)))
_DOUBLED = re.compile(r"(.)\1+")
_SILENT = re.compile("(?<=[aeiouEI])h(?![aeiouEI])")
_FINAL = re.compile("[bd](?![aeiouEI])")
_AS_HEARD = {"b": "p", "d": "t"}

_SHORTEST = 5
_LONG = 8


@lru_cache(maxsize=4096)
def skeleton(word: str) -> str:
    """Return the sounds of a romanised ``word`` (folded, without spaces), one symbol each."""
    spelled = _ANY_SPELLING.sub(lambda found: _SOUNDS[found.group()], word)
    sounds = _DOUBLED.sub(r"\1", _SILENT.sub("", spelled))
    return _FINAL.sub(lambda found: _AS_HEARD[found.group()], sounds)


def nearest(word: str, forms: Mapping[str, frozenset[str]], exact_only: Iterable[str]) -> str | None:
    """Return the one of ``forms`` (each with its intents) that ``word`` misspells, or None when that is doubtful.

    Damerau distance 1 from 5 letters, 2 from 8; a form of another intent must be at least one step farther, and
    nothing is said within one step of a form that acts at once.
    """
    if len(word) < _SHORTEST:
        return None
    reach = 2 if len(word) >= _LONG else 1
    near = _within(word, list(forms), reach + 1)
    if not near or near[0][1] > reach:
        return None
    best, distance = near[0]
    if any(other <= distance and forms[form] != forms[best] for form, other in near):
        return None
    return None if _within(word, list(exact_only), 1) else best


def _within(word: str, forms: Sequence[str], reach: int) -> list[tuple[str, float]]:
    """Return the ``forms`` at most ``reach`` letters away with their distance, the nearest first."""
    found = process.extract(word, forms, scorer=DamerauLevenshtein.distance, score_cutoff=reach, limit=None)
    return [(form, distance) for form, distance, _ in found]
