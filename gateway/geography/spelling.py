"""How place names are compared: folded, without spaces, by sound, and one letter apart."""

import re
import unicodedata
from dataclasses import dataclass

from gateway.text import lao

_BETWEEN_WORDS = re.compile(r"[^\w\u0e80-\u0eff]+|_")
_CHANGES_SCRIPT = re.compile(r"(?<=[\u0e80-\u0eff])(?=[a-z0-9])|(?<=[a-z0-9])(?=[\u0e80-\u0eff])")

# Romanised Lao has no spelling convention; what sounds alike is written alike (conversation.md section 12).
_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"([kpt])h", r"\1"),
        (r"x", "s"),
        (r"ch", "j"),
        (r"w", "v"),
        (r"[ou]+a?[iy]+", "ui"),
        (r"r(?=[kmn])", ""),
        (r"r", "l"),
        (r"eua|uea|eu|ue|oe|er", "e"),
        (r"ou|oo", "u"),
        (r"ae", "e"),
        (r"aa", "a"),
        (r"or|aw", "o"),
        (r"ia", "ie"),
        (r"ee|[yi]+", "i"),
        (r"ie", "i"),
        (r"(?<=[^aeiou])e$", ""),
        (r"b$", "p"),
        (r"d$", "t"),
        (r"(.)\1+", r"\1"),
    )
)

# Vowel signs, tone marks and other signs that belong to the letter before them.
_DEPENDENT = re.compile(r"[\u0eb0-\u0ebd\u0ec8-\u0ece]")
_LEADING_VOWELS = "ເແໂໃໄ"
_CONSONANT = re.compile(r"[\u0e81-\u0eac\u0eae]")
# A consonant that could close the syllable before it, unless a vowel of its own follows.
_CLOSING = re.compile(r"[ກງດນບມຍວຊຈ](?![\u0eb0-\u0ebd\u0ec8-\u0eceອວ])")


@dataclass(frozen=True, slots=True)
class Folded:
    """Text as it is compared: without spaces, and the offsets where words began or ended."""

    compact: str
    borders: frozenset[int]


def spaced(text: str, *, tones: bool = True) -> str:
    """Fold ``text``: case, digits, accents, mark order; anything between words becomes one space."""
    folded = lao.key(text) if tones else lao.loose(text)
    bare = "".join(sign for sign in unicodedata.normalize("NFD", folded) if not "\u0300" <= sign <= "\u036f")
    return _BETWEEN_WORDS.sub(" ", _CHANGES_SCRIPT.sub(" ", bare)).strip()


def fold(text: str, *, tones: bool = True) -> Folded:
    """Fold ``text`` and take the spaces out; ``tones`` False merges words that differ in tone marks only."""
    borders, length = {0}, 0
    words = spaced(text, tones=tones).split()
    for word in words:
        length += len(word)
        borders.add(length)
    return Folded("".join(words), frozenset(borders))


def is_lao(sign: str) -> bool:
    """Whether the character belongs to the Lao script."""
    return "\u0e80" <= sign <= "\u0eff"


def stands_alone(text: Folded, start: int, end: int) -> bool:
    """Whether ``start:end`` may be a word: whole in Latin, whole syllables in Lao, where words are not spaced."""
    compact, borders = text.compact, text.borders
    if not is_lao(compact[start]):
        return start in borders and end in borders
    if start not in borders and (_DEPENDENT.match(compact, start) or compact[start - 1] in _LEADING_VOWELS):
        return False
    if end in borders:
        return True
    if _DEPENDENT.match(compact, end):
        return False
    return bool(_CONSONANT.match(compact, end - 1)) or not _CLOSING.match(compact, end)


def sound(word: str) -> str:
    """Reduce a romanised word to how it sounds, so that Sawannakhet meets Savannakhet; other scripts stay."""
    for pattern, replacement in _SOUNDS:
        word = pattern.sub(replacement, word)
    return word


def one_letter_less(word: str) -> set[str]:
    """Every word that is left when one letter is dropped."""
    return {word[:at] + word[at + 1 :] for at in range(len(word))}


def near(one: str, other: str) -> bool:
    """Whether one letter was added, lost, changed or swapped with its neighbour between the two."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    left, right = one[start:], other[start:]
    if len(left) != len(right):
        return left[1:] == right or left == right[1:]
    return left[1:] == right[1:] or (left[:2] == right[1::-1] and left[2:] == right[2:])
