"""What a broadcast says of itself, in words instead of ids and codes: whom it is for, and what an edit changed."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final

from flask import g
from markupsafe import Markup

from gateway.campaigns.audience import INFORMATION, AudienceRule
from gateway.campaigns.plan import LATE, Drip, drip_from
from gateway.ports.campaign_book import Edition
from gateway.services.editions import editions_differ
from gateway.web.running import gateway
from gateway.web.words import visible

NARROWING: Final = ("groups", "roles", "past", "tags")
Line = tuple[Markup, str]
Change = tuple[Markup, str, str]


def whom(rule: AudienceRule, rested: int) -> Iterator[Line]:
    """Yield what a rule asks of its readers as (name, values), beside the places.

    ``rested``: the days without another broadcast that this kind of broadcast asks for.
    """
    facts = rule.as_facts()
    for name in ("languages", *NARROWING, "substitutes"):
        if facts.get(name):
            yield g.words(f"edited.audience_{name}"), value_of(f"audience.{name}", json.dumps(facts[name]))
    if rule.purpose != INFORMATION:
        yield g.words("edited.audience_purpose"), value_of("audience.purpose", rule.purpose)
    written = g.words.number(rule.rest_days)
    used = g.words("campaign.rest_used", written=written, used=rested)
    yield g.words("edited.audience_rest_days"), written if rested == rule.rest_days else str(used)


def narrowed(rule: AudienceRule) -> bool:
    """Whether a rule chooses some people of those who agreed to its purpose, by more than their language."""
    facts = rule.as_facts()
    return any(facts.get(name) for name in ("districts", "provinces", *NARROWING))


def edits_of(editions: tuple[Edition, ...]) -> list[tuple[datetime, str, tuple[Change, ...]]]:
    """Return when, by whom and how each later saving changed what is to be approved."""
    pairs = zip(editions, editions[1:], strict=False)
    return [(after.at, after.author, tuple(_changes(before, after))) for before, after in pairs]


def drip_words(drip: Drip) -> str:
    """Return by whose date a broadcast goes, such as "7 days before: planned departure", and how late it may leave."""
    side, of = g.words.code("side", "before" if drip.days < 0 else "after"), g.words.code("date_of", drip.of)
    said = str(g.words("campaign.drip", days=abs(drip.days), side=side, of=of))
    return said if drip.late == LATE else f"{said}. {g.words('campaign.drip_late', days=drip.late)}"


def flow_words(name: str) -> str:
    """Return what villagers meet under a flow's name."""
    return str(g.words.code("flow_name", name))


def value_of(field: str, stored: str) -> str:
    """Return a stored value of an edition in words; one that nobody words stands as it is."""
    if stored in ("", "null", "[]", "{}"):
        return ""
    word = _WORDED.get(field)
    return str(word(stored)) if word else visible(stored)


def _changes(before: Edition, after: Edition) -> Iterator[Change]:
    for field, old, new in editions_differ(before.content, after.content):
        group, _, name = field.partition(".")
        label = _text_in(name) if group == "text" else g.words.code("edited", field.replace(".", "_"))
        yield label, value_of(field, old), value_of(field, new)


def _text_in(language: str) -> Markup:
    words, name = g.words, f"form.text_{language}"
    said: Markup = words(name) if words.has(name) else words.code("tongue", language)
    return said


def _moment(stored: str) -> str:
    at = datetime.fromisoformat(stored)
    return f"{g.words.day(at)} {g.words.hour(at)}"


def _each(word: Callable[[str], object]) -> Callable[[str], str]:
    return lambda stored: ", ".join(str(word(code)) for code in json.loads(stored))


def _substitutes(stored: str) -> str:
    chosen: dict[str, str] = json.loads(stored)
    instead = {"": g.words("wizard.leave_out")}
    return ", ".join(
        f"{g.words.code('tongue', spoken)}: {instead.get(sent) or g.words.code('tongue', sent)}"
        for spoken, sent in chosen.items()
    )


def _past(stored: str) -> str:
    lines: list[tuple[str, str]] = json.loads(stored)
    with gateway().outside.store.reading() as work:
        rows = {campaign: work.campaigns.get(campaign) for campaign, _ in lines}
    named = {campaign: row.name if row else "" for campaign, row in rows.items()}
    return ", ".join(f"{g.words.code('deed', did)}: {visible(named[campaign] or campaign)}" for campaign, did in lines)


def _drip(stored: str) -> str:
    return drip_words(drip_from(json.loads(stored)))


_WORDED: Final[Mapping[str, Callable[[str], Any]]] = MappingProxyType(
    {
        "starts_at": _moment,
        "audience.districts": _each(lambda code: g.words.place(code)),
        "audience.provinces": _each(lambda code: g.words.place(code)),
        "audience.languages": _each(lambda code: g.words.code("tongue", code)),
        "audience.groups": _each(visible),
        "audience.roles": _each(lambda code: g.words.code("cascade_role", code)),
        "audience.tags": _each(visible),
        "audience.past": _past,
        "audience.purpose": lambda stored: g.words.code("agreed_to", stored),
        "audience.substitutes": _substitutes,
        "plan.repeats": lambda stored: g.words.code("repeats", stored),
        "plan.not_after": _moment,
        "plan.drip": _drip,
        "plan.budget": lambda stored: g.words("campaign.price_of", n=g.words.number(int(stored))),
        "plan.reply_flow": flow_words,
        "plan.facts_until": lambda stored: f"{date.fromisoformat(stored):%d/%m/%Y}",
        "plan.emergency": lambda stored: g.words("emergency.title"),
    }
)
