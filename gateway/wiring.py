"""Which service stands on which: the ports go in, one gateway comes out."""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from gateway.contacts.phone import SIMULATED_TEAM
from gateway.content.running import RunningContent
from gateway.delivery.retry import RetrySettings
from gateway.directory.agency import agencies
from gateway.errors import ConfigurationError
from gateway.integrations.partners.opening import open_partners
from gateway.integrations.sheets.stored import sheet_of
from gateway.ports.arrivals import Arrivals
from gateway.ports.channel import Channel
from gateway.ports.clock import Clock
from gateway.ports.outbox import Share
from gateway.ports.outside import Outside
from gateway.ports.simulated_phones import SimulatedPhones
from gateway.services.access import Access
from gateway.services.alerting import Alerting
from gateway.services.announcing import Announcing
from gateway.services.attendance import Attendance
from gateway.services.audience import Audience
from gateway.services.broadcasts import Broadcasts
from gateway.services.case_acts import CaseActs
from gateway.services.case_desk import CaseDesk
from gateway.services.case_moves import CaseMoves
from gateway.services.case_reading import CaseReading
from gateway.services.case_texts import CaseTexts
from gateway.services.case_work import CaseWork
from gateway.services.closing import Closing
from gateway.services.contact_import import ContactImport
from gateway.services.conversing import Conversing
from gateway.services.delivery import Delivery
from gateway.services.directory_files import DirectoryFiles
from gateway.services.disasters import Disasters
from gateway.services.drafts import Drafts
from gateway.services.duties import Duties
from gateway.services.effects import Effects
from gateway.services.emergencies import Emergencies
from gateway.services.excluding import Excluding
from gateway.services.facts import Facts
from gateway.services.foreground import Foreground
from gateway.services.guards import Guards
from gateway.services.handing_over import HandingOver
from gateway.services.health import Health
from gateway.services.holding import Holding
from gateway.services.inbound import InboundService
from gateway.services.intake import Intake
from gateway.services.key_holding import KeyHolding
from gateway.services.ladder import LadderWork
from gateway.services.levelling import Levelling
from gateway.services.membership import Membership
from gateway.services.notices import Notices
from gateway.services.office_desk import OfficeDesk
from gateway.services.officer_work import OfficerWork
from gateway.services.operators import Operators
from gateway.services.pinning import Pinning
from gateway.services.post_notices import PostNotices
from gateway.services.post_upkeep import PostUpkeep
from gateway.services.posts import Posts
from gateway.services.publishing import Publishing
from gateway.services.reconciling import Reconciling
from gateway.services.referring import Referring
from gateway.services.rehearsing import Rehearsing
from gateway.services.relay import Relay
from gateway.services.retention import Retention
from gateway.services.routes import SIMULATOR
from gateway.services.sealing import Sealing
from gateway.services.silences import Silences
from gateway.services.surges import Surges
from gateway.services.swaps import Swaps
from gateway.services.unreported import Unreported
from gateway.settings import Settings
from gateway.system.clock import MovableClock
from gateway.system.meter import LogMeter
from gateway.system.passwords import Argon2Passwords
from gateway.tuning import (
    binds_of,
    erasing_of,
    escalation_of,
    interests_of,
    limits_of,
    pacing_of,
    periods_of,
    prices_of,
    rate_of,
    routes_of,
)

CLOCK_STRIDE = timedelta(seconds=30)  # the demo's clock is moved in strides, so that a ladder climbs step by step
CLOCK_STRIDES = 240
LOOKS_AT_WORKERS, BETWEEN_LOOKS = 100, 0.05  # seconds


