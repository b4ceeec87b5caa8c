"""Agencies that a report can reach, and which of them count as one house; the list is data/agencies.yaml."""

from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Final

from gateway.directory.agency_file import Agency, parse_agencies
from gateway.errors import Defect
from gateway.strict_yaml import read

WOMEN_UNION: Final = "women_union"
LABOUR: Final = "labour"
POLICE: Final = "police"
CHILD: Final = "child"
NATIONAL_DESK: Final = "national_desk"
ROUTED: Final = frozenset({WOMEN_UNION, LABOUR, POLICE, CHILD, NATIONAL_DESK})
"""Those that the rows of gateway/cases/routing.py send cases to."""


@cache
def agencies() -> Mapping[str, Agency]:
    """Return every agency by its code, in the order of the file; read once a process."""
    text = (resources.files("gateway.directory") / "data" / "agencies.yaml").read_text(encoding="utf-8")
    return MappingProxyType(parse_agencies(read(text, "agencies.yaml"), ROUTED))


def agency(code: str) -> Agency:
    """Look an agency up by its code; raises Defect for an unknown one."""
    try:
        return agencies()[code]
    except KeyError:
        raise Defect(f"no agency {code!r}") from None


def agency_for_word(word: str) -> str | None:
    """Code of the agency that an officer's REFER word names, else None."""
    return next((entry.code for entry in agencies().values() if entry.word == word.casefold()), None)


def may_check(one: str, other: str) -> bool:
    """Whether ``other`` counts as a second agency for a decision of ``one`` (lowering, closing as unfounded)."""
    return agency(one).house != agency(other).house
