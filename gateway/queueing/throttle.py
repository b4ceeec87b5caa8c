"""Rates in segments a second: a token bucket a channel with nested shares a lane, in Redis or in this process."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from redis import Redis
from redis.exceptions import RedisError

from gateway.ports.meter import Meter

SHARES = {"alerts": 1.0, "replies": 0.9, "broadcasts": 0.7}
"""The part of a channel's rate that each lane may use, so that the lanes above it always find room."""

_SLOW_SECONDS = 60.0
_RETRY_REDIS_SECONDS = 5.0
_LEAST_WAIT = 0.001
"""Seconds; a shorter wait would be rounded to none, and none means that the segments were taken."""

# A lane draws from the channel's bucket and from its own share of it; both hold one second's worth, and a text larger
# than a bucket leaves when the bucket is full and puts it into debt. Times are the server's, in microseconds.
_SCRIPT = """
local now = redis.call('TIME')
local at = tonumber(now[1]) + tonumber(now[2]) / 1000000
local rate, share, cost = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
if redis.call('EXISTS', KEYS[3]) == 1 then rate = rate / 2 end
local wait = 0
local levels = {}
for i, speed in ipairs({rate, rate * share}) do
  local held = redis.call('HMGET', KEYS[i], 'level', 'at')
  local size = math.max(speed, 1)
  local level = tonumber(held[1]) or ARGV[4] * size
  level = math.min(size, level + math.max(0, at - (tonumber(held[2]) or at)) * speed)
  levels[i] = level
  local missing = math.min(cost, size) - level
  if missing > 0.000001 then wait = math.max(wait, missing / speed, tonumber(ARGV[5])) end
end
if wait > 0 then cost = 0 end
for i = 1, 2 do
  redis.call('HSET', KEYS[i], 'level', string.format('%.6f', levels[i] - cost), 'at', string.format('%.6f', at))
  redis.call('EXPIRE', KEYS[i], 3600)
end
return string.format('%.6f', wait)
"""


@dataclass(slots=True)
class _Bucket:
    level: float
    at: float

    def missing(self, now: float, speed: float, cost: float) -> float:
        """Refill to ``now`` and return how many segments are wanting."""
        size = max(speed, 1.0)
        self.level = min(size, self.level + max(0.0, now - self.at) * speed)
        self.at = now
        return min(cost, size) - self.level


@dataclass(slots=True)
class LocalThrottle:
    """Buckets in this process, for when there is no Redis: each of ``senders`` processes takes its part of the rate."""

    rates: Mapping[str, float]
    senders: int = 4
    monotonic: Callable[[], float] = time.monotonic
    _buckets: dict[tuple[str, str], _Bucket] = field(default_factory=dict)
    _slow_until: dict[str, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, channel: str, lane: str, segments: int) -> timedelta:
        """Take ``segments`` from the channel's rate; return zero, or how long to wait before asking again."""
        with self._lock:
            now = self.monotonic()
            rate = self.rates[channel] / self.senders
            if now < self._slow_until.get(channel, float("-inf")):
                rate /= 2
            wait, drawn = 0.0, []
            for name, speed in (("", rate), (lane, rate * SHARES[lane])):
                bucket = self._buckets.setdefault((channel, name), _Bucket(max(speed, 1.0), now))
                drawn.append(bucket)
                missing = bucket.missing(now, speed, segments)
                if missing > 1e-6:
                    wait = max(wait, missing / speed, _LEAST_WAIT)
            if wait:
                return timedelta(seconds=wait)
            for bucket in drawn:
                bucket.level -= segments
            return timedelta(0)

    def slow_down(self, channel: str) -> None:
        """Halve the channel's rate for a minute after a throttling answer."""
        with self._lock:
            now = self.monotonic()
            if now >= self._slow_until.get(channel, float("-inf")):
                self._slow_until[channel] = now + _SLOW_SECONDS


class RedisThrottle:
    """Buckets shared by every sender; while Redis is away each process keeps to its own share of the rate."""

    def __init__(self, connection: Redis, local: LocalThrottle, meter: Meter) -> None:
        self._connection, self._local, self._meter = connection, local, meter
        self._script = connection.register_script(_SCRIPT)
        self._away_until = float("-inf")

    def take(self, channel: str, lane: str, segments: int) -> timedelta:
        """Take ``segments`` from the channel's rate; return zero, or how long to wait before asking again."""
        share = SHARES[lane]
        if self._local.monotonic() < self._away_until:
            return self._local.take(channel, lane, segments)
        keys = [_key(channel, "all"), _key(channel, lane), _key(channel, "slow")]
        try:
            # A bucket nobody remembers starts half full: the server may just have lost what was spent.
            wait = self._script(keys=keys, args=[self._local.rates[channel], share, segments, 0.5, _LEAST_WAIT])
        except (RedisError, OSError):
            self._away_until = self._local.monotonic() + _RETRY_REDIS_SECONDS
            self._meter.count("throttle_without_redis", lane=lane)
            return self._local.take(channel, lane, segments)
        return timedelta(seconds=float(wait))

    def slow_down(self, channel: str) -> None:
        """Halve the channel's rate for a minute after a throttling answer."""
        self._local.slow_down(channel)
        try:
            self._connection.set(_key(channel, "slow"), 1, ex=int(_SLOW_SECONDS), nx=True)
        except (RedisError, OSError):
            self._meter.count("throttle_without_redis", lane="all")


def _key(channel: str, part: str) -> str:
    return f"saiduan:rate:{{{channel}}}:{part}"
