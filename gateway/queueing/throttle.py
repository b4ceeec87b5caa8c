"""Rates in segments a second: a token bucket a channel with nested shares a lane, in Redis or in this process."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from redis import Redis
from redis.exceptions import RedisError

from gateway.delivery import pace
from gateway.ports.meter import Meter

_RETRY_REDIS_SECONDS = 5.0
_LEAST_WAIT = 0.001
"""Seconds; a shorter wait would be rounded to none, and none means that the segments were taken."""
_KEPT_SECONDS = 86_400
_HALF_FULL = 0.5
_AT_ONCE_SECONDS = 0.05
"""A process draws what its lane may send in this time at once, where it is there, and forgets what it has not used."""

# What both scripts know: the server's time, and the part of its rate that the channel may use (gateway.delivery.pace).
_PART = f"""
local now = redis.call('TIME')
local at = tonumber(now[1]) + tonumber(now[2]) / 1000000
local function part_now(key)
  local cut = redis.call('HMGET', key, 'part', 'at')
  if not cut[1] then return 1, nil end
  local since = math.max(0, at - tonumber(cut[2]))
  local steps = math.floor(since / {pace.STEP_EVERY.total_seconds()})
  return math.min(1, tonumber(cut[1]) + {pace.STEP} * steps), since
end
local function cut_to(key, part)
  redis.call('HSET', key, 'part', string.format('%.6f', part), 'at', string.format('%.6f', at))
  redis.call('EXPIRE', key, {_KEPT_SECONDS})
end
"""

# A lane draws from the channel's bucket and from its own share of it. Both hold one second's worth; a text larger than
# a bucket leaves when the bucket is full and puts it into debt. What a lane may not use it also leaves in the bucket.
# Answers with the wait, or with how many segments more than the cost were taken, since they were there.
_TAKE = (
    _PART
    + """
local rate, share, cost = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
if redis.call('EXISTS', KEYS[1]) == 0 then cut_to(KEYS[3], tonumber(ARGV[7])) end
rate = rate * part_now(KEYS[3])
local wait, more = 0, tonumber(ARGV[8])
local levels = {}
for i, speed in ipairs({rate, rate * share}) do
  local held = redis.call('HMGET', KEYS[i], 'level', 'at')
  local size = math.max(speed, 1)
  local level = tonumber(held[1]) or ARGV[4] * size
  level = math.min(size, level + math.max(0, at - (tonumber(held[2]) or at)) * speed)
  levels[i] = level
  local left = i == 1 and size * (1 - share) or 0
  more = math.max(0, math.min(more, math.floor(level - left - cost)))
  local missing = math.min(cost + left, size) - level
  if missing > 0.000001 then wait = math.max(wait, missing / speed, tonumber(ARGV[5])) end
end
if wait > 0 then cost, more = 0, 0 end
for i = 1, 2 do
  redis.call('HSET', KEYS[i], 'level', string.format('%.6f', levels[i] - cost - more), 'at', string.format('%.6f', at))
  redis.call('EXPIRE', KEYS[i], ARGV[6])
end
return {string.format('%.6f', wait), more}
"""
)
_SLOW_DOWN = (
    _PART
    + f"""
