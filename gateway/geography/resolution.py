"""Decide which places the names found in a text mean, and what is still to be asked. Never guesses."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from gateway.geography.names import Hit
from gateway.geography.place import Level, Place, PlaceReading, Question

# More readings than a menu has keys are no help to anybody.
_MOST_CHOICES = 6
_MOST_NAMES = 4


@dataclass(frozen=True, slots=True)
class Mention:
    """One name in the text: the places it can mean; ``sure`` False wants an echo before it counts."""

    places: tuple[Place, ...]
    sure: bool
    village: bool = False


def mentions(
    hits: Sequence[Hit], places: Mapping[str, Place], *, whole: bool, exact: bool, asked: bool = True
) -> list[Mention]:
    """Join each place found with the level word that belongs to it (muang Sing, Saravane province).

    ``whole``: the text holds nothing else. ``exact``: spelt as the tables spell it. Unless a place was ``asked`` for,
    a short name counts only beside its level word.
    """
    found = []
    for at, hit in enumerate(hits):
        level = _announced(hits, at)
        weak = hit.weak and level is None
        if hit.meaning.role != "place" or (weak and not asked):
            continue
        meant = tuple(places[code] for code in sorted(hit.meaning.values))
        fitting = tuple(place for place in meant if place.level == level)
        sure = (whole or (exact and not weak)) and (level is None or bool(fitting))
        found.append(Mention(fitting or meant, sure, level == "village"))
    return found


def _announced(hits: Sequence[Hit], at: int) -> str | None:
    """Level named right before the place (muang, khoueng) or right after it (district, province)."""
    hit = hits[at]
    before = hits[at - 1] if at and hits[at - 1].end == hit.start else None
    after = hits[at + 1] if at + 1 < len(hits) and hits[at + 1].start == hit.end else None
    if before and before.meaning.role == "level_before":
        return next(iter(before.meaning.values))
    if after and after.meaning.role == "level_after":
        return next(iter(after.meaning.values))
    if before and before.meaning.role == "level_after" and not _follows_place(hits, at - 1):
        return next(iter(before.meaning.values))
    return None


def _follows_place(hits: Sequence[Hit], at: int) -> bool:
    return at > 0 and hits[at - 1].meaning.role == "place" and hits[at - 1].end == hits[at].start


def resolve(found: Sequence[Mention], within: str | None, level: Level | None) -> PlaceReading:
    """Settle what ``found`` means: names that fit together narrow each other; what stays open becomes a question.

    ``within`` is the code of a province already known, ``level`` what the step asks for.
    """
    if any(not mention.village for mention in found):
        found = [mention for mention in found if not mention.village]
    places = _preferred(_together(found), within, level)
    if not places:
        return PlaceReading()
    if len(places) > 1:
        return PlaceReading(tuple(places[:_MOST_CHOICES]), _which(places))
    place = places[0]
    sure = all(mention.sure for mention in found) or (len(found) > 1 and _agree(found, place))
    if not sure or (within is not None and place.province != within):
        return PlaceReading((place,), "confirm")
    return PlaceReading((place,), "which_district" if level == "district" and place.level == "province" else None)


def _agree(found: Sequence[Mention], place: Place) -> bool:
    """Whether district and province were both named, so that one confirms the other (Long, Luangnamtha)."""
    return (
        place.level == "district"
        and all(any(place.province == other.province for other in mention.places) for mention in found)
        and any(mention.sure for mention in found)
    )


def _together(found: Sequence[Mention]) -> list[Place]:
    """Finest places of every way to read all names as one province with at most one district."""
    ways = []
    for way in product(*(mention.places for mention in found[:_MOST_NAMES])):
        districts = {place for place in way if place.level == "district"}
        if way and len({place.province for place in way}) == 1 and len(districts) <= 1:
            ways.append(way)
    if not ways:
        return _ordered(place for mention in found for place in mention.places)
    # "Saravane, Saravane" names the province and the district: each name should add something.
    most = max(len(set(way)) for way in ways)
    return _ordered(max(way, key=lambda place: len(place.code)) for way in ways if len(set(way)) == most)


def _ordered(places: Iterable[Place]) -> list[Place]:
    return sorted(set(places), key=lambda place: place.code)


def _preferred(places: list[Place], within: str | None, level: Level | None) -> list[Place]:
    """Narrow by what is known: the province, then the level asked for, if that loses no other province."""
    inside = [place for place in places if place.province == within]
    places = inside or places
    wanted = level or ("district" if inside else None)
    fitting = [place for place in places if place.level == wanted]
    covered = {place.province for place in fitting}
    return fitting if fitting and all(place.province in covered for place in places) else places


def _which(places: Sequence[Place]) -> Question:
    if len({place.province for place in places}) == 1 and len({place.level for place in places}) == 2:
        return "which_level"
    same_name = len({place.names["lo"] for place in places}) == 1
    return "which_province" if same_name or all(place.level == "province" for place in places) else "which_place"
