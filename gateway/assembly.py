"""Composition root: settings in, one running gateway out; nothing connects at import."""

import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path

from gateway.carriers import Surroundings, ledgers_of, open_channels
from gateway.content.running import RunningContent
from gateway.crash_points import reach
from gateway.delivery.retry import RetrySettings
from gateway.errors import ConfigurationError
from gateway.integrations.partners.opening import open_partners
from gateway.ports.arrivals import Arrivals
from gateway.ports.channel import Channel
from gateway.ports.clock import Clock
from gateway.ports.crew import Crew
from gateway.ports.outbox import Share
from gateway.ports.outside import Outside
from gateway.ports.simulated_phones import SimulatedPhones
from gateway.ports.unit_of_work import Store
from gateway.ports.wakeup import Wakeup
from gateway.queueing.breakers import ProcessBreakers
from gateway.queueing.connection import connect
from gateway.queueing.throttle import LocalThrottle, RedisThrottle
from gateway.queueing.wakeup import NoWakeup, RedisWakeup
from gateway.services.access import Access
from gateway.services.alerting import Alerting
from gateway.services.announcing import Announcing
from gateway.services.audience import Audience
from gateway.services.broadcasts import Broadcasts
from gateway.services.case_desk import CaseDesk
from gateway.services.case_work import CaseWork
from gateway.services.closing import Closing
from gateway.services.conversing import Conversing
from gateway.services.delivery import Delivery
from gateway.services.duties import Duties
from gateway.services.effects import Effects
from gateway.services.emergencies import Emergencies
from gateway.services.facts import Facts
from gateway.services.foreground import Foreground
from gateway.services.guards import Guards
from gateway.services.health import Health
from gateway.services.inbound import InboundService
from gateway.services.installation import require_mode
from gateway.services.intake import Intake
from gateway.services.ladder import LadderWork
from gateway.services.notices import Notices
from gateway.services.officer_orders import OfficerOrders
from gateway.services.officer_work import OfficerWork
from gateway.services.operators import Operators
from gateway.services.pinning import Pinning
from gateway.services.publishing import Publishing
from gateway.services.reconciling import Reconciling
from gateway.services.referring import Referring
from gateway.services.rehearsing import Rehearsing
from gateway.services.relay import Relay
from gateway.services.routes import SIMULATOR
from gateway.services.silences import Silences
from gateway.services.unreported import Unreported
from gateway.settings import Settings
from gateway.store.case_keys import open_case_keys
from gateway.store.key_files import load_keys
from gateway.store.simulated_phones import StoredPhones
from gateway.store.smpp_arrivals import StoredArrivals
from gateway.store.unit_of_work import open_store
from gateway.store.ussd_memory import StoredUssdMemory
from gateway.system.chance import SystemChance
from gateway.system.clock import MovableClock, SystemClock
from gateway.system.crew import Threads
from gateway.system.meter import LogMeter
from gateway.system.owner import this_process
from gateway.system.passwords import Argon2Passwords
from gateway.tuning import (
    binds_of,
    erasing_of,
    escalation_of,
    interests_of,
    limits_of,
    pacing_of,
    prices_of,
    rate_of,
    routes_of,
)

SENDING_THREADS = 32
CLOCK_STRIDE = timedelta(seconds=30)  # the demo's clock is moved in strides, so that a ladder climbs step by step
CLOCK_STRIDES = 240


@dataclass(frozen=True, slots=True)
class Gateway:
    """One gateway, ready to hear and to send."""

    settings: Settings
    outside: Outside
    channels: Mapping[str, Channel]
    content: RunningContent
    inbound: InboundService
    delivery: Delivery
    case_work: CaseWork
    case_desk: CaseDesk
    officers: OfficerWork
    relay: Relay
    announcing: Announcing
    broadcasts: Broadcasts
    emergencies: Emergencies
    operators: Operators
    rehearsing: Rehearsing
    audience: Audience
    publishing: Publishing
    access: Access
    duties: Duties
    health: Health
    phones: SimulatedPhones | None
    arrivals: Arrivals
    close: Callable[[], None] = lambda: None

    def move_clock(self, by: timedelta) -> None:
        """Move the demo's clock forward and do what has become due, as often as it takes."""
        if not self.settings.demo:
            raise ConfigurationError("GATEWAY_MODE", "the clock moves in demo mode only", "Start `gateway demo`.")
        stride = max(CLOCK_STRIDE, by / CLOCK_STRIDES)
        while by > timedelta(0):
            with self.outside.store.writing() as work:
                work.duties.advance_clock(min(stride, by))
            if isinstance(self.outside.clock, MovableClock):
                self.outside.clock.forget()
            self.duties.catch_up()
            by -= stride


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


