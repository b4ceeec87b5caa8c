"""``gateway keys``: how keys stand, a new key-encryption key, and the public half of the escrow."""

from pathlib import Path

import click

from gateway.cli.backup import keep_safe, show
from gateway.cli.opening import open_gateway, settings_of_here
from gateway.cli.printing import json_line
from gateway.errors import Damaged, MalformedRequest
from gateway.services.key_report import status as status_of
from gateway.store import key_files
from gateway.store.sealing import new_pair

DAYS_KEPT = 7


@click.group()
def keys() -> None:
    """Keys of the server, the offices and the escrow."""


@keys.command()
@click.option("--json", "as_json", is_flag=True, help="One object on one line.")
def status(as_json: bool) -> None:
    r"""Show who can open sealed cases, who waits to be let in, and whether a rotation is under way.

    \b
    Examples:
      gateway keys status
      gateway keys status --json
    """
    gateway = open_gateway()
    found = status_of(gateway.outside)
    open_rotation = key_files.rotating(gateway.settings.keys)
    if as_json:
        offices = [
            {
                "agency": one.agency,
                "place": one.place,
                "since": one.since,
                "members": one.members,
                "waiting": one.waiting,
            }
            for one in found.offices
        ]
        facts = {"offices": offices, "escrow_since": found.escrow_since, "owed": found.owed}
        json_line({**facts, "server_copies": dict(found.wrapped), "rotating": open_rotation})
        return
    for one in found.offices:
        waiting = f"; waiting to be let in: {', '.join(one.waiting)}" if one.waiting else ""
        click.echo(f"{one.agency} {one.place}: {', '.join(one.members) or 'nobody'}{waiting}")
    since = f"since {found.escrow_since:%d/%m/%Y}" if found.escrow_since else "none. Cure: scripts/escrow create FOLDER"
    click.echo(f"escrow: {since}")
    click.echo(f"seals owed until somebody signs in: {found.owed}")
    copies = ", ".join(f"{number} under {name}" for name, number in sorted(found.wrapped.items()))
    click.echo(f"data keys that the server can open: {copies or 'none'}")
    if open_rotation:
        click.echo("a rotation is under way: restart every process, then gateway keys rotate --finish")


@keys.command()
@click.option("--finish", is_flag=True, help="After every process was restarted: drop the former key.")
def rotate(finish: bool) -> None:
    r"""Replace the key-encryption key in two steps, with a restart of every process between them.

    \b
    Examples:
      gateway keys rotate
      gateway keys rotate --finish
    """
    if not finish:
        name = key_files.begin_rotation(settings_of_here().keys)
        click.echo(f"new key-encryption key {name}; the former still opens.")
        click.echo("Restart every process of the gateway, then run: gateway keys rotate --finish")
        return
    gateway = open_gateway()
    if not key_files.rotating(gateway.settings.keys):
        click.echo("no rotation is under way")
        return
    click.echo(f"{gateway.outside.case_keys.rewrap()} data keys are under the new key")
    key_files.end_rotation(gateway.settings.keys)
    click.echo("the former key is gone; copy the key folder to its second place now")


@keys.command()
@click.argument("public")
def escrow(public: str) -> None:
    r"""Seal every case from now on to this public key as well; scripts/escrow create made it.

    \b
    Examples:
      gateway keys escrow "$(cat escrow/public.txt)"
      gateway keys escrow kqzB0Zb6mXz0r6p7m7m1qjT8J6u7bq1qg3i0k8m9nUE
    """
    gateway = open_gateway()
    try:
        gateway.outside.seals.seal(b"", public.strip(), "office_key", "escrow", "public")
    except Damaged as error:
        raise MalformedRequest("no public key") from error
    with gateway.outside.store.writing() as work:
        gateway.access.keys.set_escrow(work, public.strip())
    click.echo("cases are sealed to the escrow from now on")


@keys.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.option("--json", "as_json", is_flag=True, help="One object on one line.")
def backup(folder: Path, as_json: bool) -> None:
    r"""Write the keys of cases to FOLDER, which holds no other backups; those older than 7 days are deleted there.

    A case that is shredded here is unreadable everywhere once the last copy of its keys is gone: so run it daily, and
    copy the folder nowhere that forgets to delete.

    \b
    Examples:
      gateway keys backup /media/other/saiduan-keys
      gateway keys backup /media/other/saiduan-keys --json
    """
    gateway = open_gateway()
    show(keep_safe(gateway, "case-keys", gateway.settings.key_store_url, folder, keep=DAYS_KEPT), as_json)


@keys.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def operator(file: Path) -> None:
    r"""Draw the operator's pair of keys: backups are sealed to it from now on, and only FILE opens them.

    Keep FILE away from this computer: whoever takes the server then cannot open an old backup, in which stands what
    has been forgotten here since.

    \b
    Examples:
      gateway keys operator /media/stick/saiduan-operator.key
      gateway keys operator operator.key && mv operator.key /media/stick/
    """
    gateway = open_gateway()
    pair = new_pair()
    key_files.write_private(file, pair.private)
    key_files.set_operator(gateway.settings.keys, pair.public)
    with gateway.outside.store.writing() as work:
        work.audit.append(gateway.outside.clock.now(), "command line", "admin", "backup.operator_key", pair.public)
    click.echo(f"backups are sealed to the key in {file} from now on; take it away from this computer")
