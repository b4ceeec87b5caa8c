"""The gazetteer: every province and district by code or by any way people write it; it asks, and never guesses."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final, Self

from gateway.errors import Defect
from gateway.geography.names import Hit, NameIndex
from gateway.geography.place import Coded, Level, Place, PlaceReading, Region
from gateway.geography.register import Register, read_register
from gateway.geography.resolution import Mention, mentions, resolve
from gateway.geography.spelling import Folded, spaced

REGIONS: Final[tuple[Region, ...]] = ("north", "centre", "south")
# Which language stands in where a place has no name of its own in it (as the catalogue does for texts).
_STANDS_IN: Final[Mapping[str, str]] = {"hmn": "lo", "kjg": "lo"}
_PREFIXED = re.compile(r"(?<![a-z0-9])la ?(\d{4}|\d\d)(?!\d)")
# A place answer is short. What is longer is a story: read to here, and without guessing at its spelling.
_LONGEST_TEXT = 300
_LONGEST_GUESSED = 80


class Gazetteer:
    """Places and their names; immutable, so one instance serves every thread."""

    def __init__(self, register: Register) -> None:
        self._register = register
        self._exact = NameIndex(register.forms, tones=True)
        self._toneless = NameIndex(register.forms, tones=False)

    @classmethod
    def load(cls, provinces: str, districts: str, words: str) -> Self:
        """Build from the texts of provinces.csv, districts.csv and words.csv; raises ContentRefused."""
        return cls(read_register(provinces, districts, words))

    def by_code(self, code: str) -> Place | None:
        """Place with this code (``LA14``, ``LA1401``), else None."""
        return self._register.places.get(code)

    def provinces(self, region: str | None = None) -> tuple[Place, ...]:
        """Provinces of a region (north, centre, south), or all, by code."""
        return tuple(
            place
            for place in self._register.places.values()
            if place.level == "province" and region in (None, place.region)
        )

    def districts(self, province: str | None = None) -> tuple[Place, ...]:
        """Districts of a province (its code), or all, by code."""
        return tuple(
            place
            for place in self._register.places.values()
            if place.level == "district" and province in (None, place.province)
        )

    def label(self, place: Coded, language: str) -> str:
        """Name of a place for a menu."""
        return self._own(place).names[_name_language(language)]

    def full_label(self, place: Coded, language: str) -> str:
        """Name with its level, and for a district its province: tells namesakes apart."""
        language, known = _name_language(language), self._own(place)
        labels = self._register.labels
        template = labels.get((known.code, language)) or labels.get((known.level, language), "{name}")
        own = template.replace("{name}", known.names[language])
        if known.level == "province":
            return own
        return f"{own}, {self._register.places[known.province].names[language]}"

    def _own(self, place: Coded) -> Place:
        known = self.by_code(place.code)
        if known is None:
            raise Defect(f"no place {place.code!r}")
        return known

    def read(
        self, text: str, within: str | None = None, *, level: Level | None = None, asked: bool = True
    ) -> PlaceReading:
        """Read the place that ``text`` names by code, name, alias, or a spelling one letter off.

        ``within``: code of the province already known. ``level``: what the step asks for. ``asked`` False, outside
        a place step: bare digits, short names that are everyday words, and misspellings count for nothing.
        """
        rest, found = self._codes(text[:_LONGEST_TEXT], asked)
        found += self._names(rest, asked)
        if asked and len(rest) <= _LONGEST_GUESSED:
            found += self._misspelt(rest, found)
        return resolve(found, within, level)

    def _misspelt(self, text: str, found: Sequence[Mention]) -> list[Mention]:
        """Mentions by a spelling one letter off; beside a name that was found only another that explains all letters.

        A letter too few in ໄຊຈຳພອນ leaves the name of another district, ຈຳພອນ: then both are offered.
        """
        folded = self._toneless.fold(text)
        alike = self._toneless.alike(folded)
        if found and not self._whole(folded, alike):
            return []
        known = {place for mention in found for place in mention.places}
        guessed = mentions(alike, self._register.places, whole=False, exact=False)
        others = [tuple(place for place in mention.places if place not in known) for mention in guessed]
        return [replace(mention, places=places) for mention, places in zip(guessed, others, strict=True) if places]

    def _codes(self, text: str, asked: bool) -> tuple[str, list[Mention]]:
        """Places given by code, and the text without them; bare digits only where a place was asked for."""
        text = spaced(text)
        codes, sure = _PREFIXED.findall(text), True
        if not codes and asked:
            groups = re.findall(r"\d+", text)
            codes = [group for group in groups if len(groups) == 1 and (len(group) == 4 or text == group)]
            # Two digits may be a slip at the menu, and four may be a year in a sentence.
            sure = all(len(code) == 4 and text == code for code in codes)
        known = [place for code in codes if (place := self.by_code("LA" + code))]
        if not known:
            return text, []
        rest = _PREFIXED.sub(" ", text) if sure else re.sub(r"\d+", " ", text)
        return rest, [Mention((place,), sure) for place in known]

    def _names(self, text: str, asked: bool) -> list[Mention]:
        """Mentions under the strict fold, or without tone marks if that explains more of the text."""
        places = self._register.places
        strict, loose = self._exact.fold(text), self._toneless.fold(text)
        hits, toneless = self._exact.find(strict), self._toneless.find(loose)
        whole = self._whole(strict, hits)
        if not whole and _explained(toneless) > _explained(hits):
            return mentions(toneless, places, whole=self._whole(loose, toneless), exact=False, asked=asked)
        return mentions(hits, places, whole=whole, exact=True, asked=asked)

    @staticmethod
    def _whole(text: Folded, hits: Iterable[Hit]) -> bool:
        """Whether names, level words and fillers make up the whole text."""
        return sum(hit.end - hit.start for hit in hits) == len(text.compact)


def _explained(hits: Iterable[Hit]) -> int:
    return sum(hit.end - hit.start for hit in hits if hit.meaning.role == "place")


def _name_language(language: str) -> str:
    return language if language in ("lo", "en", "lo-Latn") else _STANDS_IN.get(language, "en")