def wire(
    settings: Settings,
    outside: Outside,
    content: RunningContent,
    phones: SimulatedPhones | None,
    arrivals: Arrivals,
    meter: LogMeter,
    steady: Clock | None = None,
) -> Gateway:
    """Wire the services over the ports."""
    routes = routes_of(settings)
    guards = Guards(outside, content, limits_of(settings), settings.timezone)
    callback, others = CallbackUrl(settings.public_base_url), Share(without=binds_of(settings))
    delivery = Delivery(outside, content, routes, guards, callback, RetrySettings(), others)
    unreported = Unreported(outside, content, routes, RetrySettings())
    people = case_services(settings, outside, content)
    inbound = InboundService(outside, content, people.conversing, routes, guards, settings.demo)
    reconciling = Reconciling(outside, inbound, {}, erasing_of(settings))
    case_work, silences = CaseWork(outside, people.ladder, people.closing), Silences(outside, people.conversing)
    rate, prices = rate_of(settings, routes), prices_of(settings, routes)
    broadcasts = Broadcasts(outside, content, pacing_of(settings), rate, prices, (*routes.broadcasts, SIMULATOR)[0])
    known = open_partners(settings.configuration.partners, demo=settings.demo)
    announcing = Announcing(outside, interests_of(settings), known)
    duties = Duties(
        outside, silences, case_work, people.relay, delivery, unreported, broadcasts, reconciling, announcing, phones
    )
    return Gateway(
        settings,
        outside,
        outside.channels,
        content,
        inbound,
        delivery,
        case_work,
        CaseDesk(outside, people.officers),
        people.officers,
        people.relay,
        announcing,
        broadcasts,
        Emergencies(outside, content, broadcasts),
        Operators(outside, routes, limits_of(settings).prices),
        Rehearsing(outside, routes),
        Audience(outside),
        Publishing(outside),
        Access(outside, Argon2Passwords(), steady or outside.clock),
        duties,
        Health(outside, lambda: shutil.disk_usage(settings.home).free, lambda: dict(meter.counters)),
        phones,
        arrivals,
    )


@dataclass(frozen=True, slots=True)
class CaseServices:
    """What officers and villagers do to cases, and the conversations in which they do it."""

    ladder: LadderWork
    officers: OfficerWork
    closing: Closing
    relay: Relay
    conversing: Conversing


def case_services(settings: Settings, outside: Outside, content: RunningContent) -> CaseServices:
    """Wire the services of cases and conversations."""
    clocks, routes = escalation_of(settings), routes_of(settings)
    ladder = LadderWork(outside, Alerting(outside, content, routes, clocks), clocks)
    notices = Notices(outside, content, routes)
    officers = OfficerWork(outside, notices, ladder, clocks, settings.timezone)
    closing = Closing(outside, notices, officers, clocks)
    referring = Referring(outside, ladder.alerting, notices, officers)
    intake = Intake(outside, notices, ladder, clocks)
    relay = Relay(outside, content, routes, officers, settings.timezone)
    orders = OfficerOrders(outside, officers, referring, closing, relay)
    effects = Effects(outside, content, intake, orders, relay)
    facts = Facts(outside, content, closing, relay, clocks, settings.timezone)
    pinning = Pinning(outside, content)
    conversing = Conversing(outside, pinning, effects, facts, Foreground(outside, pinning, routes))
    return CaseServices(ladder, officers, closing, relay, conversing)


@dataclass(frozen=True, slots=True)
class CallbackUrl:
    """Turns a channel and our id into the address to which a provider posts its receipts."""

    public_base_url: str

    def __call__(self, channel: str, message_id: str) -> str | None:
        """Return the address; simulated phones need none."""
        return None if channel == SIMULATOR else f"{self.public_base_url}/hooks/{channel}/status?m={message_id}"


def content_root() -> Path:
    """Return the folder that holds ``flows/`` and ``messages/``: the checkout, or where the operator points."""
    return Path(os.environ.get("GATEWAY_CONTENT", Path(__file__).resolve().parent.parent))
