"""Names on the command line that must be known ones: districts, groups and languages; a dash passes, it takes back."""

from collections.abc import Collection, Iterable
from typing import Final

import click

from gateway.contacts.contact import LANGUAGES
from gateway.geography.shipped import shipped
from gateway.wiring import Gateway

NOTHING: Final = "-"


def districts_of(given: Iterable[str]) -> frozenset[str]:
    """Return the codes of districts; BadParameter that names the first one which is none."""
    codes = {code.upper(): code for code in given if code != NOTHING}
    known = {place.code for place in shipped().districts()} if codes else set()
    for code, typed in codes.items():
        if code not in known:
            raise click.BadParameter(f"{typed!r} is no code of a district, such as LA1704", param_hint="--district")
    return frozenset(codes)


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


def _require(given: Collection[str], known: Collection[str], option: str) -> None:
    if unknown := set(given) - set(known):
        there_are = f"is none of {', '.join(known)}" if known else "cannot be: there is none yet"
        raise click.BadParameter(f"{min(unknown)!r} {there_are}", param_hint=option)
