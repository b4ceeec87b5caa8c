"""Who gets a broadcast: a rule over contact facts, and the reason for everybody left out."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Literal, get_args

from gateway.errors import Conflict
from gateway.text.catalogue import fallbacks

Reason = Literal[
    "outside",
    "duplicate",
    "opted_out",
    "not_opted_in",
    "open_case",
    "unsafe",
    "dead_number",
    "messaged_lately",
    "no_language_text",
]
REASONS: tuple[Reason, ...] = get_args(Reason)
"""In the order in which they are tested; the first that holds is the one shown."""

PROTECTED: Final = "protected"
_PROTECTING: Final = frozenset({"open_case", "unsafe", "dead_number"})

Role = Literal["village_chief", "lwu_head", "trainer", "volunteer", "teacher"]
ROLES: tuple[Role, ...] = get_args(Role)
"""What somebody is in the training cascade; source: domain.md section 2, whom districts train in a village."""

Did = Literal["received", "not_received", "answered", "not_answered"]
DEEDS: tuple[Did, ...] = get_args(Did)

INFORMATION: Final = "information"
"""The purpose everybody agrees to who starts broadcasts by text; other purposes are asked for by name."""
REST_DAYS: Final = 7
UNSAID: Final = "lo"  # somebody who never chose a language


def told(reason: str) -> str:
    """Return what a count says of a reason: one for all that touch a case, or a count of one would tell whose it is."""
    return PROTECTED if reason in _PROTECTING else reason


@dataclass(frozen=True, slots=True, order=True)
class Past:
    """What somebody did, or did not do, with an earlier broadcast.

    ``received``: a text of it was delivered; ``answered``: her first text afterwards was an answer to it,
    not a call for help, a STOP or a topic.
    """

    campaign: str
    did: Did


@dataclass(frozen=True, slots=True)
class AudienceRule:
    """Whom a broadcast is for; an empty set means any. A contact is inside when district or province fits.

    Of several tags, groups or roles one is enough; of ``past`` every line must hold. ``substitutes``: a language
    without a text -> the language sent instead, "" to leave its speakers out; a language not named falls back as
    every text does. ``rest_days``: leave out whoever had a broadcast in that many days, 0 for nobody. ``purpose``:
    what people must have agreed to.
    """

    districts: frozenset[str] = frozenset()
    provinces: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    substitutes: Mapping[str, str] = field(default_factory=dict)
    rest_days: int = REST_DAYS
    groups: frozenset[str] = frozenset()
    roles: frozenset[Role] = frozenset()
    past: frozenset[Past] = frozenset()
    purpose: str = INFORMATION

    def as_facts(self) -> dict[str, Any]:
        """Return the rule as plain JSON values, sorted; ``from_facts`` reads it back.

        What a rule does not use is absent, so that the hash of a broadcast approved before it existed still fits.
        """
        newer = {
            "groups": sorted(self.groups),
            "past": [[line.campaign, line.did] for line in sorted(self.past)],
            "purpose": self.purpose if self.purpose != INFORMATION else "",
            "roles": sorted(self.roles),
        }
        return {
            "districts": sorted(self.districts),
            "languages": sorted(self.languages),
            "provinces": sorted(self.provinces),
            "rest_days": self.rest_days,
            "substitutes": dict(sorted(self.substitutes.items())),
            "tags": sorted(self.tags),
            **{name: value for name, value in newer.items() if value},
        }


@dataclass(frozen=True, slots=True)
class ContactFacts:
    """What the rule reads of a contact; no number, no name. ``already``: this campaign has a row for the contact.

    ``opted_in``: agreed to the purpose of the broadcast. ``received`` and ``answered`` hold campaign ids.
    """

    district: str | None
    province: str | None
    language: str | None
    opted_in: bool
    opted_out: bool = False
    open_case: bool = False
    safety: str = "unknown"
    tags: frozenset[str] = frozenset()
    already: bool = False
    last_broadcast_at: datetime | None = None
    groups: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    received: frozenset[str] = frozenset()
    answered: frozenset[str] = frozenset()
    dead_number: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """Included, in ``language``; or left out for ``reason``."""

    included: bool
    reason: Reason | None = None
    language: str | None = None


def from_facts(facts: Mapping[str, Any]) -> AudienceRule:
    """Return the rule of ``as_facts``; Conflict for a role or a deed that nobody knows."""
    roles = {role for role in ROLES if role in facts.get("roles", ())}
    deeds = {did: did for did in DEEDS}
    try:
        past = frozenset(Past(str(campaign), deeds[did]) for campaign, did in facts.get("past", ()))
    except (KeyError, ValueError):
        raise Conflict("The audience names something that nobody can have done.") from None
    if len(roles) != len(facts.get("roles", ())):
        raise Conflict("The audience names a role that is not known.")
    return AudienceRule(
        districts=frozenset(facts.get("districts", ())),
        provinces=frozenset(facts.get("provinces", ())),
        languages=frozenset(facts.get("languages", ())),
        tags=frozenset(facts.get("tags", ())),
        substitutes=dict(facts.get("substitutes", {})),
        rest_days=int(facts.get("rest_days", 0)),
        groups=frozenset(facts.get("groups", ())),
        roles=frozenset(roles),
        past=past,
        purpose=str(facts.get("purpose", INFORMATION)),
    )


def language_sent(spoken: str | None, rule: AudienceRule, texts: Set[str]) -> str | None:
    """Return the language somebody is written to, of those that have a text; None when she is left out."""
    spoken = spoken or UNSAID
    if spoken in texts:
        return spoken
    if spoken in rule.substitutes:
        instead = rule.substitutes[spoken]
        return instead if instead in texts else None
    return next((near for near in fallbacks(spoken) if near in texts), None)


def in_another(spoken: str | None, sent: str | None) -> bool:
    """Whether somebody whose language is known is written to in another one.

    Latin letters and Lao ones are one language: who writes romanised Lao reads the Lao text, and is not missed by it.
    Whoever gets a stand-in, the last resort or one that the author chose is told of, for her own text can be written.
    """
    return bool(spoken and sent) and str(spoken).partition("-")[0] != str(sent).partition("-")[0]


def eligible(contact: ContactFacts, rule: AudienceRule, texts: Set[str], now: datetime) -> Verdict:
    """Return whether the contact gets the broadcast; ``texts`` are the languages that have one.

    The rule in words of its own: the store asks the same in SQL, and is held to this. A claim asks again for a STOP, a
    new case and an unsafe phone.
    """
    language = language_sent(contact.language, rule, texts)
    lately = contact.last_broadcast_at is not None and now - contact.last_broadcast_at < timedelta(days=rule.rest_days)
    holds = {
        "outside": not inside(contact, rule),
        "duplicate": contact.already,
        "opted_out": contact.opted_out,
        "not_opted_in": not contact.opted_in,
        "open_case": contact.open_case,
        "unsafe": contact.safety == "unsafe",
        "dead_number": contact.dead_number,
        "messaged_lately": lately,
        "no_language_text": language is None,
    }
    reason = next((reason for reason in REASONS if holds[reason]), None)
    return Verdict(False, reason) if reason else Verdict(True, None, language)


def inside(contact: ContactFacts, rule: AudienceRule) -> bool:
    """Whether the contact fits place, language, tags, groups, roles and past of the rule."""
    somewhere = not (rule.districts or rule.provinces)
    here = somewhere or contact.district in rule.districts or contact.province in rule.provinces
    spoken = not rule.languages or (contact.language or UNSAID) in rule.languages
    sets = ((rule.tags, contact.tags), (rule.groups, contact.groups), (rule.roles, contact.roles))
    chosen = all(not wanted or not wanted.isdisjoint(has) for wanted, has in sets)
    return here and spoken and chosen and all(did(contact, line) for line in rule.past)


def did(contact: ContactFacts, line: Past) -> bool:
    """Whether the contact did what a line of the past asks for."""
    campaigns = contact.received if line.did.endswith("received") else contact.answered
    return (line.campaign in campaigns) != line.did.startswith("not_")
