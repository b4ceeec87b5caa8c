"""Backups: a database and the files that go with it in one sealed file, read again before it counts as made."""

import fcntl
import gzip
import io
import os
import re
import shutil
import tarfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import file_digest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Literal, cast

from gateway.errors import ConfigurationError, Conflict, Damaged
from gateway.store.copying import check, copy_out, kind_of
from gateway.store.encryption import Keyring, place, to_bytes, to_text
from gateway.store.sealed_file import Head, new_key, read_head, reading, writing
from gateway.store.sealing import open_sealed, seal_to

What = Literal["data", "case-keys"]
SUFFIX = ".backup"
DATABASE, CONFIGURATION = "database", "gateway.yaml"
SERVER = "server"
KEPT_AT_MOST = timedelta(days=90)
KEYS_KEPT = timedelta(days=6, hours=12)
"""A shredded case is unreadable once no copy of its keys is left: within 7 days, so a daily run deletes the seventh."""
_STAMP = "%Y%m%dT%H%M%S%z"
_STAMPED = re.compile(rf"saiduan-(data|case-keys)-([0-9]{{8}}T[0-9]{{6}}\+0000){re.escape(SUFFIX)}")
_QUICK = 1  # most of it is ciphertext: squeezing harder saves nothing


@dataclass(frozen=True, slots=True)
class Backup:
    """One backup as its head tells it; ``to``: ``server`` (the key folder opens it) or the operator's public key."""

    id: str
    what: What
    kind: str
    at: datetime
    revision: str
    to: str
    sealed_key: str

    @property
    def bound_to(self) -> tuple[str, str, str]:
        """Name the place of its key."""
        return ("backup", self.id, "key")


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be kept: ``operator`` is a public key or nothing; ``files`` go along by name; ``prove`` judges a copy.

    ``prove`` is given the file of an SQLite copy that was read back, and raises when it is not what it should be.
    """

    what: What
    url: str
    revision: str
    at: datetime
    operator: str
    files: Mapping[str, Path]
    prove: Callable[[Path], None]


def make(order: Order, target: Path, keyring: Keyring, room: Path) -> Backup:
    """Write a backup and read it back; it has its name only when all of that went well. ``room``: for plain copies."""
    if target.exists():
        raise Conflict(f"{target} is there: a backup overwrites nothing.")
    if not target.parent.is_dir():
        raise ConfigurationError(str(target.parent), "is no folder", "Make it, on another disk than the database.")
    backup, key = _begun(order, keyring)
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    try:
        with plain_room(room, ".backup") as folder:
            copy, again = folder / DATABASE, folder / "again"
            copy_out(order.url, copy)
            _pack(part, backup, key, {DATABASE: copy, **order.files})
            again.mkdir(mode=0o700)
            with unpacked(part, key, again) as found:
                _compare(copy, found[DATABASE])
                check(backup.kind, found[DATABASE])
                if backup.kind == "sqlite":
                    order.prove(found[DATABASE])
        part.rename(target)
    finally:
        part.unlink(missing_ok=True)
    return backup


@contextmanager
def plain_room(home: Path, name: str) -> Iterator[Path]:
    """Lend an empty folder for plain copies, to one at a time; what a killed one left behind is deleted first."""
    with (home / f"{name}.lock").open("wb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Conflict("Another one is at work here: wait until it has ended.") from error
        for left in home.glob(f"{name}-*"):
            shutil.rmtree(left)
        with TemporaryDirectory(prefix=f"{name}-", dir=home) as folder:
            yield Path(folder)


def read(path: Path) -> Backup:
    """Read what a backup says of itself; Damaged for any other file."""
    facts = read_head(path).facts
    try:
        at = datetime.fromisoformat(facts["at"])
        what = cast(What, {"data": "data", "case-keys": "case-keys"}[facts["what"]])
        return Backup(facts["id"], what, facts["kind"], at, facts["revision"], facts["to"], facts["sealed_key"])
    except (KeyError, ValueError) as error:
        raise Damaged("this is no backup") from error


def key_of(backup: Backup, keyring: Keyring, private: bytes | None) -> bytes:
    """Return the key of a backup: by the key folder, or by the operator's private half."""
    if backup.to == SERVER:
        return to_bytes(keyring.open(backup.sealed_key, *backup.bound_to))
    if private is None:
        raise Conflict("It is sealed to the operator's key: name its private half with --key FILE.")
    return open_sealed(private, backup.sealed_key, place(*backup.bound_to))