@dataclass(frozen=True, slots=True)
class Directory:
    """What changes the directory: posts and their holders, hand-overs, swaps of turns, files both ways."""

    posts: Posts
    handing_over: HandingOver
    swaps: Swaps
    files: DirectoryFiles


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
    case_acts: CaseActs
    holding: Holding
    case_reading: CaseReading
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
    office_desk: OfficeDesk
    membership: Membership
    duties: Duties
    retention: Retention
    health: Health
    phones: SimulatedPhones | None
    arrivals: Arrivals
    disasters: Disasters
    directory: Directory
    imports: ContactImport
    close: Callable[[], None] = lambda: None

    def move_clock(self, by: timedelta) -> None:
        """Move the demo's clock forward and do what has become due, as often as it takes."""
        if not self.settings.demo:
            raise ConfigurationError("GATEWAY_MODE", "the clock moves in demo mode only", "Start `gateway demo`.")
        stride = max(CLOCK_STRIDE, by / CLOCK_STRIDES)
        while by > timedelta(0):
            self._let_workers_end()
            with self.outside.store.writing() as work:
                work.duties.advance_clock(min(stride, by))
            if isinstance(self.outside.clock, MovableClock):
                self.outside.clock.forget()
            self.duties.catch_up()
            by -= stride

    def _let_workers_end(self) -> None:
        """Wait some seconds at most for what workers hold: moved on, the clock would make it late, and in doubt."""
        for _ in range(LOOKS_AT_WORKERS):
            with self.outside.store.reading() as work:
                if not work.outbox.in_hand():
                    return
            if not self.outside.crew.rest(BETWEEN_LOOKS):
                return


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
    agencies()  # a fault in their file stops the start, not the first referral
    routes = routes_of(settings)
    guards = Guards(outside, content, limits_of(settings), settings.timezone)
    callback, others = CallbackUrl(settings.public_base_url), Share(without=binds_of(settings))
    rate, prices = rate_of(settings, routes), prices_of(settings, routes)
    delivery = Delivery(outside, content, routes, guards, callback, RetrySettings(), others, rate)
    unreported = Unreported(outside, content, routes, RetrySettings())
    people = case_services(settings, outside, content)
    team = SIMULATED_TEAM if settings.demo else settings.configuration.team
    drafts = Drafts(outside, people.conversing.pinning, people.conversing.facts, team)
    inbound = InboundService(outside, content, people.conversing, routes, guards, drafts, settings.demo)
    reconciling = Reconciling(outside, inbound, {}, erasing_of(settings))
    case_work = CaseWork(outside, people.ladder, people.closing, people.surges)
    news = (*routes.broadcasts, SIMULATOR)[0]
    broadcasts = Broadcasts(outside, content, pacing_of(settings), rate, prices, news)
    keys, clock = KeyHolding(outside), steady or outside.clock
    announcing = Announcing(
        outside, interests_of(settings), open_partners(settings.configuration.partners, demo=settings.demo)
    )
    retention = Retention(outside, periods_of(settings), clock)
    duties = Duties(
        outside, Silences(outside, people.conversing), case_work, people.relay, delivery, unreported, broadcasts,
        reconciling, announcing, phones, Sealing(outside), retention, people.upkeep,
    )  # fmt: skip
    desk = CaseDesk(outside, people.officers)
    access = Access(outside, Argon2Passwords(), clock, keys, demo=settings.demo)
    acts = case_acts(outside, desk, people)
    reading = CaseReading(outside, desk, CaseTexts(outside, keys), settings.timezone)
    health = Health(outside, lambda: shutil.disk_usage(settings.home).free, lambda: dict(meter.counters))
    return Gateway(
        settings, outside, outside.channels, content, inbound, delivery, case_work, desk, acts,
        Holding(outside, desk), reading,
        people.officers, people.relay, announcing, broadcasts, Emergencies(content, broadcasts),
        Operators(outside, routes, limits_of(settings).prices), Rehearsing(outside, routes, team), Audience(outside),
        Publishing(outside), access, OfficeDesk(outside, keys), Membership(access), duties, retention, health, phones,
        arrivals, Disasters(outside), people.directory,
        ContactImport(outside, content, settings.timezone, sheet_of, settings.demo),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class CaseServices:
    """What officers and villagers do to cases, and the conversations in which they do it."""

    ladder: LadderWork
    surges: Surges
    officers: OfficerWork
    closing: Closing
    levelling: Levelling
    relay: Relay
    conversing: Conversing
    directory: Directory
    upkeep: PostUpkeep


def case_services(settings: Settings, outside: Outside, content: RunningContent) -> CaseServices:
    """Wire the services of cases and conversations."""
    clocks, routes = escalation_of(settings), routes_of(settings)
    post_notices = PostNotices(outside, content, routes)
    surges = Surges(outside, post_notices, clocks)
    ladder = LadderWork(outside, Alerting(outside, content, routes, clocks, surges), clocks)
    notices = Notices(outside, content, routes)
    officers = OfficerWork(outside, notices, ladder, clocks, settings.timezone)
    closing = Closing(outside, notices, officers, clocks)
    referring = Referring(outside, ladder.alerting, notices, officers)
    intake = Intake(outside, notices, ladder, clocks)
    levelling = Levelling(outside, notices, officers, intake)
    relay = Relay(outside, content, routes, officers, settings.timezone)
    posts = Posts(outside, content, CaseMoves(officers, notices), KeyHolding(outside))
    handing_over, swaps = HandingOver(posts, post_notices, clocks), Swaps(posts, post_notices)
    attendance = Attendance(post_notices)
    effects = Effects(outside, content, intake, officers, referring, closing, relay, attendance, handing_over, swaps)
    facts = Facts(outside, content, closing, relay, handing_over, clocks, settings.timezone)
    pinning = Pinning(outside, content)
    conversing = Conversing(outside, pinning, effects, facts, Foreground(outside, pinning, routes))
    upkeep = PostUpkeep(posts, post_notices, handing_over, settings.timezone)
    directory = Directory(posts, handing_over, swaps, DirectoryFiles(posts, settings.timezone, simulated=settings.demo))
    return CaseServices(ladder, surges, officers, closing, levelling, relay, conversing, directory, upkeep)


def case_acts(outside: Outside, desk: CaseDesk, people: CaseServices) -> CaseActs:
    """Wire what a signed-in person does to a case."""
    return CaseActs(
        outside, desk, people.officers, people.conversing.effects.referring, people.closing, people.relay,
        people.levelling, Excluding(outside, people.officers),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class CallbackUrl:
    """Turns a channel and our id into the address to which a provider posts its receipts."""

    public_base_url: str

    def __call__(self, channel: str, message_id: str) -> str | None:
        """Return the address; simulated phones need none."""
        return None if channel == SIMULATOR else f"{self.public_base_url}/hooks/{channel}/status?m={message_id}"
