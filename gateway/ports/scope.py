"""Which cases somebody may know of: every question for cases carries one, so none can be asked without."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scope:
    """What adds up: the ``country``, these ``places`` (province or district codes), what these ``posts`` were told.

    A case that excludes local offices is hidden from district codes; so is it, and one with a duress word, from posts
    below the province.
    """

    country: bool = False
    places: frozenset[str] = frozenset()
    posts: frozenset[str] = frozenset()


EVERYWHERE = Scope(country=True)
NOWHERE = Scope()
