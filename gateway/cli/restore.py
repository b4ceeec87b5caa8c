"""``gateway restore``: a backup put where nothing is, checked, and silent until somebody lets it send."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import click

from gateway.cli.backup import require_chain
from gateway.cli.opening import open_gateway, settings_of_here
from gateway.errors import Conflict
from gateway.services import restoring
from gateway.settings import Settings, config_path, make_home
from gateway.store import backup as backups
from gateway.store.backup import Backup
from gateway.store.copying import POSTGRESQL, SQLITE, check, kind_of, put_back, require_empty
from gateway.store.encryption import Keyring
from gateway.store.key_files import load_keys, read_private
from gateway.store.migrating import known, migrate
from gateway.store.unit_of_work import open_store
from gateway.system.chance import SystemChance
from gateway.system.clock import SystemClock

Say = Callable[[str], None]


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False), required=False)
@click.option("--key", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="The operator's private key.")
@click.option("--release", is_flag=True, help="Let the restored gateway send.")
def restore(file: Path | None, key: Path | None, release: bool) -> None:
    r"""Put FILE where no database is; nothing leaves until it is released.

    First put the key folder in its place (GATEWAY_KEYS): without it nothing could be read. What was unsent when the
    backup was made is held, running broadcasts are paused. With --release alerts and answers that still have time go;
    unsent broadcasts are dropped, since they may have left after the backup was made.

    \b
    Examples:
      gateway restore /media/disk/saiduan/saiduan-data-20261126T200000+0000.backup
      gateway restore --release
    """
    if file is None and not release:
        raise click.UsageError("Name a backup, or --release.")
    if file is not None:
        put_in_place(settings_of_here(), file, read_private(key) if key else None, click.echo)
    if release:
        gateway = open_gateway()
        with gateway.outside.store.reading() as work:
            if not restoring.waiting(work):
                raise Conflict("Nothing is held: this gateway sends.")
        done = restoring.release(gateway.outside.store, gateway.outside.clock)
        click.echo(", ".join(f"{number} {lane}" for lane, number in done.items()))
        click.echo("alerts and answers go; broadcasts that may have left before were dropped")


def put_in_place(settings: Settings, file: Path, private: bytes | None, say: Say) -> None:
    """Restore the data or the keys of cases, whichever the file holds."""
    backup = backups.read(file)
    url = settings.database_url if backup.what == "data" else settings.key_store_url
    if backup.kind != kind_of(url):
        raise Conflict(f"The backup is of {backup.kind}, the configured database is of {kind_of(url)}.")
    if backup.what == "data" and backup.revision not in known():
        raise Conflict(f"The backup is of revision {backup.revision}, newer than this program: update it first.")
    require_empty(url)
    make_home(settings, least_free=file.stat().st_size)
    keyring = load_keys(settings.keys)
    with backups.plain_room(settings.home, ".restore") as room:
        with backups.unpacked(file, backups.key_of(backup, keyring, private), room) as found:
            copy = found[backups.DATABASE]
            check(backup.kind, copy)
            if backup.what == "data" and backup.kind == SQLITE:  # held before it is where anybody could start it
                hold_everything(f"sqlite:///{copy}", keyring, backup, say)
            put_back(url, copy)
            if backups.CONFIGURATION in found:
                say(f"configuration: {keep_configuration(found[backups.CONFIGURATION])}")
    if backup.what == "data" and backup.kind == POSTGRESQL:
        hold_everything(url, keyring, backup, say)
    say(f"restored {backup.what} as of {backup.at.astimezone(settings.timezone):%d/%m/%Y %H:%M}")


def hold_everything(url: str, keyring: Keyring, backup: Backup, say: Say) -> None:
    """Bring the database to this version, prove its chain, hold what is unsent, and say so in the chain."""
    migrate(url)
    clock = SystemClock()
    store = open_store(url, keyring, clock, SystemChance())
    try:
        require_chain(store)
        held = restoring.hold(store, clock, backup.id)
    finally:
        store.dispose()
    say(f"{held} unsent texts are held; nothing leaves before: gateway restore --release")


def keep_configuration(copy: Path) -> Path:
    """Put the configuration in its place, or beside the one that is there."""
    path = config_path(os.environ, Path.cwd())
    target = path.with_name(path.name + ".restored") if path.exists() else path
    shutil.copyfile(copy, target)
    target.chmod(0o600)
    return target
