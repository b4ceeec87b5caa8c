"""SMS sizes: which alphabet a text needs, how many parts it fills, and where it may be cut."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal

import regex

from gateway.text import gsm7, lao

Encoding = Literal["gsm7", "ucs2"]

_BASIC = gsm7.BASIC.replace(chr(gsm7.ESCAPE), "")
_EXTENSION = "".join(gsm7.EXTENSION)
_ALL_GSM7 = re.compile(f"[{re.escape(_BASIC + _EXTENSION)}]*")
_EXTENDED = re.compile(f"[{re.escape(_EXTENSION)}]")

_WHOLE: dict[Encoding, int] = {"gsm7": 160, "ucs2": 70}
_PART: dict[Encoding, int] = {"gsm7": 153, "ucs2": 67}
_LOOK_BACK = 12

_WORD_BREAK = "\u200b"
_NEVER_SENT = re.compile("[\u200b\u2060\ufeff\u00ad\x00\x1b]")
_PLAIN_PUNCTUATION = str.maketrans(
    dict.fromkeys("\u2018\u2019\u201a\u201b\u2032`\u00b4", "'")
    | dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"')
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-")
    | dict.fromkeys("\t\u00a0\u2002\u2003\u2007\u2008\u2009\u200a\u202f", " ")
    | dict.fromkeys("\u0085\u2028\u2029", "\n")
    | {"\u2026": "..."}
)


@dataclass(frozen=True, slots=True)
class Measure:
    """What a text costs: its alphabet, its units (septets or UTF-16 units) and the parts it is sent in."""

    encoding: Encoding
    units: int
    segments: int


def measure(text: str) -> Measure:
    """Return the cost of ``text`` as SMS; word breaks (ZWSP) are neither sent nor counted; no text, no part."""
    sent = text.replace(_WORD_BREAK, "")
    encoding = encoding_of(sent)
    total = units(sent, encoding)
    if total <= _WHOLE[encoding]:
        return Measure(encoding, total, 1 if sent else 0)
    return Measure(encoding, total, len(_packed(_pieces(sent, encoding), encoding, frozenset())))


def encoding_of(text: str) -> Encoding:
    """Return ``gsm7`` if every character of ``text`` is in the GSM alphabet or its extension, else ``ucs2``."""
    return "gsm7" if _ALL_GSM7.fullmatch(text) else "ucs2"


def units(text: str, encoding: Encoding) -> int:
    """Return the length of ``text`` in septets (extension characters are two) or in UTF-16 units."""
    if encoding == "gsm7":
        return len(text) + len(_EXTENDED.findall(text))
    return len(text) if text.isascii() else len(text.encode("utf-16-be", "surrogatepass")) // 2


def split(text: str) -> tuple[str, ...]:
    """Cut ``text`` into the parts it is sent in: whole clusters, at a word where that costs no further part."""
    sent = text.replace(_WORD_BREAK, "")
    encoding = encoding_of(sent)
    if units(sent, encoding) <= _WHOLE[encoding]:
        return (sent,) if sent else ()
    pieces = _pieces(sent, encoding)
    dense = _packed(pieces, encoding, frozenset())
    at_words = _packed(pieces, encoding, _word_borders(text))
    return at_words if len(at_words) == len(dense) else dense


def tidy(text: str) -> str:
    """Return ``text`` as it is sent: no invisible characters, plain punctuation where that alone makes it GSM-7."""
    sent = _NEVER_SENT.sub("", text)
    plain = sent.translate(_PLAIN_PUNCTUATION)
    return plain if encoding_of(plain) == "gsm7" else sent


def _pieces(text: str, encoding: Encoding) -> list[str]:
    """Return what may not be divided; a pile of marks longer than a part comes apart, for it must be sent somehow."""
    whole = list(text) if encoding == "gsm7" and "\r" not in text else lao.clusters(text)
    pieces: list[str] = []
    for piece in whole:
        if units(piece, encoding) <= _PART[encoding]:
            pieces.append(piece)
            continue
        for grapheme in regex.findall(r"\X", piece):
            pieces.extend([grapheme] if units(grapheme, encoding) <= _PART[encoding] else grapheme)
    return pieces


def _packed(pieces: Sequence[str], encoding: Encoding, borders: frozenset[int]) -> tuple[str, ...]:
    """Fill parts greedily; a part may end early at one of ``borders`` (characters from the start) near its end."""
    limit = _PART[encoding]
    parts: list[str] = []
    sizes = [units(piece, encoding) for piece in pieces]
    offsets = [0, *accumulate(len(piece) for piece in pieces)]
    start = 0
    while start < len(pieces):
        end, used = start, 0
        while end < len(pieces) and used + sizes[end] <= limit:
            used += sizes[end]
            end += 1
        if end < len(pieces):
            end = _earlier(start, end, sizes, offsets, borders)
        parts.append("".join(pieces[start:end]))
        start = end
    return tuple(parts)


def _earlier(start: int, end: int, sizes: list[int], offsets: list[int], borders: frozenset[int]) -> int:
    """Return the last border within the last units before ``end``, or ``end`` itself."""
    given_up = 0
    for cut in range(end, start, -1):
        if offsets[cut] in borders:
            return cut
        given_up += sizes[cut - 1]
        if given_up > _LOOK_BACK:
            break
    return end


def _word_borders(text: str) -> frozenset[int]:
    """Return where words end, counted in characters of ``text`` without its word breaks."""
    borders: set[int] = set()
    position = 0
    for character in text:
        if character == _WORD_BREAK:
            borders.add(position)
            continue
        position += 1
        if character in " \n":
            borders.add(position)
    return frozenset(borders)