local part, since = part_now(KEYS[1])
if since and since < {pace.GIVES_WAY_ONCE_IN.total_seconds()} then return 0 end
cut_to(KEYS[1], math.min(1, math.max(part / 2, {pace.SLOWEST} / tonumber(ARGV[1]))))
return 1
"""
)


@dataclass(slots=True)
class _Bucket:
    level: float
    at: float

    def missing(self, now: float, speed: float, cost: float, left: float = 0.0) -> float:
        """Refill to ``now`` and return how many segments are wanting, if ``left`` are to stay for others."""
        size = max(speed, 1.0)
        self.level = min(size, self.level + max(0.0, now - self.at) * speed)
        self.at = now
        return min(cost + left, size) - self.level


@dataclass(frozen=True, slots=True)
class _Cut:
    part: float
    at: float

    def now(self, now: float) -> float:
        """Return the part of the rate that may be used by now."""
        return pace.part_at(self.part, timedelta(seconds=max(0.0, now - self.at)))


@dataclass(slots=True)
class LocalThrottle:
    """Buckets in this process, for when there is no Redis: each of ``senders`` processes takes its part of the rate."""

    rates: Mapping[str, float]
    senders: int = 4
    monotonic: Callable[[], float] = time.monotonic
    _buckets: dict[tuple[str, str], _Bucket] = field(default_factory=dict)
    _cuts: dict[str, _Cut] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, channel: str, lane: str, segments: int) -> timedelta:
        """Take ``segments`` from the channel's rate; return zero, or how long to wait before asking again."""
        with self._lock:
            now, share = self.monotonic(), pace.SHARES[lane]
            rate = self.rates[channel] / self.senders * self._part(channel, now)
            wait, drawn = 0.0, []
            for name, speed, left in (("", rate, max(rate, 1.0) * (1 - share)), (lane, rate * share, 0.0)):
                bucket = self._buckets.setdefault((channel, name), _Bucket(max(speed, 1.0), now))
                drawn.append(bucket)
                missing = bucket.missing(now, speed, segments, left)
                if missing > 1e-6:
                    wait = max(wait, missing / speed, _LEAST_WAIT)
            if wait:
                return timedelta(seconds=wait)
            for bucket in drawn:
                bucket.level -= segments
            return timedelta(0)

    def slow_down(self, channel: str) -> None:
        """Halve the channel's rate after a throttling answer, at most once in 60 s; it comes back by steps."""
        with self._lock:
            now = self.monotonic()
            cut = self._cuts.get(channel)
            if cut is None or now - cut.at >= pace.GIVES_WAY_ONCE_IN.total_seconds():
                rate = self.rates[channel] / self.senders
                self._cuts[channel] = _Cut(pace.halved(self._part(channel, now), rate), now)

    def _part(self, channel: str, now: float) -> float:
        cut = self._cuts.get(channel)
        return 1.0 if cut is None else cut.now(now)


@dataclass(slots=True)
class _Drawn:
    """Segments that a process has taken and not used yet."""

    left: int
    until: float

    def covers(self, segments: int, now: float) -> bool:
        """Use ``segments`` of them; False, and nothing used, when there are too few or they are too old."""
        if now >= self.until or self.left < segments:
            return False
        self.left -= segments
        return True


class RedisThrottle:
    """Buckets shared by every sender; while Redis is away each process keeps to its own share of the rate."""

    def __init__(self, connection: Redis, local: LocalThrottle, meter: Meter) -> None:
        self._connection, self._local, self._meter = connection, local, meter
        self._take, self._slow_down = connection.register_script(_TAKE), connection.register_script(_SLOW_DOWN)
        self._away_until = float("-inf")
        self._drawn: dict[tuple[str, str], _Drawn] = {}
        self._lock = threading.Lock()

    def take(self, channel: str, lane: str, segments: int) -> timedelta:
        """Take ``segments`` from the channel's rate; return zero, or how long to wait before asking again."""
        with self._lock:
            now = self._local.monotonic()
            if now < self._away_until:
                return self._local.take(channel, lane, segments)
            drawn = self._drawn.get((channel, lane))
            if drawn is not None and drawn.covers(segments, now):
                return timedelta(0)
            try:
                wait, more = self._ask(channel, lane, segments)
            except (RedisError, OSError):
                self._away_until = self._local.monotonic() + _RETRY_REDIS_SECONDS
                self._meter.count("throttle_without_redis", lane=lane)
                return self._local.take(channel, lane, segments)
            self._drawn[channel, lane] = _Drawn(more, now + _AT_ONCE_SECONDS)
            return timedelta(seconds=wait)

    def _ask(self, channel: str, lane: str, segments: int) -> tuple[float, int]:
        share, rate = pace.SHARES[lane], self._local.rates[channel]
        keys = [_key(channel, "all"), _key(channel, lane), _key(channel, "cut")]
        # A bucket nobody remembers starts half full and at half the rate: the server may just have lost the past.
        known = [rate, share, segments, _HALF_FULL, _LEAST_WAIT, _KEPT_SECONDS, pace.halved(1.0, rate)]
        wait, more = self._take(keys=keys, args=[*known, int(rate * share * _AT_ONCE_SECONDS)])
        return float(wait), int(more)

    def slow_down(self, channel: str) -> None:
        """Halve the channel's rate after a throttling answer, at most once in 60 s; it comes back by steps."""
        self._local.slow_down(channel)
        with self._lock:
            self._drawn.clear()
        try:
            self._slow_down(keys=[_key(channel, "cut")], args=[self._local.rates[channel]])
        except (RedisError, OSError):
            self._meter.count("throttle_without_redis", lane="all")


def _key(channel: str, part: str) -> str:
    return f"saiduan:rate:{{{channel}}}:{part}"
