"""Brings a database to the schema of this version, or back."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from gateway.store.engine import open_engines

LATEST = "head"
NOTHING = "base"
_ALONE = text("SELECT pg_advisory_xact_lock(7243912)")


def migrate(database_url: str, revision: str = LATEST) -> str:
    """Upgrade to ``revision``, all or nothing, one process at a time; return the revision reached."""
    return _moved(database_url, lambda config: command.upgrade(config, revision))


def downgrade(database_url: str, revision: str = NOTHING) -> str | None:
    """Go back to ``revision``; what only the newer schema could hold is gone. Return the revision reached."""
    return _moved(database_url, lambda config: command.downgrade(config, revision)) or None


def current(database_url: str) -> str | None:
    """Return the revision of a database, or None for an empty one."""
    with _transaction(database_url) as connection:
        return MigrationContext.configure(connection).get_current_revision()


def latest() -> str:
    """Return the revision that this version of the gateway needs."""
    return ScriptDirectory.from_config(_config()).get_current_head() or NOTHING


def known() -> frozenset[str]:
    """Return every revision that this version can bring to the newest."""
    return frozenset(script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions())


def _moved(database_url: str, move: Callable[[Config], None]) -> str:
    config = _config()
    with _transaction(database_url) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(_ALONE)
        config.attributes["connection"] = connection
        move(config)
        return MigrationContext.configure(connection).get_current_revision() or ""


@contextmanager
def _transaction(database_url: str) -> Iterator[Connection]:
    engines = open_engines(database_url, pool=1)
    try:
        with engines.writers.begin() as connection:
            yield connection
    finally:
        engines.dispose()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "gateway.store:migrations")
    return config
