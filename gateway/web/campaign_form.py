"""Reading the wizard's forms: whom, which texts, when and how far; as a person types it, Lao digits included."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from werkzeug.datastructures import MultiDict

from gateway.campaigns.audience import DEEDS, REST_DAYS, ROLES, AudienceRule, Past
from gateway.campaigns.plan import DATES as DATES_OF
from gateway.campaigns.plan import LATE, REPEATS, Drip, Plan
from gateway.contacts.cells import PURPOSES
from gateway.errors import Conflict
from gateway.geography.place import Place
from gateway.text.lao import ascii_digits
from gateway.text.segments import tidy
from gateway.web.running import gateway
from gateway.web.typed_numbers import UnreadableNumber, days_of, kip_of
from gateway.web.words import places

WRITTEN = ("lo", "en", "hmn")
LONGEST_TEXT = 1000
DATES = ("%d/%m/%Y", "%Y-%m-%d")
Form = MultiDict[str, str]


class UnreadableHour(Conflict):
    """Day or hour are not written as a day or an hour."""


def rule_of(form: Form, before: AudienceRule) -> AudienceRule:
    """Return whom the form names, ``rested`` aside; what the page does not offer stays as it was.

    A ticked province stands for all its districts, unless it stood for itself before.
    """
    known = {place.code for place in places().districts()}
    districts, ticked = set(form.getlist("district")), set(form.getlist("province"))
    for province in ticked - before.provinces:
        districts |= {place.code for place in places().districts(province)}
    return replace(
        before,
        districts=frozenset(districts & known) | (before.districts - known),
        provinces=before.provinces & ticked,
        languages=frozenset(form.getlist("language")) & frozenset(WRITTEN) | before.languages - frozenset(WRITTEN),
        groups=frozenset(name for name in form.getlist("group") if name),
        roles=frozenset(role for role in ROLES if role in form.getlist("role")),
        purpose=next((one for one in PURPOSES if one == form.get("purpose")), before.purpose),
        past=past_of(form, before),
    )


def rested(form: Form, rule: AudienceRule) -> AudienceRule:
    """Return the rule with the days that people have had nothing; UnreadableNumber."""
    days = days_of(form.get("rest_days", ""), "wizard.rest_days", str(REST_DAYS))
    return rule if days is None else replace(rule, rest_days=days)


def past_of(form: Form, before: AudienceRule) -> frozenset[Past]:
    """Return what the form asks of earlier broadcasts, a line each; a page without the fields keeps them."""
    if "past" not in form:
        return before.past
    lines = zip(form.getlist("past"), form.getlist("did"), strict=False)
    return frozenset(Past(campaign, one) for campaign, did in lines if campaign for one in DEEDS if one == did)


def texts_of(form: Form, before: Mapping[str, str]) -> dict[str, str]:
    """Return the texts as they are sent, by language; those that say nothing are left out.

    A text in a language that the page does not offer stays.
    """
    given = {language: form.get(f"text_{language}", "").replace("\r\n", "\n")[:LONGEST_TEXT] for language in WRITTEN}
    kept = {language: text for language, text in before.items() if language not in WRITTEN}
    return {**kept, **{language: tidy(text) for language, text in given.items() if text.strip()}}


def substitutes_of(form: Form, before: Mapping[str, str]) -> dict[str, str]:
    """Return what readers of a language without a text get: another language, or nothing; as before if not asked."""
    chosen = dict(before)
    for language in WRITTEN:
        instead = form.get(f"instead_{language}")
        if instead == "none":
            chosen[language] = ""
        elif instead in WRITTEN and instead != language:
            chosen[language] = instead
        elif instead is not None and instead != before.get(language):
            chosen.pop(language, None)
    return chosen


def start_of(form: Form) -> datetime | None:
    """Return the chosen start; None: when it is sent by hand."""
    return None if form.get("start") == "hand" else instant(form.get("day", ""), form.get("hour", ""))


def plan_of(form: Form, before: Plan) -> Plan:
    """Return how the broadcast goes on, as the form says it; UnreadableHour, UnreadableNumber."""
    return replace(
        before,
        repeats=next((name for name in REPEATS if name == form.get("repeats")), "once"),
        not_after=instant(form.get("last_day", ""), form.get("last_hour", "") or "20:00" * bool(form.get("last_day"))),
        drip=drip_of(form),
        budget=kip_of(form.get("budget", ""), "wizard.budget"),
        reply_flow=form.get("reply_flow") or None,
        facts_until=day_of(form.get("facts_until", "")),
    )


def drip_of(form: Form) -> Drip | None:
    """Return by whose date it goes, None for nobody's; UnreadableNumber, also where the days are missing."""
    of = next((name for name in DATES_OF if name == form.get("drip")), None)
    if of is None:
        return None
    days = days_of(form.get("drip_days", ""), "wizard.drip_days", "30")
    late = days_of(form.get("drip_late", ""), "wizard.drip_late", str(LATE))
    if days is None:
        raise UnreadableNumber("wizard.drip_days", "30")
    return Drip(of, -days if form.get("drip_side") == "before" else days, LATE if late is None else late)


def instant(day: str, hour: str) -> datetime | None:
    """Return the instant of day and hour; None when both are empty; UnreadableHour otherwise."""
    day, hour = day.strip(), ascii_digits(hour.strip()).replace(".", ":").zfill(5)
    if not day and not hour.strip("0"):
        return None
    try:
        local = datetime.combine(day_of(day) or date.min, time.fromisoformat(hour))
    except ValueError:
        raise UnreadableHour from None
    if local.date() == date.min or len(hour) != 5:
        raise UnreadableHour
    return local.replace(tzinfo=gateway().settings.timezone).astimezone(UTC)


def day_of(text: str) -> date | None:
    """Return a day written as 27/11/2026 or 2026-11-27; None for nothing; UnreadableHour otherwise."""
    if not text.strip():
        return None
    for pattern in DATES:
        try:
            return datetime.strptime(ascii_digits(text.strip()), pattern).replace(tzinfo=UTC).date()
        except ValueError:
            continue
    raise UnreadableHour


def shown_time(at: datetime | None) -> Mapping[str, str]:
    """Return day and hour of an instant as the form writes them."""
    if at is None:
        return {"day": "", "hour": ""}
    local = at.astimezone(gateway().settings.timezone)
    return {"day": f"{local:%d/%m/%Y}", "hour": f"{local:%H:%M}"}


def by_province() -> list[tuple[Place, tuple[Place, ...]]]:
    """Return every province with its districts, by code."""
    return [(province, places().districts(province.code)) for province in places().provinces()]


def in_a_day(now: datetime) -> datetime:
    """Return the same hour tomorrow, for an example."""
    return now + timedelta(days=1)
