"""Finds the forms of a vocabulary in a folded text: longest first, left to right, no overlaps."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from gateway.text import lao
from gateway.text.folding import folded
from gateway.text.karaoke import nearest, skeleton
from gateway.text.vocabulary import EXACT_ONLY, Form, Intent, Vocabulary

How = Literal["exact", "karaoke", "loose", "near"]

_WORD = re.compile("[^\\s\u0e00-\u0eff]+")
_WHOLE_MARKS = f"{lao.MARKS}{lao.TRAILING_VOWELS}"
_GOES_ON = re.compile(f"[{_WHOLE_MARKS}]|[ກງຍດນບມວ](?![{_WHOLE_MARKS}ອວ])")
_CLUSTER_GOES_ON = re.compile(f"[{_WHOLE_MARKS}]")
_LEADING = re.compile(f"[{lao.LEADING_VOWELS}]")
_SONORANTS = frozenset("ງຍນມຣລວ")
# These vowels take no closing consonant, nor does a syllable that has one.
_OPEN_END = re.compile(f"[{lao.MARKS}າຽ]$|[ເແໂ].$")
_NEVER_CLOSED = re.compile(f"[ໄໃ].[{lao.MARKS}]*$|ໍ[{lao.MARKS}]*າ?$")

_SHORTEST_KARAOKE = 4
_SHORTEST_PHRASE = 6
# ``ti mae`` joined by its sounds is the English word "time": such short phrases are heard word by word only.
_SHORTEST_JOINED = 6
_SHORTEST_LOOSE = 5
_SHORTEST_SPLIT_EXACT = 5
_SHORTEST_NEAR = 5
_KARAOKE_CLASSES = frozenset({"signal", "topic", "context"})


@dataclass(frozen=True, slots=True)
class Hit:
    """Forms found at ``start`` to ``end`` of the folded text, and by which tolerance."""

    start: int
    end: int
    forms: tuple[Form, ...]
    how: How

    def has(self, role: str) -> bool:
        """Say whether one of the forms plays ``role``."""
        return any(form.role == role for form in self.forms)


class Finder:
    """The spellings of a vocabulary as look-up tables; officers' words are not among them."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        intents = vocabulary.intents
        forms = [form for form in vocabulary.forms if not _is_officers(form, intents)]
        self._exact = _by(forms, lambda form: form.key)
        self._lengths = _lengths(self._exact)
        self._acting = frozenset(form.key for form in forms if _acts(form, intents))
        self._acting_latin = tuple(sorted(key for key in self._acting if key.isascii()))
        self._acting_sounds = tuple(sorted({skeleton(key) for key in self._acting_latin}))
        self._multiword = frozenset(form.key for form in forms if " " in form.shown.strip())
        self._most_words = max((form.shown.count(" ") + 1 for form in forms), default=1)
        karaoke = [form for form in forms if _is_karaoke(form, intents)]
        compounds = [form for form in karaoke if " " not in form.shown or len(skeleton(form.key)) >= _SHORTEST_JOINED]
        self._karaoke = _unambiguous(compounds, skeleton, set(self._acting_sounds))
        phrases = [form for form in karaoke if " " in form.shown and len(form.key) >= _SHORTEST_PHRASE]
        self._phrases = _by_sound(phrases, [form for form in forms if _acts(form, intents)])
        self._phrase_words = max((sounds.count(" ") + 1 for sounds in self._phrases), default=0)
        topics = [
            form for form in forms if form.role == "form" and _kind(form, intents) == "topic" and form.key.isascii()
        ]
        self._near = _near(form for form in topics if form.language != "lo-Latn")
        self._near_karaoke = {
            skeleton(form.key): frozenset({form.intent}) for form in topics if skeleton(form.key) in self._karaoke
        }
        toneless = [form for form in forms if form.role == "form" and _kind(form, intents) in _KARAOKE_CLASSES]
        toneless += [form for form in forms if form.role == "blocker"]
        taken = {lao.heard(key) for key in self._acting}
        self._loose = _unambiguous(
            (form for form in toneless if _letters(form.key) >= _SHORTEST_LOOSE), lao.heard, taken
        )
        self._loose_lengths = _lengths(self._loose)

    def scan(self, text: str) -> list[Hit]:
        """Return what stands in folded ``text`` word for word, and in Latin letters by sound."""
        return list(self._hits(text, self._exact, self._lengths, "exact"))

    def echoes(self, text: str) -> list[Hit]:
        """Return what folded ``text`` may have meant, tones left out or a word misspelt: only to be asked."""
        found = self._hits(lao.heard(text), self._loose, self._loose_lengths, "loose")
        hits = [hit for hit in found if not hit.has("blocker")]
        return hits or [hit for word in _WORD.finditer(text) if (hit := self._nearest(word))]

    def _hits(
        self, text: str, table: Mapping[str, tuple[Form, ...]], lengths: Mapping[str, tuple[int, ...]], how: How
    ) -> Iterator[Hit]:
        words = list(_WORD.finditer(text))
        position, word = 0, 0
        while position < len(text):
            hit: Hit | None = None
            if lao.is_lao_or_thai(text[position]):
                hit = _unspaced(text, position, table, lengths.get(text[position : position + 2], ()), how)
            elif text[position] != " ":
                while words[word].start() < position:
                    word += 1
                hit = self._spaced(words, word) if how == "exact" else None
                if hit is None:
                    position = words[word].end()
                    continue
            if hit is not None:
                yield hit
            position = hit.end if hit is not None else position + 1

    def _spaced(self, words: list[re.Match[str]], first: int) -> Hit | None:
        """Return the longest form at a Latin word, alone or with the words after it."""
        joined: list[tuple[str, int]] = []
        compound, end = "", words[first].start()
        for word in words[first : first + self._most_words]:
            if word.start() > end + 1:
                break  # Lao stands between
            compound, end = compound + word.group(), word.end()
            joined.append((compound, end))
        start = words[first].start()
        for count in range(len(joined), 0, -1):
            compound, end = joined[count - 1]
            if compound in self._exact and (count == 1 or self._may_join(compound, words[first : first + count])):
                return Hit(start, end, self._exact[compound], "exact")
            if 1 < count <= self._phrase_words:
                sounds = " ".join(skeleton(word.group()) for word in words[first : first + count])
                if sounds in self._phrases:
                    return Hit(start, end, self._phrases[sounds], "karaoke")
        for count in range(min(len(joined), 2), 0, -1):
            compound, end = joined[count - 1]
            known = count > 1 and any(word.group() in self._exact for word in words[first : first + count])
            sound = "" if known or len(compound) < _SHORTEST_KARAOKE + count - 1 else skeleton(compound)
            if sound in self._karaoke:
                return Hit(start, end, self._karaoke[sound], "karaoke")
        return None

    def _may_join(self, compound: str, words: list[re.Match[str]]) -> bool:
        """Say whether split words are one form: as the file writes it, or a long one of pieces that mean nothing.

        ``bor der`` is a polite "no", though "border" is a word.
        """
        if compound in self._multiword:
            return True
        pieces = [word.group() for word in words]
        known = all(piece in self._exact for piece in pieces)
        return len(compound) >= _SHORTEST_SPLIT_EXACT and not known and all(len(piece) > 1 for piece in pieces)

    def _nearest(self, word: re.Match[str]) -> Hit | None:
        text = word.group()
        if len(text) < _SHORTEST_NEAR or not text.isalpha() or text in self._exact:
            return None
        form = nearest(text, self._near, self._acting_latin)
        if form is not None:
            return Hit(word.start(), word.end(), self._exact[form], "near")
        form = nearest(skeleton(text), self._near_karaoke, self._acting_sounds)
        return Hit(word.start(), word.end(), self._karaoke[form], "near") if form is not None else None


