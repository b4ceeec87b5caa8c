"""Opens the database: how SQLite and PostgreSQL are set up, and what their errors mean to the gateway."""

import os
import sqlite3
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, ExceptionContext, make_url

from gateway.errors import Conflict, Damaged, Defect, GatewayError, Unavailable

WAIT = 5  # seconds until a transaction that cannot begin gives up; SQLite's busy timeout, too
POOL = 32
LOOK_AGAIN = 0.001  # seconds between two looks at a lock that another process holds
_NOBODY_WAKES_US = threading.Event()

SQLITE_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",  # WAL with NORMAL may lose the last commits at power loss
    "foreign_keys=ON",
    "secure_delete=ON",  # deleted keys and texts are overwritten, not only unlinked
    "trusted_schema=OFF",
    "temp_store=MEMORY",  # nothing of a sort or a list ever lies in a temporary file
)

SQLITE_WRITER_PRAGMAS = (
    "cache_size=-8000",  # kB: what a thousand rows of a list touch, or their pages would be written twice
    "wal_autocheckpoint=4000",  # pages: those that every commit touches go to the file once for many commits
)

_BUSY = {5, 6}  # SQLITE_BUSY, LOCKED
_NO_ROOM = {7, 9, 10, 13, 14, 15}  # SQLITE_NOMEM, INTERRUPT, IOERR, FULL, CANTOPEN, PROTOCOL
_READ_ONLY, _CONSTRAINT, _CORRUPT = 8, 19, {11, 26}
_TAKEN = {2067, 1555}  # SQLITE_CONSTRAINT_UNIQUE, _PRIMARYKEY


@dataclass(frozen=True, slots=True)
class Engines:
    """Two ways into one database: ``writers`` begin at once with the write lock, ``readers`` cannot write."""

    writers: Engine
    readers: Engine
    wait: int

    @property
    def sqlite(self) -> bool:
        """Whether this is SQLite, where one process writes behind one lock."""
        return self.writers.dialect.name == "sqlite"

    def dispose(self) -> None:
        """Close every connection."""
        self.writers.dispose()
        self.readers.dispose()


def open_engines(database_url: str, pool: int = POOL, wait: int = WAIT) -> Engines:
    """Make the engines of a database; nothing connects yet. ``wait``: seconds until it is Unavailable."""
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        return Engines(_sqlite(url, pool, wait, writing=True), _sqlite(url, pool, wait, writing=False), wait)
    options = f"-c synchronous_commit=on -c timezone=UTC -c lock_timeout={wait * 1000}"
    writers = create_engine(
        url,
        hide_parameters=True,
        pool_size=pool,
        max_overflow=0,
        pool_timeout=wait,
        connect_args={"connect_timeout": max(wait, 2), "options": options},
    )
    event.listen(writers, "handle_error", _translate)
    readers = writers.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return Engines(writers, readers, wait)


def _sqlite(url: URL, pool: int, wait: int, *, writing: bool) -> Engine:
    engine = create_engine(
        url,
        hide_parameters=True,
        pool_size=pool,
        max_overflow=0,
        pool_timeout=wait,
        connect_args={"timeout": wait, "check_same_thread": False},
    )

    def set_up(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # the driver's own BEGIN comes too late: the listener below begins
        for pragma in (*SQLITE_PRAGMAS, *(SQLITE_WRITER_PRAGMAS if writing else ("query_only=ON",))):
            connection.execute(f"PRAGMA {pragma}")

    def start(connection: Connection) -> None:
        if writing:
            _begin_alone(connection.connection.driver_connection, wait)
        else:
            connection.exec_driver_sql("BEGIN")

    def only_for_us(_dialect: object, _record: object, arguments: list[Any], _options: object) -> None:
        if url.database and not os.path.exists(url.database):
            with suppress(OSError):  # SQLite says itself what is wrong with the place
                os.close(os.open(url.database, os.O_CREAT | os.O_RDWR, 0o600))

    event.listen(engine, "do_connect", only_for_us)
    event.listen(engine, "connect", set_up)
    event.listen(engine, "begin", start)
    event.listen(engine, "handle_error", _translate)
    return engine


def truncate_log(engines: Engines) -> None:
    """Write SQLite's log into the file and empty it: what was deleted is then overwritten in both.

    It waits for nobody: while somebody reads, the log stays until the next time.
    """
    if engines.sqlite:
        raw = engines.writers.raw_connection()
        try:
            raw.cursor().execute("PRAGMA busy_timeout=0")
            raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        finally:
            raw.cursor().execute(f"PRAGMA busy_timeout={engines.wait * 1000}")
            raw.close()


def let_others_in() -> None:
    """Leave SQLite's write lock alone for as long as a process that waits for it needs to look twice."""
    _NOBODY_WAKES_US.wait(2 * LOOK_AGAIN)


def _begin_alone(connection: Any, wait: int) -> None:  # noqa: ANN401 - SQLAlchemy does not know its driver's type
    """Take SQLite's one write lock, looking every millisecond; SQLite itself would look ever more rarely."""
    deadline = time.monotonic() + wait
    connection.execute("PRAGMA busy_timeout=0")
    try:
        while True:
            try:
                connection.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.Error as error:
                ours = _of_sqlite(error)
                if not isinstance(ours, Unavailable) or time.monotonic() >= deadline:
                    raise ours from error
            _NOBODY_WAKES_US.wait(LOOK_AGAIN)
    finally:
        connection.execute(f"PRAGMA busy_timeout={wait * 1000}")


def _translate(context: ExceptionContext) -> GatewayError | None:
    """Turn an error of the driver into one of ours; its text may quote values, so it is not repeated."""
    error = context.original_exception
    if isinstance(error, sqlite3.Error):
        ours = _of_sqlite(error)
        if isinstance(ours, Unavailable) and _code(error) & 0xFF in _NO_ROOM:
            # SQLite may have rolled back by itself, and what follows would be committed statement by statement.
            context.is_disconnect, context.invalidate_pool_on_disconnect = True, False
        return ours
    return _of_postgres(error) if isinstance(error, psycopg.Error) else None


def _code(error: sqlite3.Error) -> int:
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return code or 0


def _of_sqlite(error: sqlite3.Error) -> GatewayError:
    code = _code(error)
    primary = code & 0xFF
    name = getattr(error, "sqlite_errorname", type(error).__name__)
    if primary in _BUSY | _NO_ROOM | {_READ_ONLY}:
        return Unavailable(f"SQLite: {name}")
    if primary in _CORRUPT:
        return Damaged(f"SQLite: {name}")
    if code in _TAKEN:
        return Conflict()
    if primary == _CONSTRAINT:
        return Defect(f"SQLite refused a row: {name}")
    return Defect(f"SQLite: {name}: {error}")


def _of_postgres(error: psycopg.Error) -> GatewayError:
    state = error.sqlstate or ""
    if state == "23505":
        return Conflict()
    if state[:2] in ("XX",):
        return Damaged(f"PostgreSQL: {state}")
    gone = isinstance(error, psycopg.OperationalError | psycopg.InterfaceError)
    if gone or state[:2] in ("08", "40", "53", "55", "57", "58"):
        return Unavailable(f"PostgreSQL: {state or type(error).__name__}")
    return Defect(f"PostgreSQL: {type(error).__name__} {state}")
