"""``gateway partner``: what other systems were told, how each try went, and telling it again."""

from dataclasses import asdict

import click

from gateway.cli.opening import open_gateway
from gateway.cli.printing import columns, json_line, local
from gateway.errors import NotFound

HEAD = ("at", "partner", "event", "state", "tries", "last answer", "ms", "id")


@click.group()
def partner() -> None:
    """Webhooks and case systems; no number and no word of a report is shown, for none is sent."""


@partner.command("log")
@click.option("--json", "as_json", is_flag=True, help="One object a line, with every try.")
@click.option("--most", type=click.IntRange(1, 10_000), default=100, show_default=True, help="Newest rows at most.")
def log(as_json: bool, most: int) -> None:
    r"""List what was told, newest first.

    \b
    Examples:
      gateway partner log
      gateway partner log --json --most 1000
    """
    gateway = open_gateway()
    with gateway.outside.store.reading() as work:
        rows = work.partners.listed(most)
    if as_json:
        for push, tries in rows:
            shown = {name: value for name, value in asdict(push).items() if name != "body"}
            json_line({**shown, "log": [asdict(tried) for tried in tries]})
        return
    zone = gateway.settings.timezone
    columns(
        (
            [
                local(push.created_at, zone), push.partner, push.kind, push.state, str(push.tries),
                (f"{tries[-1].status} {tries[-1].why}".strip() if tries else "-"),
                (str(tries[-1].milliseconds) if tries else "-"), push.id,
            ]
            for push, tries in rows
        ),
        HEAD,
    )  # fmt: skip


@partner.command("replay")
@click.argument("push_ids", nargs=-1, required=True)
def replay(push_ids: tuple[str, ...]) -> None:
    r"""Tell something again that was not taken; the receiver knows a repeated event by its id.

    \b
    Examples:
      gateway partner replay 0197f3c2a1b97c3e8d5f6a7b8c9d0e1f
      gateway partner replay 0197f3c2a1b97c3e8d5f6a7b8c9d0e1f 0197f3c2a1ba7d41b2c3d4e5f6a7b8c9
    """
    gateway = open_gateway()
    now = gateway.outside.clock.now()
    for push_id in push_ids:
        with gateway.outside.store.writing() as work:
            if not work.partners.again(push_id, now):
                raise NotFound(f"Nothing of the id {push_id} waits or is parked.")
            work.audit.append(now, "command line", "admin", "push.replayed", push_id)
    click.echo(f"{len(push_ids)} will be told again within seconds.")
