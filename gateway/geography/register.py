"""Read the place tables: provinces.csv, districts.csv, words.csv, as texts."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, cast

from gateway.errors import ContentRefused, Finding
from gateway.geography.names import Meaning, Role
from gateway.geography.place import Place, Region

_WORD_ROLES: Final[tuple[Role, ...]] = ("level_before", "level_after", "filler", "common")


@dataclass(frozen=True, slots=True)
class Register:
    """Places by code in code order, every form with its meaning, and label templates by (code or level, language)."""

    places: Mapping[str, Place]
    forms: tuple[tuple[str, Meaning], ...]
    labels: Mapping[tuple[str, str], str]


def read_register(provinces: str, districts: str, words: str) -> Register:
    """Read the three tables; raises ContentRefused for a code that is missing, doubled or of no known province."""
    places: dict[str, Place] = {}
    forms: list[tuple[str, Meaning]] = []
    for line, row in _rows(provinces, "provinces.csv"):
        place = Place(
            row["province_code"], "province", _names(row, "province"), row["province_code"], cast(Region, row["region"])
        )
        _enter(places, place, "provinces.csv", line)
        spellings = (row["province_en"], row["province_lo"], row["iso_name"], *_list(row["aliases_en"]))
        forms += ((spelling, _place(place.code)) for spelling in spellings)
    for line, row in _rows(districts, "districts.csv"):
        parent = places.get(row["province_code"])
        if parent is None:
            raise _refused("districts.csv", line, f"no province {row['province_code']!r}")
        place = Place(
            row["district_code"],
            "district",
            _names(row, "district"),
            parent.code,
            parent.region,
            (float(row["lon"]), float(row["lat"])),
        )
        _enter(places, place, "districts.csv", line)
        spellings = (row["district_en"], row["district_lo"], *_list(row["aliases_en"]), *_list(row["aliases_lo"]))
        forms += ((spelling, _place(place.code)) for spelling in spellings)
    labels = dict(_words(words, places, forms))
    return Register(dict(sorted(places.items())), _with_namesakes(forms, places), labels)


def _with_namesakes(forms: list[tuple[str, Meaning]], places: Mapping[str, Place]) -> tuple[tuple[str, Meaning], ...]:
    """Let a district that bears its province's name share every spelling with it: Salavan is either, as Saravane is."""
    other: dict[str, str] = {}
    for place in places.values():
        if place.code != place.province and place.names["lo"] == places[place.province].names["lo"]:
            other |= {place.code: place.province, place.province: place.code}
    return tuple(
        (form, Meaning(meaning.role, meaning.values | {other[code] for code in meaning.values if code in other}))
        for form, meaning in forms
    )


def _words(
    words: str, places: Mapping[str, Place], forms: list[tuple[str, Meaning]]
) -> Iterator[tuple[tuple[str, str], str]]:
    """Add the words around names to ``forms``; yield the label templates."""
    for line, row in _rows(words, "words.csv"):
        role, value, form = row["role"], row["value"], row["form"]
        if role == "label":
            yield (value, row["note"]), form
        elif role in ("shared", "alias"):
            if not all(code in places for code in _list(value)):
                raise _refused("words.csv", line, f"no place {value!r}")
            forms.append((form, _place(*_list(value))))
        elif role in _WORD_ROLES:
            forms.append((form, Meaning(role, frozenset(_list(value)))))
        else:
            raise _refused("words.csv", line, f"no role {role!r}")


def _rows(text: str, file: str) -> Iterator[tuple[int, dict[str, str]]]:
    reader = csv.DictReader(text.splitlines(), strict=True)
    for row in reader:
        if None in row or None in row.values():
            raise _refused(file, reader.line_num, "the line has more or fewer cells than the header")
        yield reader.line_num, row


def _names(row: Mapping[str, str], level: str) -> Mapping[str, str]:
    english = row[f"{level}_en"]
    return {"lo": row[f"{level}_lo"], "en": english, "lo-Latn": english}


def _list(cell: str) -> list[str]:
    return [entry for entry in cell.split("|") if entry]


def _place(*codes: str) -> Meaning:
    return Meaning("place", frozenset(codes))


def _enter(places: dict[str, Place], place: Place, file: str, line: int) -> None:
    if not place.code.startswith(place.province) or place.code in places:
        raise _refused(file, line, f"code {place.code!r} is doubled or lies in another province")
    places[place.code] = place


def _refused(file: str, line: int, problem: str) -> ContentRefused:
    return ContentRefused([Finding(file, line, 1, "G001", problem)])
