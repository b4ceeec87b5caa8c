"""The one gateway of this process, built when the first job or tick needs it."""

import os
from functools import cache
from pathlib import Path

from redis import Redis

from gateway.assembly import build
from gateway.errors import ConfigurationError
from gateway.queueing.connection import connect
from gateway.queueing.embedded import running_url
from gateway.queueing.wakeup import acknowledge_wakeup
from gateway.settings import Settings, read_settings
from gateway.wiring import Gateway


@cache
def running_settings() -> Settings:
    """Return the settings of this process."""
    return read_settings(os.environ, Path.cwd())


@cache
def running_gateway() -> Gateway:
    """Return the gateway of this process."""
    return build(running_settings())


@cache
def queue_server() -> Redis:
    """Return a patient connection to the queue server; raises ConfigurationError when none is known."""
    settings = running_settings()
    url = settings.redis_url or running_url(settings.home)
    if not url:
        raise ConfigurationError("REDIS_URL", "no queue server is known", "Set it, or start `gateway demo`.")
    return connect(url, timeout=None)


def answer_wakeup(lane: str) -> Gateway:
    """Drop the lane's wake-up first, so that a row committed from now on brings a new job; return the gateway."""
    acknowledge_wakeup(queue_server(), lane)
    return running_gateway()


def announce_ready() -> None:
    """Tell the supervisor, if there is one, that this process can take work."""
    descriptor = os.environ.pop("GATEWAY_READY_FD", "")
    if descriptor:
        with os.fdopen(int(descriptor), "wb") as pipe:
            pipe.write(b"ready\n")
