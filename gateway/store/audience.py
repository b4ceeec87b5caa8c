"""Who may get a broadcast, said in SQL: the rule of gateway.campaigns.audience, condition by condition."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Text, and_, case, cast, exists, func, literal, null, or_, select

from gateway.campaigns.audience import INFORMATION, UNSAID, AudienceRule, Past, language_sent
from gateway.contacts.consent import BROADCASTS
from gateway.contacts.contact import LANGUAGES
from gateway.delivery.life import FAILURES, NEVER_LEAVES
from gateway.store.schema.audience import CONTACT_GROUP, CONTACT_ROLE, GROUP_MEMBER
from gateway.store.schema.casework import CASES
from gateway.store.schema.columns import word
from gateway.store.schema.sending import CAMPAIGN, OUTBOX
from gateway.store.schema.talk import CONSENT, CONTACT, INBOUND, NUMBER_HEALTH

NEVER_LEFT = FAILURES | NEVER_LEAVES
OTHER_LANGUAGE = "und"  # whatever no step names

OPEN_CASE = CONTACT.c.id.in_(
    select(CASES.c.contact_id).where(CASES.c.contact_id.is_not(None), CASES.c.state != word("closed"))
)

DEAD_NUMBER = CONTACT.c.id.in_(select(NUMBER_HEALTH.c.contact_id).where(NUMBER_HEALTH.c.dead_since.is_not(None)))


def agreed(purpose: str) -> ColumnElement[bool]:
    """Return whether a contact agreed to a purpose; STOP, which ends every purpose, is asked apart."""
    return CONTACT.c.opted_in if purpose == INFORMATION else _given(literal(purpose))


def agreed_to_its_campaign() -> ColumnElement[bool]:
    """Return whether a contact agreed to the purpose of the campaign at hand."""
    return case((CAMPAIGN.c.purpose == INFORMATION, CONTACT.c.opted_in), else_=_given(CAMPAIGN.c.purpose))


def language(rule: AudienceRule, languages: Sequence[str]) -> ColumnElement[str | None]:
    """Return the language a contact is written to, of those that have a text; NULL when none fits."""
    texts, spoken = frozenset(languages), func.coalesce(CONTACT.c.language, UNSAID)
    known = sorted({*LANGUAGES, *texts, *rule.substitutes})
    steps = [(spoken == code, _maybe(language_sent(code, rule, texts))) for code in known]
    return case(*steps, else_=_maybe(language_sent(OTHER_LANGUAGE, rule, texts)))


def left_out(
    rule: AudienceRule, languages: Sequence[str], now: datetime, rounds: Sequence[str] = ()
) -> ColumnElement[str | None]:
    """Return why a contact who is inside gets nothing, the first reason that holds; NULL for those who do.

    ``rounds``: ids of its own earlier rounds, which are no reason to leave somebody out of the next.
    """
    since = now - timedelta(days=rule.rest_days)
    return case(
        (CONTACT.c.opted_out_at.is_not(None), "opted_out"),
        (~agreed(rule.purpose), "not_opted_in"),
        (OPEN_CASE, "open_case"),
        (CONTACT.c.safety == "unsafe", "unsafe"),
        (DEAD_NUMBER, "dead_number"),
        *([(messaged_since(since, rounds), "messaged_lately")] if rule.rest_days else []),
        (language(rule, languages).is_(None), "no_language_text"),
        else_=null(),
    )


def eligible(
    rule: AudienceRule, languages: Sequence[str], now: datetime, rounds: Sequence[str] = ()
) -> ColumnElement[bool]:
    """Return the condition of those who get it: inside, and nothing of ``left_out`` holds."""
    rest = [~messaged_since(now - timedelta(days=rule.rest_days), rounds)] if rule.rest_days else []
    return and_(
        inside(rule),
        CONTACT.c.opted_out_at.is_(None),
        agreed(rule.purpose),
        CONTACT.c.safety != "unsafe",
        language(rule, languages).is_not(None),
        ~OPEN_CASE,
        ~DEAD_NUMBER,
        *rest,
    )


def inside(rule: AudienceRule) -> ColumnElement[bool]:
    """Return whether a contact fits the rule."""
    places = [
        column.in_(sorted(codes))
        for column, codes in ((CONTACT.c.district, rule.districts), (CONTACT.c.province, rule.provinces))
        if codes
    ]
    parts: list[ColumnElement[bool]] = [or_(*places)] if places else []
    if rule.languages:
        parts.append(func.coalesce(CONTACT.c.language, UNSAID).in_(sorted(rule.languages)))
    if rule.tags:
        stored = cast(CONTACT.c.tags, Text)
        parts.append(or_(*(stored.contains(f'"{tag}"', autoescape=True) for tag in sorted(rule.tags))))
    if rule.groups:
        named = GROUP_MEMBER.join(CONTACT_GROUP, CONTACT_GROUP.c.id == GROUP_MEMBER.c.group_id)
        members = select(GROUP_MEMBER.c.contact_id).select_from(named)
        parts.append(CONTACT.c.id.in_(members.where(CONTACT_GROUP.c.name.in_(sorted(rule.groups)))))
    if rule.roles:
        holders = select(CONTACT_ROLE.c.contact_id).where(CONTACT_ROLE.c.role.in_(sorted(rule.roles)))
        parts.append(CONTACT.c.id.in_(holders))
    parts.extend(_did(line) for line in sorted(rule.past))
    return and_(*parts) if parts else CONTACT.c.id.is_not(None)


def messaged_since(
    since: datetime, rounds: Sequence[str] = (), contact: ColumnElement[str] = CONTACT.c.id
) -> ColumnElement[bool]:
    """Return whether a broadcast, other than those of ``rounds``, was on its way to a contact after an instant."""
    others = [OUTBOX.c.campaign_id.not_in(list(rounds))] if rounds else []
    return exists().where(
        *others,
        OUTBOX.c.contact_id == contact,
        OUTBOX.c.created_at > since,
        OUTBOX.c.kind == "broadcast",
        OUTBOX.c.state.not_in(sorted(NEVER_LEFT)),
    )


def _did(line: Past) -> ColumnElement[bool]:
    if line.did.endswith("received"):
        told = and_(OUTBOX.c.campaign_id == line.campaign, OUTBOX.c.contact_id == CONTACT.c.id)
        held = exists().where(told, OUTBOX.c.state == "delivered")
    else:
        held = exists().where(INBOUND.c.answers == line.campaign, INBOUND.c.contact_id == CONTACT.c.id)
    return ~held if line.did.startswith("not_") else held


def _given(purpose: ColumnElement[str]) -> ColumnElement[bool]:
    return exists().where(
        CONSENT.c.contact_id == CONTACT.c.id,
        CONSENT.c.case_id.is_(None),
        CONSENT.c.recipient == BROADCASTS,
        CONSENT.c.purpose == purpose,
        CONSENT.c.state == "given",
    )


def _maybe(value: str | None) -> ColumnElement[str | None]:
    return literal(value, Text)
