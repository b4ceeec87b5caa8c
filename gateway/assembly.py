"""Composition root: settings in, one running gateway out; nothing connects at import."""

import os
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path

from gateway.carriers import Surroundings, ledgers_of, open_channels
from gateway.content.running import RunningContent
from gateway.crash_points import reach
from gateway.ports.channel import Channel
from gateway.ports.clock import Clock
from gateway.ports.crew import Crew
from gateway.ports.outside import Outside
from gateway.ports.unit_of_work import Store
from gateway.ports.wakeup import Wakeup
from gateway.queueing.breakers import ProcessBreakers
from gateway.queueing.connection import connect
from gateway.queueing.throttle import LocalThrottle, RedisThrottle
from gateway.queueing.wakeup import NoWakeup, RedisWakeup
from gateway.services.installation import require_mode
from gateway.settings import Settings
from gateway.store.case_keys import open_case_keys
from gateway.store.key_files import load_keys
from gateway.store.personal_keys import PersonalSeals
from gateway.store.simulated_phones import StoredPhones
from gateway.store.smpp_arrivals import StoredArrivals
from gateway.store.unit_of_work import open_store
from gateway.store.ussd_memory import StoredUssdMemory
from gateway.system.chance import SystemChance
from gateway.system.clock import MovableClock, SystemClock
from gateway.system.crew import Threads
from gateway.system.meter import LogMeter
from gateway.system.owner import this_process
from gateway.wiring import Gateway, wire

SENDING_THREADS = 48


@dataclass(frozen=True, slots=True)
class Replacements:
    """What a test hands in instead of the machine's own."""

    clock: Clock | None = None
    crew: Crew | None = None
    wakeup: Wakeup | None = None
    content: RunningContent | None = None


def build(settings: Settings, instead: Replacements | None = None) -> Gateway:
    """Open the stores and wire every service; raises ConfigurationError when keys or database do not fit."""
    instead = instead or Replacements()
    meter = LogMeter(settings.log_level, settings.log_format)
    keyring, chance = load_keys(settings.keys), SystemChance()
    clock = instead.clock or (MovableClock() if settings.demo else SystemClock())
    store = open_store(settings.database_url, keyring, clock, chance)
    require_mode(store, settings.mode)
    case_keys = open_case_keys(settings.key_store_url, keyring)
    if isinstance(clock, MovableClock):
        clock.follow(partial(offset_of, store))
    redis = connect(settings.redis_url) if settings.redis_url and instead.wakeup is None else None
    rates = {entry.name: entry.rate for entry in settings.channels}
    channels: dict[str, Channel] = {}
    outside = Outside(
        store=store,
        clock=clock,
        chance=chance,
        wakeup=instead.wakeup or (RedisWakeup(redis, meter) if redis else NoWakeup()),
        meter=meter,
        keyring=keyring,
        case_keys=case_keys,
        throttle=RedisThrottle(redis, LocalThrottle(rates), meter) if redis else LocalThrottle(rates),
        breakers=ProcessBreakers(),
        channels=channels,
        crew=instead.crew or Threads(SENDING_THREADS),
        reach=reach,
        owner=this_process(),
        seals=PersonalSeals(),
    )
    phones = StoredPhones(store, keyring) if settings.demo else None
    content = instead.content or RunningContent(content_root(), watch=settings.demo, store=store, meter=meter)
    steady = instead.clock or SystemClock()
    gateway = wire(settings, outside, content, phones, StoredArrivals(store, keyring), meter, steady)
    memory = StoredUssdMemory(store, keyring, clock)
    around = Surroundings(settings, outside, memory, phones, gateway.delivery.record_receipt)
    channels.update(open_channels(around))
    gateway.duties.reconciling.ledgers.update(ledgers_of(channels))

    def close() -> None:
        store.dispose()
        case_keys.dispose()

    return replace(gateway, close=close)


def offset_of(store: Store) -> timedelta:
    """Return how far the demo's clock was moved."""
    with store.reading() as work:
        return work.duties.clock_offset()


def content_root() -> Path:
    """Return the folder that holds ``flows/`` and ``messages/``: the checkout, or where the operator points."""
    return Path(os.environ.get("GATEWAY_CONTENT", Path(__file__).resolve().parent.parent))