@contextmanager
def unpacked(path: Path, key: bytes, folder: Path) -> Iterator[Mapping[str, Path]]:
    """Lend the files of a backup, by name; nothing is lent before its last byte was read."""
    found = {}
    with reading(path, key) as plain, gzip.GzipFile(fileobj=cast(IO[bytes], io.BufferedReader(plain))) as squeezed:
        try:
            with tarfile.open(fileobj=squeezed, mode="r|") as packed:
                for member in packed:
                    name, content = os.path.basename(member.name), packed.extractfile(member)
                    if content is None or name != member.name:
                        raise Damaged("the backup holds something strange")
                    found[name] = folder / name
                    with os.fdopen(os.open(found[name], os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                        shutil.copyfileobj(content, file)
            while squeezed.read(io.DEFAULT_BUFFER_SIZE):
                pass  # the seal of the last chunk is behind the last file
        except (tarfile.TarError, EOFError, gzip.BadGzipFile) as error:
            raise Damaged("the backup is not whole") from error
    if DATABASE not in found:
        raise Damaged("the backup holds no database")
    yield found


def name_for(what: What, at: datetime) -> str:
    """Return the name of a backup in a folder of many: they sort by age."""
    return f"saiduan-{what}-{at.astimezone(UTC):{_STAMP}}{SUFFIX}"


def kept_in(folder: Path, what: What) -> list[Path]:
    """Return the backups of a kind in a folder, oldest first; other files are nobody's business."""
    return sorted(path for path in folder.iterdir() if (is_one := _STAMPED.fullmatch(path.name)) and is_one[1] == what)


def rotate(folder: Path, what: What, keep: int, now: datetime) -> int:
    """Delete backups that are too many or too old, never the newest; return how many."""
    found, most = kept_in(folder, what), KEYS_KEPT if what == "case-keys" else KEPT_AT_MOST
    old = {path for path in found[:-1] if now - datetime.strptime(_STAMPED.sub(r"\2", path.name), _STAMP) > most}
    surplus = old | set(found[:-keep])
    for path in surplus:
        path.unlink()
    return len(surplus)


def _begun(order: Order, keyring: Keyring) -> tuple[Backup, bytes]:
    key, number = new_key(), os.urandom(8).hex()
    bound = ("backup", number, "key")
    sealed = seal_to(order.operator, key, place(*bound)) if order.operator else keyring.seal(to_text(key), *bound)
    kind, to = kind_of(order.url), order.operator or SERVER
    return Backup(number, order.what, kind, order.at, order.revision, to, sealed), key


def _pack(path: Path, backup: Backup, key: bytes, files: Mapping[str, Path]) -> None:
    facts = {
        "id": backup.id,
        "what": backup.what,
        "kind": backup.kind,
        "at": backup.at.isoformat(),
        "revision": backup.revision,
        "to": backup.to,
        "sealed_key": backup.sealed_key,
    }
    with writing(path, Head(facts), key) as sealed:
        out = cast(IO[bytes], sealed)
        with gzip.GzipFile(fileobj=out, mode="wb", compresslevel=_QUICK, mtime=0) as squeezed:
            with tarfile.open(fileobj=squeezed, mode="w|") as packed:
                for name, path_of in files.items():
                    entry = tarfile.TarInfo(name)  # says nothing of the machine: no owner, no rights, no time
                    entry.size = path_of.stat().st_size
                    with path_of.open("rb") as file:
                        packed.addfile(entry, file)


def _compare(one: Path, other: Path) -> None:
    with one.open("rb") as first, other.open("rb") as second:
        if file_digest(first, "sha256").digest() != file_digest(second, "sha256").digest():
            raise Damaged("the backup does not give back what was put in")
