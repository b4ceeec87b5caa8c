"""The home of a story's gateway: prepared once with the demo's posts, copied for each story, ruled by its clock."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from gateway.assembly import Replacements, build
from gateway.cli import demo_data
from gateway.cli.setting_up import make_stores
from gateway.content.running import RunningContent
from gateway.queueing.wakeup import NoWakeup
from gateway.services.installation import DEMO, claim
from gateway.settings import make_home, read_settings
from gateway.system.crew import OneAfterAnother
from gateway.wiring import Gateway

BEGINNING = datetime(2026, 11, 1, tzinfo=UTC)


class StoryClock:
    """Stands still until the story moves it."""

    def __init__(self, at: datetime = BEGINNING) -> None:
        self.at = at

    def now(self) -> datetime:
        """Return the story's present."""
        return self.at


def prepare_template(folder: Path, content: RunningContent, settings: Mapping[str, str] | None = None) -> None:
    """Make a home with keys, database and the demo's posts, to be copied for each story."""
    gateway = open_story_gateway(folder, StoryClock(), content, settings)
    claim(gateway.outside.store, DEMO)
    demo_data.seed(gateway, accounts=False)
    gateway.close()


def open_story_gateway(
    home: Path, clock: StoryClock, content: RunningContent, settings: Mapping[str, str] | None = None
) -> Gateway:
    """Open the gateway of a home, in demo mode, without threads and without a queue server.

    ``settings`` are further names of the environment: a database elsewhere.
    """
    environment = {"GATEWAY_HOME": str(home), "LOG_LEVEL": "error", **(settings or {})}
    read = read_settings(environment, home, mode="demo")
    make_home(read, least_free=0)
    make_stores(read)
    return build(read, Replacements(clock=clock, crew=OneAfterAnother(), wakeup=NoWakeup(), content=content))