def stands_free(text: str, start: int, end: int) -> bool:
    """Say whether ``text[start:end]`` is not a piece of a longer word, in either kind of script."""
    before, after = (text[start - 1] if start else " "), (text[end] if end < len(text) else " ")
    begins = _may_begin(text, start) if lao.is_lao_or_thai(text[start]) else _ends_word(before)
    return begins and (_may_end(text, start, end) if lao.is_lao_or_thai(text[end - 1]) else _ends_word(after))


def _ends_word(beside: str) -> bool:
    return beside == " " or lao.is_lao_or_thai(beside)


def _unspaced(
    text: str, start: int, table: Mapping[str, tuple[Form, ...]], lengths: tuple[int, ...], how: How
) -> Hit | None:
    """Return the longest form of an unspaced script that begins at ``start`` and ends with its syllable."""
    if not lengths or not _may_begin(text, start):
        return None
    for length in lengths:
        end = start + length
        forms = table.get(text[start:end])
        if forms is not None and _may_end(text, start, end):
            return Hit(start, end, forms, how)
    return None


def _may_begin(text: str, start: int) -> bool:
    """Say whether a syllable can begin here: no vowel written before it, no ຫ that changes its letter."""
    before = text[start - 1] if start else ""
    return not _LEADING.match(before) and not (before == "ຫ" and text[start] in _SONORANTS)


