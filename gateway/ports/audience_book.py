"""Who a broadcast would reach: counted, shown one by one without numbers, and written down."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from gateway.campaigns.audience import AudienceRule
from gateway.campaigns.plan import Dated
from gateway.ports.campaign_book import Reach


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who would get it: the number masked; ``fields``: her name and village, where a list told them."""

    contact_id: str
    masked: str
    language: str
    province: str | None
    district: str | None
    fields: Mapping[str, str]
    groups: tuple[str, ...]
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """A named list of contacts."""

    name: str
    people: int


@dataclass(frozen=True, slots=True)
class Listed:
    """Somebody who agreed to broadcasts, for a list that leaves the gateway."""

    person: Person
    number: str = field(repr=False)


class AudienceBook(Protocol):
    """The people behind a rule; ``languages`` are those that have a text, one at least."""

    def count(
        self,
        rule: AudienceRule,
        languages: tuple[str, ...],
        now: datetime,
        campaign_id: str = "",
        dated: Dated | None = None,
    ) -> Reach:
        """Count the audience by language, and who is left out by reason; whoever is not inside is not counted.

        ``campaign_id``: whose own rounds are no reason to leave anybody out. ``dated``: only people with such a date.
        Who has a case, is unsafe or cannot be reached is one reason, ``protected``.
        """
        ...

    def walk(
        self,
        rule: AudienceRule,
        languages: tuple[str, ...],
        now: datetime,
        beyond: str = "",
        limit: int = 1,
        *,
        back: bool = False,
    ) -> tuple[Person, ...]:
        """Return the next recipients after contact id ``beyond``, or those before it, the nearest first."""
        ...

    def plan(
        self,
        campaign_id: str,
        rule: AudienceRule,
        languages: tuple[str, ...],
        now: datetime,
        after: str,
        limit: int,
    ) -> str | None:
        """Insert up to ``limit`` recipients with contact ids above ``after``; return the last id, or None when done."""
        ...

    def plan_dated(
        self, campaign_id: str, rule: AudienceRule, languages: tuple[str, ...], now: datetime, dated: Dated
    ) -> int:
        """Insert everybody of a rule whose own date it is and who has no row yet; return how many."""
        ...

    def groups(self) -> tuple[Group, ...]:
        """Return every group by name."""
        ...

    def agreed(self, beyond: str, limit: int) -> tuple[Listed, ...]:
        """Return people who agreed and did not stop, in order of id; of anybody else no list may tell."""
        ...
