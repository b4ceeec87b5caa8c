"""Options of a broadcast: whom it is for; how often, until when, by whose date, for how much, to which flow.

An option that is not given leaves things as they are; ``-`` takes them back to what they are without it, and
``LANG=-`` one substitute.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, tzinfo
from typing import Any, Final, TypeVar

import click

from gateway.campaigns.audience import DEEDS, INFORMATION, REST_DAYS, ROLES, AudienceRule, Past
from gateway.campaigns.plan import DATES, LATE, ONCE, REPEATS, Drip, Plan
from gateway.cli.campaign_checks import NOTHING, districts_of, groups_of, languages_of, provinces_of
from gateway.cli.messages import instant
from gateway.contacts.cells import PURPOSES
from gateway.wiring import Gateway

Command = TypeVar("Command", bound=Callable[..., Any])
LEFT_OUT: Final = "none"
MOST_DAYS: Final = 366
ANYBODY: Final = AudienceRule()
PLAN = (
    click.option("--repeats", type=click.Choice((*REPEATS, NOTHING)), help="How often; once without it."),
    click.option("--until", metavar="ISO", help="Nothing of it leaves from then on."),
    click.option(
        "--by-date",
        metavar="DATE:DAYS[:LATE]",
        help=f"Days after a person's date ({', '.join(DATES)}), and days late at most: return:30, departure:-7:5.",
    ),
    click.option("--budget", metavar="KIP", help="It pauses before it costs more."),
    click.option("--replies-to", metavar="FLOW", help="Where answers go."),
    click.option("--true-until", metavar="DAY", help="The last day on which what it says is true."),
)
AUDIENCE = (
    click.option("--district", "districts", multiple=True, metavar="CODE", help="Repeat it for several."),
    click.option("--province", "provinces", multiple=True, metavar="CODE", help="A whole one; repeat it for several."),
    click.option("--group", "groups", multiple=True, metavar="NAME", help="People of a group; repeat it for several."),
    click.option("--role", "roles", multiple=True, metavar="ROLE", help=f"In the cascade: {', '.join(ROLES)}."),
    click.option("--language", "languages", multiple=True, metavar="LANG", help="Readers of a language."),
    click.option(
        "--substitute",
        "substitutes",
        multiple=True,
        metavar="LANG=LANG",
        help=f"What readers without a text get instead; LANG={LEFT_OUT} leaves them out, LANG={NOTHING} takes it back.",
    ),
    click.option("--past", multiple=True, metavar="ID:DEED", help=f"An earlier broadcast ({', '.join(DEEDS)})."),
    click.option(
        "--agreed-to",
        type=click.Choice((*PURPOSES, NOTHING)),
        help=f"What people agreed to; {INFORMATION} without it.",
    ),
    click.option("--rest-days", metavar="DAYS", help=f"Days without another one; {REST_DAYS} without it."),
)


def audience_options(command: Command) -> Command:
    """Add the options that say whom a broadcast is for."""
    return _with(command, AUDIENCE)


def plan_options(command: Command) -> Command:
    """Add the options that say how it goes on."""
    return _with(command, PLAN)


def audience_of(gateway: Gateway, given: Mapping[str, Any], before: AudienceRule) -> AudienceRule:
    """Return the rule that the options make of one; BadParameter for what cannot be read, or is not known."""
    reads: Mapping[str, tuple[str, Callable[[Any], Any]]] = {
        "districts": ("districts", lambda names: districts_of(names, "; --province takes a whole province")),
        "provinces": ("provinces", provinces_of),
        "groups": ("groups", lambda names: groups_of(gateway, names)),
        "roles": ("roles", _roles),
        "languages": ("languages", lambda codes: languages_of(codes, "--language")),
        "past": ("past", lambda lines: frozenset(_past(line) for line in lines if line != NOTHING)),
        "substitutes": ("substitutes", lambda lines: _substitutes(lines, before.substitutes)),
        "agreed_to": ("purpose", str),
        "rest_days": ("rest_days", _rest_days),
    }
    return replace(before, **_changed(given, reads, ANYBODY))


def plan_of(given: Mapping[str, Any], zone: tzinfo, before: Plan) -> Plan:
    """Return the plan that the options make of one; BadParameter for what cannot be read."""
    reads: Mapping[str, tuple[str, Callable[[Any], Any]]] = {
        "repeats": ("repeats", str),
        "until": ("not_after", lambda text: instant(text, zone)),
        "by_date": ("drip", _drip),
        "budget": ("budget", _kip),
        "replies_to": ("reply_flow", str),
        "true_until": ("facts_until", _day),
    }
    return replace(before, **_changed(given, reads, ONCE))


def start_of(at: str | None, zone: tzinfo, before: datetime | None) -> datetime | None:
    """Return the start that ``--at`` names; not given it stays."""
    if at is None:
        return before
    return None if at == NOTHING else instant(at, zone)


def _with(command: Command, options: Iterable[Callable[[Command], Command]]) -> Command:
    for option in reversed(tuple(options)):
        command = option(command)
    return command


def _changed(
    given: Mapping[str, Any], reads: Mapping[str, tuple[str, Callable[[Any], Any]]], without: AudienceRule | Plan
) -> dict[str, Any]:
    """Return the fields that options change; for a dash, what the field is without its option."""
    return {
        field: getattr(without, field) if given[option] == NOTHING else read(given[option])
        for option, (field, read) in reads.items()
        if given[option] not in (None, ())
    }


def _roles(given: Iterable[str]) -> frozenset[str]:
    roles = frozenset(given) - {NOTHING}
    if unknown := roles - {*ROLES}:
        raise click.BadParameter(f"{min(unknown)!r} is none of {', '.join(ROLES)}", param_hint="--role")
    return roles


def _past(line: str) -> Past:
    campaign, _, did = line.rpartition(":")
    known = next((one for one in DEEDS if one == did), None)
    if not campaign or known is None:
        raise click.BadParameter(f"write ID:DEED, with one of {', '.join(DEEDS)}", param_hint="--past")
    return Past(campaign, known)


def _substitutes(lines: Collection[str], before: Mapping[str, str]) -> dict[str, str]:
    """Return what is sent instead after what was given; a dash alone takes back whatever stood before."""
    kept = {} if NOTHING in lines else dict(before)
    for line in lines:
        if line == NOTHING:
            continue
        spoken, equals, sent = line.partition("=")
        if not (spoken and equals and sent):
            raise click.BadParameter(f"{line!r} is not LANG=LANG, such as hmn=lo", param_hint="--substitute")
        languages_of({spoken} - set(before) | {sent} - {LEFT_OUT}, "--substitute")
        kept[spoken] = "" if sent == LEFT_OUT else sent
    return {spoken: sent for spoken, sent in kept.items() if sent != NOTHING}


def _rest_days(text: str) -> int:
    if not text.isdecimal() or int(text) > MOST_DAYS:
        raise click.BadParameter(f"{text!r} is no number of days up to {MOST_DAYS}", param_hint="--rest-days")
    return int(text)


def _kip(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise click.BadParameter(f"{text!r} is no sum in kip, such as 100000", param_hint="--budget")
    return int(text)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is not a day such as 2026-12-31", param_hint="--true-until") from None


def _drip(text: str) -> Drip:
    of, days, late = (*text.split(":"), str(LATE))[:3] if text.count(":") in (1, 2) else ("", "", "")
    known = next((name for name in DATES if name == of), None)
    if known is None or not days.removeprefix("-").isdecimal() or not late.isdecimal():
        said = f"{text!r} is not DATE:DAYS or DATE:DAYS:LATE, such as return:30 or departure:-7:5"
        raise click.BadParameter(said, param_hint="--by-date")
    return Drip(known, int(days), int(late))