def _may_end(text: str, start: int, end: int) -> bool:
    """Say whether a syllable can end here: ຕີ is not found in ຕີນ, nor ແມ່ in ແມ່ນ."""
    form = text[start:end]
    is_open = _OPEN_END.search(form) is not None and _NEVER_CLOSED.search(form) is None
    return not (_GOES_ON if is_open else _CLUSTER_GOES_ON).match(text, end)


def _by(forms: Iterable[Form], fold: Callable[[Form], str]) -> dict[str, tuple[Form, ...]]:
    table: defaultdict[str, list[Form]] = defaultdict(list)
    for form in forms:
        table[fold(form)].append(form)
    return {key: tuple(found) for key, found in table.items()}


def _unambiguous(forms: Iterable[Form], fold: Callable[[str], str], taken: set[str]) -> dict[str, tuple[Form, ...]]:
    """Return the forms by a coarser fold, without those that then mean two things or touch a word that acts at once."""
    table = _by(forms, lambda form: fold(form.key))
    return {
        key: found for key, found in table.items() if key not in taken and len({form.intent for form in found}) == 1
    }


def _by_sound(forms: Iterable[Form], acting: Iterable[Form]) -> dict[str, tuple[Form, ...]]:
    """Return phrases by the sound of each word, without those that then mean two things or sound like an order."""
    taken = {_sounds(form) for form in acting if form.key.isascii()}
    table = _by(forms, _sounds)
    return {
        sounds: found
        for sounds, found in table.items()
        if sounds not in taken and len({form.intent for form in found}) == 1
    }


def _sounds(form: Form) -> str:
    return " ".join(skeleton(word) for word in folded(form.shown).split())


def _near(forms: Iterable[Form]) -> dict[str, frozenset[str]]:
    table: defaultdict[str, set[str]] = defaultdict(set)
    for form in forms:
        if len(form.key) >= _SHORTEST_NEAR:
            table[form.key].add(form.intent)
    return {key: frozenset(intents) for key, intents in table.items()}


def _lengths(keys: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """Return the lengths of unspaced forms by their first two characters, longest first."""
    table: defaultdict[str, set[int]] = defaultdict(set)
    for key in keys:
        if lao.is_lao_or_thai(key[0]):
            table[key[:2]].add(len(key))
    return {start: tuple(sorted(lengths, reverse=True)) for start, lengths in table.items()}


def _letters(key: str) -> int:
    return len(re.sub(f"[{lao.MARKS}]", "", key))


def _kind(form: Form, intents: Mapping[str, Intent]) -> str:
    return intents[form.intent].kind if form.intent else ""


def _is_officers(form: Form, intents: Mapping[str, Intent]) -> bool:
    return _kind(form, intents) == "officer"


def _acts(form: Form, intents: Mapping[str, Intent]) -> bool:
    return form.role == "form" and _kind(form, intents) in EXACT_ONLY


def _is_karaoke(form: Form, intents: Mapping[str, Intent]) -> bool:
    romanised = form.role == "form" and form.language == "lo-Latn" and len(form.key) >= _SHORTEST_KARAOKE
    return romanised and _kind(form, intents) in _KARAOKE_CLASSES and len(skeleton(form.key)) >= _SHORTEST_KARAOKE - 1
