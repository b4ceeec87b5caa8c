"""What the wizard checks before anybody is asked to approve, and how a text looks on a real reader's phone."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from flask import g, request
from markupsafe import Markup

from gateway.campaigns.audience import PROTECTED, AudienceRule
from gateway.campaigns.campaign import Content
from gateway.campaigns.cost import budget
from gateway.errors import Conflict
from gateway.ports.audience_book import Person
from gateway.ports.campaign_book import CampaignRow
from gateway.services.broadcast_preview import Preview
from gateway.services.campaign_results import few
from gateway.services.campaign_rows import as_campaign, as_json, audience_of
from gateway.services.operators import OperatorLine
from gateway.services.reader_places import read_by
from gateway.text.segments import Measure, measure
from gateway.web.refusals import in_words
from gateway.web.running import gateway

_PARTS = re.compile(r"[\s.,:;!?()]+")


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the page: ``name`` is its text's id below ``check``, ``values`` what stands in it."""

    name: str
    mood: Literal["ok", "look", "stop"]
    values: dict[str, object]


@dataclass(frozen=True, slots=True)
class Checks:
    """All lines, the operators' parts, and today's spend against the cap in per cent."""

    lines: tuple[Check, ...]
    operators: tuple[OperatorLine, ...]
    spent_before: int
    spent_after: int | None


@dataclass(frozen=True, slots=True)
class Handset:
    """What one recipient would read; the number is masked."""

    person: Person
    text: str
    size: Measure


def checks_of(row: CampaignRow, preview: Preview) -> Checks:
    """Return every check of a broadcast as it is stored."""
    running = gateway()
    now = running.outside.clock.now()
    with running.outside.store.reading() as work:
        spent = work.guards.spent(running.delivery.guards.today(now))
    caps = running.delivery.guards.limits.caps
    money = budget(preview.cost.total, spent, caps)
    operators = running.operators.forecast(audience_of(row), preview.reach, preview.worst) if row.texts else ()
    after = round(100 * money.after) if money.after is not None else None
    return Checks(tuple(_lines(row, preview, money.fits)), operators, round(100 * money.before), after)


def _lines(row: CampaignRow, preview: Preview, fits: bool | None) -> Iterator[Check]:
    content, words = as_campaign(row).content, g.words
    yield Check("people", "ok" if preview.cost.people else "stop", {"n": words.number(preview.cost.people)})
    yield from _of_texts(content, preview)
    if content.texts and (why := _unready(preview)):
        yield Check("refused", "stop", {"why": why})
    if missing := preview.reach.left_out.get("no_language_text", 0):
        yield Check("missing", "look", {"n": words.number(missing)})
    for (spoken, sent), people in sorted(preview.reach.in_another.items()):
        named = {"spoken": words.code("tongue", spoken), "sent": words.code("tongue", sent)}
        yield Check("in_another", "look", {"n": words.number(people), **named})
    if preview.cost.total is None or fits is False:
        yield Check("no_price" if preview.cost.total is None else "over_cap", "look", {})
    if preview.waits:
        yield Check("waits", "look", {"moment": words.moment(preview.leaves_at)})
    yield Check("nobody_at_risk", "ok", {"n": few(preview.reach.left_out.get(PROTECTED, 0))})
    if content.plan.facts_until is None:
        yield Check("no_facts_date", "look", {})


def _unready(preview: Preview) -> Markup | None:
    """Return why approval cannot be asked for."""
    try:
        gateway().broadcasts.ready(preview)
    except Conflict as conflict:
        return in_words(g.words, conflict.told)
    return None


def _of_texts(content: Content, preview: Preview) -> Iterator[Check]:
    """Yield what is wrong with the texts themselves."""
    if not content.texts:
        yield Check("no_text", "stop", {})
    for language, faults in sorted(gateway().broadcasts.checks.faults(preview.worst).items()):
        for fault in faults:
            yield Check(f"fault_{fault.code}", "stop", {"language": g.words.code("tongue", language)})
    for language, text in sorted(content.texts.items()):
        if not _names_the_way_out(text):
            yield Check("no_stop", "look", {"language": g.words.code("tongue", language)})


def _names_the_way_out(text: str) -> bool:
    """Whether a word of the text, sent back alone, ends the messages."""
    lexicon = gateway().content.library().lexicon
    said = {intent for part in _PARTS.split(text) if part for intent in lexicon.whole(part)}
    return any(lexicon.class_of(intent) == "stop" for intent in said)


def planned(row: CampaignRow | None, content: Content) -> AudienceRule:
    """Return the rule by which people would be planned, were ``content`` stored for the broadcast."""
    return audience_of(replace(row, rule=as_json(content.audience))) if row else content.audience


def handset_of(row: CampaignRow, content: Content) -> Handset | None:
    """Return what the recipient says who is shown now; ``?beyond=`` walks on, ``&back=1`` walks back."""
    if not content.texts:
        return None
    beyond, back = request.args.get("beyond", "")[:64], request.args.get("back") == "1"
    rule, audience = planned(row, content), gateway().audience
    person = audience.preview(rule, tuple(content.texts), beyond, back=back)
    if person is None and beyond:
        person = audience.preview(rule, tuple(content.texts))
    if person is None:
        return None
    text = read_by(person, content.texts)
    return Handset(person, text, measure(text))
