"""Find names and the words around them in a text that may have no spaces: longest match, left to right."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from gateway.geography.spelling import Folded, fold, is_lao, near, one_letter_less, sound, stands_alone

Role = Literal["place", "level_before", "level_after", "filler", "common"]

# Names this short are everyday words too (gold, money, long): they must stand free, and count only where a place
# was asked for. Longer ones of that kind are listed with the role "common".
_SHORT = 4
_NEAR_FROM = 5
_NEAR_FROM_LAO = 4
_WINDOW = 3


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a form means: ``values`` are place codes, or the one level that the word announces."""

    role: Role
    values: frozenset[str]


@dataclass(frozen=True, slots=True)
class Hit:
    """One form found at ``start:end`` of the folded text; ``weak``: short enough to be an everyday word."""

    start: int
    end: int
    meaning: Meaning
    weak: bool


class NameIndex:
    """All forms under one fold; immutable once built."""

    def __init__(self, forms: Iterable[tuple[str, Meaning]], *, tones: bool) -> None:
        self._tones = tones
        self._meanings: dict[str, Meaning] = {}
        self._common: set[str] = set()
        for form, meaning in forms:
            folded = fold(form, tones=tones).compact
            if meaning.role == "common":
                self._common.add(folded)
                continue
            known = self._meanings.get(folded)
            if known is None:
                self._meanings[folded] = meaning
            elif known.role == meaning.role:
                self._meanings[folded] = Meaning(known.role, known.values | meaning.values)
        self._by_start: dict[str, list[str]] = {}
        for folded in sorted(self._meanings, key=len, reverse=True):
            self._by_start.setdefault(folded[:2] if len(folded) > 1 else folded, []).append(folded)
        self._sounds: dict[str, set[str]] = {}
        self._shortened: dict[str, set[str]] = {}
        for folded, meaning in self._meanings.items():
            if meaning.role == "place":
                self._learn_spelling(folded)

    def _learn_spelling(self, folded: str) -> None:
        if len(folded) < (_NEAR_FROM_LAO if is_lao(folded[0]) else _NEAR_FROM):
            return
        for shortened in one_letter_less(folded) | {folded}:
            self._shortened.setdefault(shortened, set()).add(folded)
        if not is_lao(folded[0]):
            self._sounds.setdefault(sound(folded), set()).add(folded)

    def fold(self, text: str) -> Folded:
        """Fold a text as the forms of this index are folded."""
        return fold(text, tones=self._tones)

    def find(self, text: Folded) -> list[Hit]:
        """Every form in ``text``, longest match from left to right, none overlapping."""
        hits: list[Hit] = []
        at = 0
        while at < len(text.compact):
            hit = next(self._matches(text, at, hits[-1].end if hits else 0), None)
            if hit is None:
                at += 1
            else:
                hits.append(hit)
                at = hit.end
        return hits

    def _matches(self, text: Folded, at: int, free_from: int) -> Iterator[Hit]:
        for form in self._candidates(text.compact, at):
            end = at + len(form)
            if not stands_alone(text, at, end):
                continue
            meaning = self._meanings[form]
            weak = meaning.role == "place" and (len(form) <= _SHORT or form in self._common)
            if weak and not ((at in text.borders or at == free_from) and self._ends_free(text, end)):
                continue
            yield Hit(at, end, meaning, weak)

    def _ends_free(self, text: Folded, end: int) -> bool:
        return end in text.borders or any(
            stands_alone(text, end, end + len(form)) for form in self._candidates(text.compact, end)
        )

    def _candidates(self, compact: str, at: int) -> Iterator[str]:
        for start in (compact[at : at + 2], compact[at]):
            for form in self._by_start.get(start, ()):
                if compact.startswith(form, at):
                    yield form

    def alike(self, text: Folded) -> list[Hit]:
        """Names that sound the same as, or are one letter apart from, a word or up to three words of ``text``."""
        taken = [hit for hit in self.find(text) if hit.meaning.role != "place"]
        cuts = sorted(text.borders | {edge for hit in taken for edge in (hit.start, hit.end)})
        hits: list[Hit] = []
        first = 0
        while first < len(cuts) - 1:
            found = next(self._guesses(text.compact, cuts[first : first + _WINDOW + 1]), None)
            if found is None:
                first += 1
            else:
                hits.append(found)
                first = cuts.index(found.end)
        return sorted((*hits, *taken), key=lambda hit: hit.start)

    def _guesses(self, compact: str, cuts: list[int]) -> Iterator[Hit]:
        for end in reversed(cuts[1:]):
            word = compact[cuts[0] : end]
            forms = self._near(word)
            if forms and word not in self._meanings:
                values = frozenset().union(*(self._meanings[form].values for form in forms))
                yield Hit(cuts[0], end, Meaning("place", values), weak=True)

    def _near(self, word: str) -> set[str]:
        lao = is_lao(word[0])
        if len(word) < (_NEAR_FROM_LAO if lao else _NEAR_FROM):
            return set()
        if not lao and (alike := self._sounds.get(sound(word))):
            return alike
        shortened = one_letter_less(word) | {word}
        return {form for less in shortened for form in self._shortened.get(less, ()) if near(word, form)}
