"""Names on the command line that must be known ones: districts, groups and languages; a dash passes, it takes back."""

from collections.abc import Collection, Iterable
from typing import Final, Literal

import click

from gateway.contacts.contact import LANGUAGES
from gateway.geography.shipped import shipped
from gateway.wiring import Gateway

NOTHING: Final = "-"


def districts_of(given: Iterable[str], or_else: str = "") -> frozenset[str]:
    """Return codes of districts, named by code or as the pages show them; BadParameter for the first that is none."""
    return _places(given, "district", "LA1704", or_else)


def provinces_of(given: Iterable[str]) -> frozenset[str]:
    """Return codes of provinces, named by code or as the pages show them; BadParameter for the first that is none."""
    return _places(given, "province", "LA17", "")


def groups_of(gateway: Gateway, given: Iterable[str]) -> frozenset[str]:
    """Return the names of groups; BadParameter that names those there are."""
    names = frozenset(name for name in given if name != NOTHING)
    if names:
        _require(names, [group.name for group in gateway.audience.groups()], "--group")
    return names


def languages_of(given: Iterable[str], option: str) -> frozenset[str]:
    """Return codes of languages that somebody may read; BadParameter that names them all."""
    codes = frozenset(code for code in given if code != NOTHING)
    _require(codes, LANGUAGES, option)
    return codes


def _places(given: Iterable[str], level: Literal["district", "province"], such: str, more: str) -> frozenset[str]:
    """Never a guess: a name that is nearly another one is refused."""
    wanted, register = [name for name in given if name != NOTHING], shipped()
    if not wanted:
        return frozenset()
    known = dict[str, str]()
    for place in register.districts() if level == "district" else register.provinces():
        names = (place.code, *(register.full_label(place, language) for language in ("en", "lo")))
        known.update({name.casefold(): place.code for name in names})
    for typed in wanted:
        if typed.casefold() not in known:
            said = f"{typed!r} is no code of a {level}, such as {such}, nor its name{more}"
            raise click.BadParameter(said, param_hint=f"--{level}")
    return frozenset(known[typed.casefold()] for typed in wanted)


def _require(given: Collection[str], known: Collection[str], option: str) -> None:
    if unknown := set(given) - set(known):
        there_are = f"is none of {', '.join(known)}" if known else "cannot be: there is none yet"
        raise click.BadParameter(f"{min(unknown)!r} {there_are}", param_hint=option)
