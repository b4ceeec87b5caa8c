"""Copies a whole database into one file and puts it back: SQLite by itself, PostgreSQL by its own two programs."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy import inspect
from sqlalchemy.engine import make_url

from gateway.errors import ConfigurationError, Conflict, Damaged, Unavailable
from gateway.store.engine import open_engines

SQLITE, POSTGRESQL = "sqlite", "postgresql"
_WAIT = 30.0  # seconds until a copy that cannot begin gives up


def kind_of(url: str) -> str:
    """Return which database an address names."""
    return SQLITE if url.startswith(SQLITE) else POSTGRESQL


def file_of(url: str) -> Path:
    """Return the file of an SQLite address."""
    return Path(make_url(url).database or "")


def copy_out(url: str, target: Path) -> None:
    """Write everything as it stands at one moment; the gateway goes on meanwhile."""
    if kind_of(url) == POSTGRESQL:
        target.touch(0o600, exist_ok=False)
        _run("pg_dump", url, "--format=custom", "--compress=0", "--no-owner", "--no-privileges", f"--file={target}")
        return
    target.touch(0o600, exist_ok=False)  # SQLite fills a file that is there and empty, with the rights that it has
    try:
        with closing(
            sqlite3.connect(f"{file_of(url).absolute().as_uri()}?mode=ro", uri=True, timeout=_WAIT)
        ) as connection:
            connection.execute("VACUUM INTO ?", (str(target),))
    except sqlite3.Error as error:
        raise Unavailable(f"SQLite: {getattr(error, 'sqlite_errorname', type(error).__name__)}") from error


def check(kind: str, copy: Path) -> None:
    """Read a copy from its first to its last page; Damaged when it does not hold together."""
    if kind == POSTGRESQL:
        _program("pg_restore", [f"--file={os.devnull}", str(copy)], {})
        return
    try:
        with closing(sqlite3.connect(f"{copy.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            found = connection.execute("PRAGMA integrity_check").fetchall()
            strays = connection.execute("PRAGMA foreign_key_check").fetchall()
    except sqlite3.Error as error:
        raise Damaged("the copy is no database") from error
    if found != [("ok",)] or strays:
        raise Damaged("the copy does not hold together")


def require_empty(url: str) -> None:
    """Refuse to put a copy where something is: what is there may be all that is left."""
    if kind_of(url) == SQLITE:
        path = file_of(url)
        if path.exists() or path.with_name(path.name + "-wal").exists():
            raise Conflict(f"{path} is there: a restore overwrites nothing. Move it away first.")
        return
    engines = open_engines(url, pool=1)
    try:
        if inspect(engines.readers).get_table_names():
            raise Conflict("the database holds tables: a restore overwrites nothing. Name an empty one.")
    finally:
        engines.dispose()


def put_back(url: str, copy: Path) -> None:
    """Make an empty database what the copy was, all or nothing."""
    require_empty(url)
    if kind_of(url) == POSTGRESQL:
        _run("pg_restore", url, "--no-owner", "--exit-on-error", "--single-transaction", str(copy))
        return
    target = file_of(url)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = target.with_name(target.name + ".part")
    shutil.copyfile(copy, part)
    part.chmod(0o600)
    with part.open("rb") as file:
        os.fsync(file.fileno())
    part.rename(target)


def _run(program: str, url: str, *arguments: str) -> None:
    """Run a program of PostgreSQL on a database; the password goes where no list of processes shows it."""
    address = make_url(url).set(drivername=POSTGRESQL)
    password = address.password
    shown = address.set(password=None).render_as_string()
    _program(program, [f"--dbname={shown}", *arguments], {"PGPASSWORD": password} if password else {})


def _program(program: str, arguments: list[str], more: dict[str, str]) -> None:
    found = shutil.which(program)
    if found is None:
        raise ConfigurationError("PATH", f"holds no {program}", "Install the client programs of PostgreSQL.")
    done = subprocess.run([found, *arguments], env=os.environ | more, capture_output=True, check=False)
    if done.returncode:
        raise Damaged(f"{program} ended with {done.returncode}")  # its words may quote rows
