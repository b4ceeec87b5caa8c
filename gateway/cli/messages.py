"""``gateway messages``: texts in both directions, one a line, without numbers and words."""

from dataclasses import asdict
from datetime import datetime, tzinfo

import click

from gateway.cli.opening import open_gateway
from gateway.cli.printing import columns, json_line, local

KINDS = ("sms", "ussd", "reply", "alert", "broadcast", "news", "notice")
HEAD = ("at", "way", "kind", "channel", "state", "reason", "tries", "case", "id")


@click.group()
def messages() -> None:
    """Texts in and out; no number and no word of them is shown."""


@messages.command("list")
@click.option("--json", "as_json", is_flag=True, help="One object a line.")
@click.option("--since", metavar="ISO", help="Only from this instant on; local time without an offset.")
@click.option("--direction", type=click.Choice(["in", "out"]), help="Only this way.")
@click.option("--kind", type=click.Choice(KINDS), help="Only these.")
def list_messages(as_json: bool, since: str | None, direction: str | None, kind: str | None) -> None:
    r"""List texts, oldest first.

    \b
    Examples:
      gateway messages list --json --kind alert
      gateway messages list --since 2026-11-23T07:00 --direction out
    """
    gateway = open_gateway()
    zone = gateway.settings.timezone
    begin = instant(since, zone) if since else None
    with gateway.outside.store.reading() as work:
        lines = work.outbox.lines(begin, direction, kind)
        if as_json:
            for line in lines:
                json_line(asdict(line))
            return
        columns(
            (
                [
                    local(line.created_at, zone),
                    line.direction,
                    line.kind,
                    line.channel,
                    line.state,
                    line.reason or "-",
                    str(line.attempts),
                    line.case or "-",
                    line.id,
                ]
                for line in lines
            ),
            HEAD,
        )


def instant(text: str, zone: tzinfo) -> datetime:
    """Read an ISO 8601 instant; without an offset it is local time."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is no instant; write it like 2026-11-23T07:00") from None
    return found if found.tzinfo else found.replace(tzinfo=zone)
