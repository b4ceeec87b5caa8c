"""Lao (and Thai) writing: folds that compare texts, clusters and syllables where they may be cut."""

import re
import unicodedata

import regex

# Thai stands 0x80 below Lao in Unicode, letter for letter: one set of rules serves both scripts.
LEADING_VOWELS = "\u0ec0-\u0ec4\u0e40-\u0e44"
TRAILING_VOWELS = "\u0eb0\u0eb2\u0eb3\u0ebd\u0e30\u0e32\u0e33\u0e45"
SEMIVOWEL = "\u0ebc"
BELOW = "\u0eb8-\u0eba\u0e38-\u0e3a"
ABOVE = "\u0eb1\u0eb4-\u0eb7\u0ebb\u0ecd\u0e31\u0e34-\u0e37\u0e47\u0e4d"
TONES = "\u0ec8-\u0ecb\u0e48-\u0e4b"
CANCELLATION = "\u0ecc\u0ece\u0e4c\u0e4e"
MARKS = SEMIVOWEL + BELOW + ABOVE + TONES + CANCELLATION

_MARK_RANKS = tuple(re.compile(f"[{rank}]") for rank in (SEMIVOWEL, BELOW, ABOVE, TONES, CANCELLATION))
_MARK_RUN = re.compile(f"[{MARKS}]{{2,}}")
_DROPPED = re.compile("[\u200b-\u200d\u2060\ufeff\u00ad\ufe00-\ufe0f\u20e3\u0ec6\u0e46]")
_TONE_OR_CANCELLATION = re.compile(f"[{TONES}{CANCELLATION}]")
# Long and short, or two letters for one sound: what people who seldom write mix up, in both scripts.
_SOUNDS_LIKE = str.maketrans("ິຶຸໃຣิึุใร", "ີືູໄລีืูไล")
_SILENT_H = re.compile("[ຫห](?=[ງຍນມລວງญนมลวย])")
_KEYCAP = re.compile("\ufe0f?\u20e3")
_CLUSTER = regex.compile(rf"[{LEADING_VOWELS}]*\X(?:[{TRAILING_VOWELS}]\p{{M}}*)*|\X")

_LAO_CONSONANT = re.compile("[\u0e81-\u0eae\u0edc-\u0edf]")
_FINALS = frozenset("ກງຍດນບມວ")
_VOWEL_LETTERS = frozenset("ອວຽ")
_OPEN_NO_MORE = tuple("ະຳ")
_LONGEST_SYLLABLE = 10


def key(text: str) -> str:
    """Fold ``text`` for comparison: NFKC, no zero-width marks, one order of Lao marks, ASCII digits, no case."""
    if text.isascii():
        return " ".join(text.casefold().split())
    folded = unicodedata.normalize("NFKC", _DROPPED.sub("", text))
    folded = unicodedata.normalize("NFKC", folded.casefold())
    # Compatibility forms can hide a dropped mark; a second pass keeps key(key(x)) == key(x).
    folded = ascii_digits(_DROPPED.sub("", folded))
    folded = folded.replace("ເເ", "ແ").replace("เเ", "แ")
    folded = _MARK_RUN.sub(lambda run: _sorted_marks(run.group()), folded).replace(SEMIVOWEL, "ລ")
    return " ".join(folded.split())


def loose(text: str) -> str:
    """Fold like ``key`` and drop tone and cancellation marks: for whole short replies against a closed list only."""
    return _TONE_OR_CANCELLATION.sub("", key(text))


def heard(text: str) -> str:
    """Fold by ``loose`` and write each sound one way: for what may be a misspelling, and is only to be asked about."""
    return _SILENT_H.sub("", loose(text).translate(_SOUNDS_LIKE))


def ascii_digits(text: str) -> str:
    """Return ``text`` with every decimal, circled or keycap digit of any script as 0-9; the rest stays as it is."""
    if text.isascii():
        return text
    digits = (unicodedata.digit(character, None) for character in text)
    plain = (character if digit is None else str(digit) for character, digit in zip(text, digits, strict=True))
    return _KEYCAP.sub("", "".join(plain))


def clusters(text: str) -> list[str]:
    """Cut ``text`` into pieces that a reader sees as one: never inside a letter with its vowels and tone."""
    return _CLUSTER.findall(text)


def syllables(text: str) -> list[str]:
    """Cut ``text`` where a line may break: clusters with their closing consonant (a rule of thumb, no dictionary)."""
    pieces = clusters(text)
    joined: list[str] = []
    opening = False
    for index, piece in enumerate(pieces):
        following = pieces[index + 1] if index + 1 < len(pieces) else ""
        starts = not opening and not (joined and _closes(joined[-1], piece, following))
        if starts or len(joined[-1]) >= _LONGEST_SYLLABLE:
            joined.append(piece)
        else:
            joined[-1] += piece
        opening = starts and _opens(piece, following)
    return joined


def is_lao_or_thai(character: str) -> bool:
    """Say whether ``character`` belongs to the two scripts that are written without spaces."""
    return "\u0e00" <= character <= "\u0eff"


def _sorted_marks(run: str) -> str:
    """Return the marks above and below one letter in one order, each once: people type them as the keyboard falls."""
    return "".join(mark for rank in _MARK_RANKS for mark in sorted(set(rank.findall(run))))


def _opens(piece: str, following: str) -> bool:
    """Say whether a lone consonant begins a syllable that ``following`` goes on with: ຄ in ຄວາມ, ປ in ປອດ."""
    return len(piece) == 1 and bool(_LAO_CONSONANT.match(piece)) and bool(_LAO_CONSONANT.match(following))


def _closes(before: str, piece: str, following: str) -> bool:
    """Say whether ``piece`` ends the syllable ``before``: a lone final consonant that nothing follows up as a vowel."""
    if piece in _VOWEL_LETTERS and _LAO_CONSONANT.match(before[0]) and before[-1:] not in _OPEN_NO_MORE:
        return True
    if piece not in _FINALS or before[-1:] in _OPEN_NO_MORE or not is_lao_or_thai(before[-1]):
        return False
    return following not in _VOWEL_LETTERS and (piece, following) != ("ກ", "ວ່າ")
