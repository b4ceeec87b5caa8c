"""``gateway case``: the list of cases, one case with its timeline, and accepting one; no answers and no stories."""

from dataclasses import asdict

import click

from gateway.cli.opening import open_gateway
from gateway.cli.printing import columns, json_line, local
from gateway.errors import NotFound
from gateway.services.case_desk import CaseView
from gateway.wiring import Gateway

HEAD = ("code", "level", "state", "district", "opened", "accepted", "next step")


@click.group()
def case() -> None:
    """Cases, by code; what people told stays in the console."""


@case.command("list")
@click.option("--json", "as_json", is_flag=True, help="One object a line.")
def list_cases(as_json: bool) -> None:
    r"""List every case, newest first.

    \b
    Examples:
      gateway case list
      gateway case list --json
    """
    gateway = open_gateway()
    zone = gateway.settings.timezone
    lines = gateway.case_desk.lines()
    if as_json:
        for line in lines:
            json_line(asdict(line))
        return
    columns(
        (
            [
                line.code,
                line.triage,
                line.state,
                line.district or "-",
                local(line.opened_at, zone),
                local(line.acknowledged_at, zone),
                local(line.next_step_due_at, zone),
            ]
            for line in lines
        ),
        HEAD,
    )


@case.command()
@click.argument("code")
@click.option("--json", "as_json", is_flag=True, help="One object on one line.")
def show(code: str, as_json: bool) -> None:
    r"""Show one case: where it stands, what happened, what is due. The look is written down.

    \b
    Examples:
      gateway case show 412706
      gateway case show 412706 --json
    """
    gateway = open_gateway()
    view = seen(gateway, code)
    if as_json:
        json_line(facts_of(view))
        return
    zone = gateway.settings.timezone
    row = view.case
    click.echo(f"{row.code}  {row.level}  {row.state}  {row.district or row.province or 'no place'}  by {row.channel}")
    click.echo(
        f"opened {local(row.opened_at, zone)} · accepted {local(row.acknowledged_at, zone)} · "
        f"next step {local(view.next_step_due_at, zone)}"
    )
    columns(
        ([local(event.at, zone), event.actor, event.kind, event.detail] for event in view.events),
        ("at", "who", "what", "detail"),
    )


@case.command()
@click.argument("code")
def ack(code: str) -> None:
    r"""Accept a case for the desk: the ladder pauses as after an OK by SMS.

    \b
    Examples:
      gateway case ack 412706
      gateway case ack 412706 && gateway case show 412706
    """
    gateway = open_gateway()
    seen(gateway, code)
    gateway.case_acts.accept(None, code)
    click.echo(f"{code} accepted")


def seen(gateway: Gateway, code: str) -> CaseView:
    """Return a case, or say that there is none."""
    try:
        return gateway.case_desk.show(None, code)
    except NotFound:
        raise click.ClickException(f"there is no case {code}; see `gateway case list`") from None


def facts_of(view: CaseView) -> dict[str, object]:
    """Return what one line of JSON says of a case: codes, places and times."""
    row = view.case
    return {
        "id": row.id,
        "code": row.code,
        "state": row.state,
        "triage": row.level,
        "rule": row.rule,
        "kind": row.kind,
        "channel": row.channel,
        "language": row.language,
        "province": row.province,
        "district": row.district,
        "opened_at": row.opened_at,
        "routed_at": row.routed_at,
        "released_at": row.released_at,
        "acknowledged_at": row.acknowledged_at,
        "acted_at": row.acted_at,
        "closed_at": row.closed_at,
        "next_step_due_at": view.next_step_due_at,
        "sealed_entries": dict(view.entries),
        "events": [
            {"at": event.at, "actor": event.actor, "kind": event.kind, "detail": event.detail} for event in view.events
        ],
        "steps": [
            {"name": step.name, "round": step.round, "due_at": step.due_at, "state": step.state} for step in view.steps
        ],
    }
