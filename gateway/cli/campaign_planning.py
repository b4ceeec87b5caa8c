"""Options of a broadcast: whom it is for; how often, until when, by whose date, for how much, to which flow."""

from collections.abc import Callable, Mapping
from datetime import date, tzinfo
from typing import Any, TypeVar

import click

from gateway.campaigns.audience import DEEDS, INFORMATION, REST_DAYS, ROLES, AudienceRule, from_facts
from gateway.campaigns.plan import DATES, REPEATS, Drip, Plan
from gateway.cli.messages import instant
from gateway.contacts.cells import PURPOSES

Command = TypeVar("Command", bound=Callable[..., Any])
OPTIONS = (
    click.option("--repeats", type=click.Choice(REPEATS), default="once", show_default=True, help="How often."),
    click.option("--until", metavar="ISO", help="Nothing of it leaves from then on."),
    click.option("--by-date", metavar="DATE:DAYS", help=f"Days after a person's date ({', '.join(DATES)}): return:30."),
    click.option("--budget", type=click.IntRange(1), metavar="KIP", help="It pauses before it costs more."),
    click.option("--replies-to", metavar="FLOW", help="Where answers go."),
    click.option("--true-until", metavar="ISO", help="The last day on which what it says is true."),
)


AUDIENCE = (
    click.option("--district", "districts", multiple=True, metavar="CODE", help="Repeat it for several."),
    click.option("--group", "groups", multiple=True, metavar="NAME", help="People of a group; repeat it for several."),
    click.option("--role", "roles", multiple=True, type=click.Choice(ROLES), help="Role in the training cascade."),
    click.option("--language", "languages", multiple=True, metavar="LANG", help="Readers of a language."),
    click.option("--past", multiple=True, metavar="ID:DEED", help=f"An earlier broadcast ({', '.join(DEEDS)})."),
    click.option("--agreed-to", type=click.Choice(PURPOSES), default=INFORMATION, show_default=True),
    click.option("--rest-days", type=click.IntRange(0, 366), default=REST_DAYS, show_default=True),
)


def audience_options(command: Command) -> Command:
    """Add the options that say whom a broadcast is for."""
    for option in reversed(AUDIENCE):
        command = option(command)
    return command


def audience_of(given: Mapping[str, Any]) -> AudienceRule:
    """Return the rule that the options name; BadParameter for what cannot be read."""
    facts = {name: list(given[name]) for name in ("districts", "groups", "roles", "languages")}
    past = [list(line.rpartition(":")[::2]) for line in given["past"]]
    if any(not campaign or did not in DEEDS for campaign, did in past):
        raise click.BadParameter(f"write ID:DEED, with one of {', '.join(DEEDS)}", param_hint="--past")
    return from_facts({**facts, "past": past, "purpose": given["agreed_to"], "rest_days": given["rest_days"]})


def plan_options(command: Command) -> Command:
    """Add the options to a command."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


def plan_of(given: Mapping[str, Any], zone: tzinfo) -> Plan:
    """Return the plan that the options name; BadParameter for what cannot be read."""
    until, true_until, budget = given.get("until"), given.get("true_until"), given.get("budget")
    replies_to = given.get("replies_to")
    try:
        facts_until = date.fromisoformat(str(true_until)) if true_until else None
    except ValueError:
        raise click.BadParameter(f"{true_until!r} is not a day such as 2026-12-31", param_hint="--true-until") from None
    return Plan(
        repeats=next(name for name in REPEATS if name == given.get("repeats", "once")),
        not_after=instant(str(until), zone) if until else None,
        drip=_drip(str(given["by_date"])) if given.get("by_date") else None,
        budget=budget if isinstance(budget, int) else None,
        reply_flow=str(replies_to) if replies_to else None,
        facts_until=facts_until,
    )


def _drip(text: str) -> Drip:
    of, _, days = text.partition(":")
    known = next((name for name in DATES if name == of), None)
    if known is None or not days.removeprefix("-").isdecimal():
        raise click.BadParameter(
            f"{text!r} is not DATE:DAYS, such as return:30 or departure:-7", param_hint="--by-date"
        )
    return Drip(known, int(days))
