"""``gateway campaign new``, ``edit`` and ``copy``: what a broadcast says, to whom and when."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import click

from gateway.campaigns.audience import AudienceRule
from gateway.campaigns.plan import ONCE
from gateway.cli.campaign import BY, WRITE, known, require, take
from gateway.cli.campaign_checks import languages_of
from gateway.cli.campaign_facts import in_another
from gateway.cli.campaign_planning import audience_of, audience_options, plan_of, plan_options, start_of
from gateway.cli.opening import open_gateway
from gateway.services.campaign_rows import as_campaign
from gateway.wiring import Gateway

TEXT = click.option("--text", "texts", multiple=True, metavar="LANG=TEXT", help="Repeat it for each language.")
AT = click.option("--at", metavar="ISO", help="When it leaves; without it, when it is scheduled.")


@click.command()
@click.argument("name")
@TEXT
@audience_options
@AT
@plan_options
@BY
def new(
    name: str,
    texts: tuple[str, ...],
    at: str | None,
    by: str,
    **planned: Any,  # noqa: ANN401 - the options of campaign_planning, each of its own type
) -> None:
    r"""Draft a broadcast and print its id.

    \b
    Examples:
      gateway campaign new rice --by manager --district LA1703 --text 'lo=ລາຄາເຂົ້າ ຢຸດ' --text 'en=Rice price. STOP'
      gateway campaign new trip --by manager --agreed-to travel --by-date departure:-7 --until 2027-09-01T20:00 ...
    """
    gateway = open_gateway()
    require(gateway, by, WRITE)
    zone = gateway.settings.timezone
    rule, plan = audience_of(gateway, planned, AudienceRule()), plan_of(planned, zone, ONCE)
    starts_at = start_of(at, zone, None)
    drafted = gateway.broadcasts.draft(name, texts_of(texts, {}), rule, starts_at, by, plan=plan)
    look_at(gateway, drafted)
    click.echo(drafted)


@click.command()
@click.argument("campaign_id", metavar="ID")
@click.option("--name", help="What lists call it.")
@TEXT
@audience_options
@AT
@plan_options
@BY
def edit(
    campaign_id: str,
    name: str | None,
    texts: tuple[str, ...],
    at: str | None,
    by: str,
    **planned: Any,  # noqa: ANN401 - the options of campaign_planning, each of its own type
) -> None:
    r"""Change what is given and leave the rest; a change voids an approval. A dash or an empty text takes a thing away.

    \b
    Examples:
      gateway campaign edit ID --by manager --text 'lo=ລາຄາເຂົ້າໃໝ່ ຢຸດ' --text hmn=
      gateway campaign edit ID --by manager --at 2026-12-04T09:00 --budget - --district LA1703 --district LA1704
    """
    gateway = open_gateway()
    require(gateway, by, WRITE)
    row, zone = known(gateway, campaign_id), gateway.settings.timezone
    before, called = as_campaign(row).content, row.name if name is None else " ".join(name.split())
    after = replace(
        before,
        texts=texts_of(texts, before.texts),
        audience=audience_of(gateway, planned, before.audience),
        starts_at=start_of(at, zone, before.starts_at),
        plan=plan_of(planned, zone, before.plan),
    )
    if (called, after.hash()) == (row.name, before.hash()):
        click.echo("nothing changed", err=True)
        click.echo(row.state)
        return
    gateway.broadcasts.draft(called, after.texts, after.audience, after.starts_at, by, row.id, after.plan)
    look_at(gateway, row.id)
    click.echo("draft")


@click.command()
@click.argument("campaign_id", metavar="ID")
@BY
def copy(campaign_id: str, by: str) -> None:
    r"""Draft the same texts for the same people once more, without hours and dates; print the new id.

    \b
    Examples:
      gateway campaign copy ID --by manager
      gateway campaign edit "$(gateway campaign copy ID --by manager)" --by manager --at 2026-12-04T09:00
    """
    click.echo(take(campaign_id, by, WRITE, lambda gateway: gateway.broadcasts.copy(campaign_id, by)))


def look_at(gateway: Gateway, campaign_id: str) -> None:
    """Say of what was written who gets it in another language; on stderr, for the answer is an id or a state."""
    for line in in_another(gateway.broadcasts.preview(campaign_id).reach):
        click.echo(line, err=True)


def texts_of(given: Iterable[str], before: Mapping[str, str]) -> dict[str, str]:
    """Return the texts by language after what was given: ``LANG=TEXT``, where an empty text takes a language away."""
    texts = dict(before)
    for line in given:
        language, equals, text = line.partition("=")
        if not (language and equals and (text or language in texts)):
            raise click.BadParameter(f"{line[:20]!r} is not LANG=TEXT, such as 'lo=...'", param_hint="--text")
        languages_of({language} - set(before), "--text")
        texts[language] = text
    return {language: text for language, text in texts.items() if text}
