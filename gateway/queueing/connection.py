"""Connections to Redis or Valkey with short timeouts and no retries of their own."""

from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

WAKE_TIMEOUT = 0.3
"""Seconds a request may wait for the queue server: it must never hold up an answer to a villager."""


def connect(url: str, timeout: float | None = WAKE_TIMEOUT) -> Redis:
    """Return a client of ``url``; nothing connects before the first command. ``timeout`` in seconds, None: patient."""
    return Redis.from_url(
        url,
        socket_timeout=timeout,
        socket_connect_timeout=timeout or 3.0,
        # The library would try three times more, each as long; the sweeper is our retry.
        retry=Retry(NoBackoff(), 0),
        health_check_interval=0,
    )
