"""A place: a province or a district of Lao PDR, its names, and what a text says of places."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

Level = Literal["province", "district"]
Region = Literal["north", "centre", "south"]
Question = Literal["confirm", "which_province", "which_level", "which_place", "which_district"]


class Coded(Protocol):
    """Anything that carries a place code."""

    @property
    def code(self) -> str:
        """``LApp`` or ``LAppdd``."""
        ...


@dataclass(frozen=True, slots=True)
class Place:
    """One place; ``code`` is ``LApp`` or ``LAppdd`` and alone decides equality.

    ``province`` is the code of the province it lies in (its own for a province). ``names`` by language: lo, en,
    lo-Latn. ``point`` is longitude and latitude (WGS 84) of a district, for tile order and sorting only.
    """

    code: str
    level: Level = field(compare=False)
    names: Mapping[str, str] = field(compare=False)
    province: str = field(compare=False)
    region: Region = field(compare=False)
    point: tuple[float, float] | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class PlaceReading:
    """What a text says of places. No places: nothing was understood. No question: one place, and it is certain.

    ``confirm``: echo the one place and ask yes or no. ``which_province``: places of one name in several provinces (or
    capital and province). ``which_level``: a province or its district of the same name. ``which_place``: several
    places were named. ``which_district``: the province is certain, the district that was asked for is missing.
    """

    places: tuple[Place, ...] = ()
    question: Question | None = None

    @property
    def settled(self) -> Place | None:
        """The place, if it is certain."""
        return self.places[0] if len(self.places) == 1 and self.question is None else None
