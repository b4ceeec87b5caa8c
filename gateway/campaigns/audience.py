"""Who gets a broadcast: a rule over contact facts, and the reason for everybody left out."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

Reason = Literal[
    "outside", "duplicate", "opted_out", "not_opted_in", "open_case", "unsafe", "messaged_lately", "no_language_text"
]
REASONS: tuple[Reason, ...] = (
    "outside",
    "duplicate",
    "opted_out",
    "not_opted_in",
    "open_case",
    "unsafe",
    "messaged_lately",
    "no_language_text",
)
"""In the order in which they are tested; the first that holds is the one shown."""


@dataclass(frozen=True, slots=True)
class AudienceRule:
    """Whom a broadcast is for; an empty set means any. A contact is inside when district or province fits.

    ``substitutes``: a language without a text -> the language sent instead. ``rest_days``: leave out whoever had a
    broadcast in that many days, 0 for nobody.
    """

    districts: frozenset[str] = frozenset()
    provinces: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    substitutes: Mapping[str, str] = field(default_factory=dict)
    rest_days: int = 0

    def as_facts(self) -> dict[str, Any]:
        """Return the rule as plain JSON values, sorted; ``from_facts`` reads it back."""
        return {
            "districts": sorted(self.districts),
            "languages": sorted(self.languages),
            "provinces": sorted(self.provinces),
            "rest_days": self.rest_days,
            "substitutes": dict(sorted(self.substitutes.items())),
            "tags": sorted(self.tags),
        }


@dataclass(frozen=True, slots=True)
class ContactFacts:
    """What the rule reads of a contact; no number, no name. ``already``: this campaign has a row for the contact."""

    district: str | None
    province: str | None
    language: str
    opted_in: bool
    opted_out: bool = False
    open_case: bool = False
    safety: str = "unknown"
    tags: frozenset[str] = frozenset()
    already: bool = False
    last_broadcast_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Included, in ``language``; or left out for ``reason``."""

    included: bool
    reason: Reason | None = None
    language: str | None = None


def from_facts(facts: Mapping[str, Any]) -> AudienceRule:
    """Return the rule of ``as_facts``."""
    return AudienceRule(
        districts=frozenset(facts.get("districts", ())),
        provinces=frozenset(facts.get("provinces", ())),
        languages=frozenset(facts.get("languages", ())),
        tags=frozenset(facts.get("tags", ())),
        substitutes=dict(facts.get("substitutes", {})),
        rest_days=int(facts.get("rest_days", 0)),
    )


def eligible(contact: ContactFacts, rule: AudienceRule, texts: Set[str], now: datetime) -> Verdict:
    """Return whether the contact gets the broadcast; ``texts`` are the languages that have one.

    The same question is asked when the audience is planned and again at every claim, so that a STOP, a new case or an
    unsafe phone in between still counts.
    """
    language = contact.language if contact.language in texts else rule.substitutes.get(contact.language, "")
    lately = contact.last_broadcast_at is not None and now - contact.last_broadcast_at < timedelta(days=rule.rest_days)
    holds = {
        "outside": not inside(contact, rule),
        "duplicate": contact.already,
        "opted_out": contact.opted_out,
        "not_opted_in": not contact.opted_in,
        "open_case": contact.open_case,
        "unsafe": contact.safety == "unsafe",
        "messaged_lately": lately,
        "no_language_text": language not in texts,
    }
    reason = next((reason for reason in REASONS if holds[reason]), None)
    return Verdict(False, reason) if reason else Verdict(True, None, language)


def inside(contact: ContactFacts, rule: AudienceRule) -> bool:
    """Whether the contact fits place, language and tags of the rule; with several tags, one is enough."""
    somewhere = not (rule.districts or rule.provinces)
    here = somewhere or contact.district in rule.districts or contact.province in rule.provinces
    spoken = not rule.languages or contact.language in rule.languages
    return here and spoken and (not rule.tags or not rule.tags.isdisjoint(contact.tags))
