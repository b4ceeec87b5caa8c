"""Lao in Latin letters has no spelling convention: forms are compared by a skeleton, and by distance as an echo."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from rapidfuzz.distance import DamerauLevenshtein

# One symbol a sound; longer spellings first. Capitals stand for sounds that one Latin letter does not write.
_SPELLINGS = (
    ("kh", "k"), ("ph", "p"), ("th", "t"), ("ch", "j"), ("x", "s"), ("w", "v"),
    ("iea", "I"), ("ie", "I"), ("ia", "I"),
    ("uea", "E"), ("eua", "E"), ("eau", "E"), ("eu", "E"), ("ue", "E"), ("er", "E"), ("oe", "E"),
    ("ou", "u"), ("oo", "u"),
    ("ae", "e"), ("aa", "a"), ("ar", "a"), ("or", "o"), ("aw", "o"),
    ("ee", "i"), ("y", "i"), ("r", "l"),
)  # fmt: skip
_SOUNDS = dict(_SPELLINGS)
_ANY_SPELLING = re.compile("|".join(sorted(_SOUNDS, key=len, reverse=True)))
_DOUBLED = re.compile(r"(.)\1+")
_FINAL = re.compile("[bd](?![aeiouEI])")

_SHORTEST = 5
_LONG = 8


@lru_cache(maxsize=4096)
def skeleton(word: str) -> str:
    """Return the sounds of a romanised ``word`` (folded, without spaces), one symbol each."""
    sounds = _DOUBLED.sub(r"\1", _ANY_SPELLING.sub(lambda found: _SOUNDS[found.group()], word))
    return _FINAL.sub(lambda found: "p" if found.group() == "b" else "t", sounds)


def nearest(word: str, forms: Mapping[str, frozenset[str]], exact_only: Iterable[str]) -> str | None:
    """Return the one of ``forms`` (each with its intents) that ``word`` misspells, or None when that is doubtful.

    Damerau distance 1 from 5 letters, 2 from 8; a form of another intent must be at least one step farther, and
    nothing is said within one step of a form that acts at once.
    """
    if len(word) < _SHORTEST:
        return None
    reach = 2 if len(word) >= _LONG else 1
    best, best_distance, rivals = None, reach + 1, reach + 2
    for form, intents in forms.items():
        if abs(len(form) - len(word)) > reach + 1:
            continue
        distance = DamerauLevenshtein.distance(word, form, score_cutoff=reach + 1)
        if best is not None and intents == forms[best]:
            best, best_distance = (form, distance) if distance < best_distance else (best, best_distance)
        elif distance < best_distance:
            rivals = best_distance if best is not None else rivals
            best, best_distance = form, distance
        else:
            rivals = min(rivals, distance)
    if best is None or best_distance > reach or rivals <= best_distance:
        return None
    return None if any(DamerauLevenshtein.distance(word, form, score_cutoff=1) <= 1 for form in exact_only) else best
