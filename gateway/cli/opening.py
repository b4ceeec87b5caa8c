"""Opens what a command needs: the settings of this folder, and the gateway over the database they name."""

import os
from dataclasses import replace
from pathlib import Path

from gateway.assembly import Gateway, build
from gateway.errors import ConfigurationError
from gateway.queueing.embedded import running_url
from gateway.settings import Settings, read_settings

MODE = "mode"
"""Name of the mark by which a database says whether its people are invented."""


def settings_of_here(mode: str | None = None) -> Settings:
    """Read the settings; the embedded queue server of a running gateway is found by its home."""
    settings = read_settings(os.environ, Path.cwd(), mode=mode)
    return replace(
        settings,
        redis_url=settings.redis_url or running_url(settings.home),
        log_level=settings.log_level if os.environ.get("LOG_LEVEL") else "warning",
    )


def open_gateway() -> Gateway:
    """Build the gateway in the mode of its database; refuse when GATEWAY_MODE says otherwise."""
    settings = settings_of_here()
    require_database(settings)
    gateway = build(settings)
    marked = mark_of(gateway)
    if marked == settings.mode:
        return gateway
    if "GATEWAY_MODE" not in os.environ and marked == "demo":
        return build(settings_of_here("demo"))
    raise mismatch(settings, marked)


def mark_of(gateway: Gateway) -> str:
    """Return what the database is marked as; an unmarked one is a production database that was never begun."""
    with gateway.outside.store.reading() as work:
        return work.duties.mark(MODE) or "production"


def claim_database(gateway: Gateway) -> bool:
    """Mark an unmarked database for this mode; True when it was new. Refuse one of the other mode."""
    settings = gateway.settings
    with gateway.outside.store.writing() as work:
        marked = work.duties.mark(MODE)
        if marked is None:
            work.duties.set_mark(MODE, settings.mode)
    if marked not in (None, settings.mode):
        raise mismatch(settings, marked or "")
    return marked is None


def mismatch(settings: Settings, marked: str) -> ConfigurationError:
    """Return the refusal: invented and real people never meet in one database."""
    cure = "Choose another: GATEWAY_HOME=/path or DATABASE_URL=..."
    return ConfigurationError("GATEWAY_MODE", f"is {settings.mode}, but the database is marked {marked}", cure)


def require_database(settings: Settings) -> None:
    """Refuse a SQLite file that does not exist: opening it would make an empty one."""
    path = Path(settings.database_url.removeprefix("sqlite:///"))
    if settings.sqlite and not path.exists():
        cure = "Run `gateway init`, or `gateway demo` to look around."
        raise ConfigurationError("DATABASE_URL", f"{path} does not exist", cure)
