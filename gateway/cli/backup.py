"""``gateway backup``: the whole database in one sealed file that was read again before it counts as made."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click

from gateway.cli.opening import open_gateway
from gateway.cli.printing import json_line
from gateway.errors import Conflict, Damaged
from gateway.ports.unit_of_work import Store
from gateway.services import restoring
from gateway.settings import config_path
from gateway.store import backup as backups
from gateway.store.backup import Backup, Order, What
from gateway.store.key_files import load_keys, operator_of
from gateway.store.migrating import latest
from gateway.store.unit_of_work import open_store
from gateway.system.chance import SystemChance
from gateway.wiring import Gateway

OTHER: dict[What, What] = {"data": "case-keys", "case-keys": "data"}


@dataclass(frozen=True, slots=True)
class Kept:
    """What a command left behind."""

    backup: Backup
    file: Path
    bytes: int
    deleted: int


@click.command()
@click.argument("place", type=click.Path(path_type=Path))
@click.option("--keep", type=click.IntRange(1, 366), default=30, show_default=True, help="How many a folder holds.")
@click.option("--json", "as_json", is_flag=True, help="One object on one line.")
def backup(place: Path, keep: int, as_json: bool) -> None:
    r"""Write database and gateway.yaml to PLACE, a new file or a folder of many, while everything runs.

    The keys are never in it: not the key folder, not the keys of cases (gateway keys backup). It is sealed to the
    operator's key where there is one (gateway keys operator), else under the key folder's. It is read back, checked
    and its audit chain verified before it gets its name. A folder keeps the newest ones, none older than 90 days.

    \b
    Examples:
      gateway backup /media/disk/saiduan
      gateway backup before-upgrade.backup
    """
    gateway = open_gateway()
    config = config_path(os.environ, Path.cwd())
    files = {backups.CONFIGURATION: config} if config.is_file() else {}
    show(keep_safe(gateway, "data", gateway.settings.database_url, place, keep, files), as_json)


def keep_safe(
    gateway: Gateway, what: What, url: str, place: Path, keep: int, files: dict[str, Path] | None = None
) -> Kept:
    """Make a backup of one kind in a file or a folder, and write down that it was made."""
    outside, now = gateway.outside, gateway.outside.clock.now()
    folder = place if place.is_dir() else None
    if folder is not None and backups.kept_in(folder, OTHER[what]):
        raise Conflict(f"{folder} holds backups of the other kind: whoever finds one must not find both.")
    if gateway.settings.database_url == url and not gateway.settings.sqlite:
        prove_chain(gateway, url)
    target = folder / backups.name_for(what, now) if folder is not None else place
    order = Order(what, url, latest(), now, operator_of(gateway.settings.keys), files or {}, proof(gateway, what))
    made = backups.make(order, target.absolute(), load_keys(gateway.settings.keys), gateway.settings.home)
    deleted = backups.rotate(folder, what, keep, now) if folder is not None else 0
    with outside.store.writing() as work:
        restoring.noted(work, what, now)
        work.audit.append(now, "command line", "admin", f"backup.made_{what}", made.id)
    return Kept(made, target, target.stat().st_size, deleted)


def proof(gateway: Gateway, what: What) -> Callable[[Path], None]:
    """Return what judges a copy of an SQLite database that was read back."""

    def prove(copy: Path) -> None:
        if what == "data":
            prove_chain(gateway, f"sqlite:///{copy}")

    return prove


def prove_chain(gateway: Gateway, url: str) -> None:
    """Verify the audit of a database: a backup of a broken chain would pass for a good one later."""
    keyring = load_keys(gateway.settings.keys)
    store = open_store(url, keyring, gateway.outside.clock, SystemChance())
    try:
        require_chain(store)
    finally:
        store.dispose()


def require_chain(store: Store) -> None:
    """Raise Damaged when the audit of a store does not hold."""
    with store.reading() as work:
        for wrong in work.audit.verify():
            raise Damaged(f"the audit does not hold: {wrong}")


def show(kept: Kept, as_json: bool) -> None:
    """Say what was made."""
    if as_json:
        made = kept.backup
        facts = {"file": str(kept.file), "bytes": kept.bytes, "id": made.id, "at": made.at, "deleted": kept.deleted}
        json_line({**facts, "sealed_to": "server" if made.to == backups.SERVER else "operator"})
        return
    click.echo(f"{kept.file}: {kept.bytes} bytes, read back and checked, id {kept.backup.id}")
    if kept.deleted:
        click.echo(f"{kept.deleted} older ones were deleted")
