"""Agencies that a report can reach, and which of them count as one house."""

from dataclasses import dataclass
from typing import Final

from gateway.errors import Defect

WOMEN_UNION: Final = "women_union"
LABOUR: Final = "labour"
POLICE: Final = "police"
CHILD: Final = "child"
HEALTH: Final = "health"
NATIONAL_DESK: Final = "national_desk"
YOUTH_UNION: Final = "youth_union"
TRADE_UNION: Final = "trade_union"
VILLAGE: Final = "village"


@dataclass(frozen=True, slots=True)
class Agency:
    """An institution; ``house`` is shared by agencies under one roof, which cannot check each other.

    ``word`` is what an officer texts after REFER; None: not a target of a referral.
    """

    code: str
    house: str
    word: str | None = None


AGENCIES: Final[dict[str, Agency]] = {
    agency.code: agency
    for agency in (
        Agency(WOMEN_UNION, WOMEN_UNION, "women"),
        Agency(LABOUR, LABOUR, "labour"),  # Labour and Social Welfare
        Agency(POLICE, POLICE, "police"),  # Public Security, its Anti-Trafficking Department
        Agency(CHILD, LABOUR, "child"),  # child focal posts sit with Labour and Social Welfare
        Agency(HEALTH, HEALTH, "health"),
        Agency(NATIONAL_DESK, NATIONAL_DESK),
        Agency(YOUTH_UNION, YOUTH_UNION),
        Agency(TRADE_UNION, TRADE_UNION),
        Agency(VILLAGE, VILLAGE),  # village chief, village networks
    )
}


def agency(code: str) -> Agency:
    """Look an agency up by its code; raises Defect for an unknown one."""
    try:
        return AGENCIES[code]
    except KeyError:
        raise Defect(f"no agency {code!r}") from None


def agency_for_word(word: str) -> str | None:
    """Code of the agency that an officer's REFER word names, else None."""
    return next((entry.code for entry in AGENCIES.values() if entry.word == word.casefold()), None)


def may_check(one: str, other: str) -> bool:
    """Whether ``other`` counts as a second agency for a decision of ``one`` (lowering, closing as unfounded)."""
    return agency(one).house != agency(other).house
