"""Opens what a command needs: the settings of this folder, and the gateway over the database they name."""

import os
from dataclasses import replace
from pathlib import Path

import click

from gateway.assembly import build
from gateway.errors import ConfigurationError
from gateway.queueing.embedded import running_url
from gateway.services.installation import DEMO, OtherMode
from gateway.settings import Settings, read_settings
from gateway.store.migrating import current, latest
from gateway.wiring import Gateway


def settings_of_here(mode: str | None = None) -> Settings:
    """Read the settings; the embedded queue server of a running gateway is found by its home."""
    settings = read_settings(os.environ, Path.cwd(), mode=mode)
    return replace(
        settings,
        redis_url=settings.redis_url or running_url(settings.home),
        log_level=settings.log_level if os.environ.get("LOG_LEVEL") else "warning",
    )


def open_gateway() -> Gateway:
    """Build the gateway in the mode of its database, so that a demo's commands need no setting.

    A GATEWAY_MODE that says otherwise is refused, and so is a database that is not there or not of this version.
    """
    settings = settings_of_here()
    require_database(settings)
    try:
        gateway = build(settings)
    except OtherMode as other:
        if "GATEWAY_MODE" in os.environ or other.marked != DEMO:
            raise
        gateway = build(settings_of_here(DEMO))
    click.get_current_context().call_on_close(gateway.close)
    return gateway


def require_database(settings: Settings) -> None:
    """Refuse a database that does not exist (opening a file would make an empty one) or is of another version."""
    path = Path(settings.database_url.removeprefix("sqlite:///"))
    if settings.sqlite and not path.exists():
        cure = "Run `gateway init`, or `gateway demo` to look around."
        raise ConfigurationError("DATABASE_URL", f"{path} does not exist", cure)
    found, needed = current(settings.database_url), latest()
    if found != needed:
        cure = "Run `gateway db upgrade`." if found else "Run `gateway init`."
        problem = f"the database is at revision {found or 'none'}, this version needs {needed}"
        raise ConfigurationError("DATABASE_URL", problem, cure)
