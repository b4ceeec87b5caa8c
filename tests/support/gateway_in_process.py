"""A whole gateway in this process: real stores in a folder, a clock moved by hand, channels that follow a script."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from gateway.assembly import content_root
from gateway.channel_entry import ChannelEntry
from gateway.content.running import RunningContent
from gateway.crash_points import reach as reach_crash_point
from gateway.directory.post import LEVELS, Post
from gateway.ports.caseload import CaseRow
from gateway.ports.channel import Answer, Inbound, Lane, Receipt
from gateway.ports.outbox import Claimed, MessageLine, Outgoing
from gateway.ports.outside import Outside
from gateway.ports.unit_of_work import UnitOfWork
from gateway.queueing.breakers import ProcessBreakers
from gateway.queueing.throttle import LocalThrottle
from gateway.services.closing import PURPOSE
from gateway.services.intake import Intake
from gateway.settings import Settings, read_settings
from gateway.store.case_keys import CaseKeyStore, open_case_keys
from gateway.store.key_files import load_keys
from gateway.store.personal_keys import PersonalSeals
from gateway.store.smpp_arrivals import StoredArrivals
from gateway.store.unit_of_work import SqlStore, open_store
from gateway.system.chance import SystemChance
from gateway.system.crew import OneAfterAnother
from gateway.system.meter import LogMeter
from gateway.system.owner import this_process
from gateway.wiring import Gateway, wire
from tests.support.prepared_folder import prepare
from tests.support.scripted import TUESDAY_NOON, HandClock, ScriptedChannel, SilentWakeup

DISTRICT, PROVINCE, COUNTRY = "LA1704", "LA17", "LA"
DUTY, SECOND, PROVINCIAL, DESK = "+8562055500050", "+8562055500051", "+8562055500052", "+8562055500053"
LABOUR, CHILD, POLICE = "+8562055500054", "+8562055500055", "+8562055500056"
ALPHA, BETA, VILLAGER, PIN = "alpha", "beta", "+8562055501001", "4711"
MINUTE, PLENTY = timedelta(minutes=1), 1_000_000.0  # segments a second: a rate that holds nothing up

Value = str | tuple[str, ...]
ROTA = (  # one phone for each post, so that a story can tell who was told
    ("women_union", "district", DISTRICT, 1, DUTY),
    ("women_union", "district", DISTRICT, 2, SECOND),
    ("labour", "district", DISTRICT, 1, LABOUR),
    ("child", "district", DISTRICT, 1, CHILD),
    ("police", "district", DISTRICT, 1, POLICE),
    ("women_union", "province", PROVINCE, 1, PROVINCIAL),
    ("national_desk", "national", None, 1, DESK),
)


@dataclass(repr=False)  # a failed assertion would print the whole gateway, for minutes
class House:
    """One gateway with its clock and channels in the story's hands."""

    folder: Path
    gateway: Gateway
    store: SqlStore
    case_keys: CaseKeyStore
    meter: LogMeter
    clock: HandClock
    wakeup: SilentWakeup
    alpha: ScriptedChannel
    beta: ScriptedChannel
    _heard: int = 0

    def writing(self) -> AbstractContextManager[UnitOfWork]:
        """Begin a transaction."""
        return self.store.writing()

    def reading(self) -> AbstractContextManager[UnitOfWork]:
        """Begin a transaction that only reads."""
        return self.store.reading()

    def inbound(self, text: str, sender: str = VILLAGER, key: str | None = None, **more: Any) -> Inbound:  # noqa: ANN401 - fields of Inbound
        """Make a text as a channel reads it; without ``key`` it is a new message each time."""
        self._heard += 1
        plain = Inbound(ALPHA, key or f"in-{self._heard}", "sms", sender, "0000", text, self.clock.now())
        return replace(plain, **more)

    def hear(self, text: str, sender: str = VILLAGER, key: str | None = None, **more: Any) -> Answer:  # noqa: ANN401 - fields of Inbound
        """Let a phone text."""
        return self.gateway.inbound.hear(self.inbound(text, sender, key, **more))

    def say_all(self, *texts: str, sender: str = VILLAGER) -> None:
        """Let a phone text several times, one after the other."""
        for text in texts:
            self.hear(text, sender)

    def deliver(self, *lanes: Lane) -> None:
        """Send what is due in these lanes, or in all."""
        for lane in lanes or ("alerts", "replies", "broadcasts"):
            self.gateway.delivery.send_due(lane)

    def pass_minutes(self, minutes: float, step: float = 1) -> None:
        """Let time go by in steps of minutes, doing at each what the clock's round does."""
        until = self.clock.now() + timedelta(minutes=minutes)
        while self.clock.now() < until:
            self.clock.at = min(until, self.clock.now() + timedelta(minutes=step))
            self.gateway.duties.catch_up()

    def told(self, number: str) -> list[str]:
        """Return the texts that reached a phone by either channel, in order of channel."""
        return self.alpha.to(number) + self.beta.to(number)

    def alerts_to(self, number: str) -> int:
        """How many alerts reached a phone."""
        return sum(message.to == number and message.lane == "alerts" for message in (*self.alpha.sent, *self.beta.sent))

    def lines(self, direction: str | None = None, kind: str | None = None) -> list[MessageLine]:
        """Return what ``gateway messages list`` shows."""
        with self.reading() as work:
            return list(work.outbox.lines(None, direction, kind))

    def row(self, message_id: str) -> Claimed:
        """Return one text as it stands."""
        with self.reading() as work:
            found = work.outbox.get(message_id)
        assert found is not None
        return found

    def contact(self, number: str = VILLAGER) -> str:
        """Return the id of a phone's contact."""
        with self.writing() as work:
            return work.people.lock(number, self.clock.now()).id

    def queue(self, kind: str = "reply", to: str = VILLAGER, lives: timedelta = timedelta(hours=1), **more: Any) -> str:  # noqa: ANN401 - fields of Outgoing
        """Put a text into the outbox and return its id."""
        lane = {"alert": "alerts", "broadcast": "broadcasts"}.get(kind, "replies")
        now, new_id = self.clock.now(), self.gateway.outside.chance.new_id()
        fields: dict[str, Any] = {
            "id": new_id,
            "idempotency_key": new_id,
            "kind": kind,
            "lane": lane,
            "channel": ALPHA,
            "contact_id": self.contact(to),
            "body": "Thank you. Received.",
            "created_at": now,
            "not_before": now,
            "not_after": now + lives,
        }
        with self.writing() as work:
            assert work.outbox.add(Outgoing(**(fields | more)))
        return new_id

    def receive(self, message_id: str | None, state: str | None, key: str = "r1", **more: Any) -> bool:  # noqa: ANN401 - fields of Receipt
        """Hand in a receipt."""
        plain = Receipt(ALPHA, message_id, None, state or "?", state, None, key, self.clock.now())
        return self.gateway.delivery.record_receipt(replace(plain, **more))

    def counted(self, name: str) -> int:
        """Return a counter over all its labels."""
        return sum(value for (known, _), value in self.meter.counters.items() if known == name)

    def introduce(self, number: str = VILLAGER, **facts: Any) -> str:  # noqa: ANN401 - fields of Contact
        """Make a contact known, in English unless told otherwise; return its id."""
        with self.writing() as work:
            contact = replace(work.people.lock(number, self.clock.now()), **({"language": "en"} | facts))
            work.people.save(contact)
        return contact.id

    @property
    def intake(self) -> Intake:
        """Return what opens reports and takes answers."""
        return self.gateway.inbound.conversing.effects.intake

    def report(self, sender: str = VILLAGER, kind: str = "suspicion", channel: str = "sms", **values: Value) -> str:
        """Open a case with these answers, as the engine's effect would; return its code."""
        code, now = self.gateway.outside.chance.case_code(), self.clock.now()
        with self.writing() as work:
            contact = work.people.lock(sender, now)
            self.gateway.inbound.conversing.effects.intake.open(work, contact, channel, "en", code, kind, values, now)
        return code

    def answers(self, code: str, **values: Value) -> None:
        """Let the person answer more."""
        with self.writing() as work:
            self.gateway.inbound.conversing.effects.intake.update(work, code, values, self.clock.now())

    def people(self, count: int, district: str = DISTRICT, **facts: Value | bool) -> list[str]:
        """Make people known who agreed to broadcasts; return their numbers."""
        numbers = [f"+85620777{number:05}" for number in range(count)]
        with self.writing() as work:
            for number in numbers:
                contact = work.people.lock(number, self.clock.now())
                known: dict[str, Any] = {"language": "en", "opted_in": True, "district": district, **facts}
                work.people.save(replace(contact, **known))
        return numbers

    def case(self, code: str) -> CaseRow:
        """Return a case as it stands."""
        with self.reading() as work:
            found = work.caseload.by_code(code)
        assert found is not None
        return found

    def case_codes(self) -> list[str]:
        """Return every case's code, newest first."""
        return [line.code for line in self.gateway.case_desk.lines()]

    def steps(self, code: str, state: str = "due") -> dict[str, float]:
        """Return the steps of a case in one state: name and round (if not the first) -> minutes from now."""
        case_id = self.case(code).id
        with self.reading() as work:
            found = [step for step in work.caseload.steps(case_id) if step.state == state]
        return {
            step.name if step.round < 2 else f"{step.name}/{step.round}": (step.due_at - self.clock.now()) / MINUTE
            for step in found
        }

    def staff(self, rota: tuple[tuple[str, str, str | None, int, str], ...] = ROTA) -> None:
        """Fill the posts."""
        with self.writing() as work:
            for agency, level, place, order, phone in rota:
                known_level = next(name for name in LEVELS if name == level)
                new_id, at = self.gateway.outside.chance.new_id(), self.clock.now()
                post = Post(new_id, agency, known_level, place, order, "held", "somebody", (phone,), answered_at=at)
                work.directory.add_post(post, phone, "somebody", "en")
                work.directory.set_pin(post.id, self.gateway.outside.keyring.fingerprint(PURPOSE, f"{post.id}:{PIN}"))

    def close(self) -> None:
        """Let go of every connection."""
        self.store.dispose()
        self.case_keys.dispose()


@cache
def _content() -> RunningContent:
    """Compile flows and messages once for the whole run."""
    return RunningContent(content_root())


def settings_of(folder: Path, database_url: str | None = None, rate: float = PLENTY) -> Settings:
    """Return settings of a production gateway with two alert channels; the key store's address may follow a space."""
    urls = dict(zip(("DATABASE_URL", "KEY_STORE_URL"), (database_url or "").split(), strict=False))
    settings = read_settings({"GATEWAY_HOME": str(folder), **urls}, folder)
    both = tuple(ChannelEntry(name, "kannel", rate=rate) for name in (ALPHA, BETA))
    return replace(settings, channels=both, configuration=replace(settings.configuration, alert_channels=(ALPHA, BETA)))


def open_gateway(
    folder: Path,
    clock: HandClock,
    database_url: str | None = None,
    rate: float = PLENTY,
    reach: Callable[[str], None] = reach_crash_point,
    channels: tuple[ScriptedChannel, ...] = (),
    content: RunningContent | None = None,
) -> House:
    """Open the gateway of a prepared folder; a second one of the same folder is as another process."""
    settings = settings_of(folder, database_url, rate)
    keyring, chance, wakeup, meter = load_keys(settings.keys), SystemChance(), SilentWakeup(), LogMeter("critical")
    store = open_store(settings.database_url, keyring, clock, chance, reach)
    case_keys = open_case_keys(settings.key_store_url, keyring, reach)
    alpha, beta = channels or (ScriptedChannel(ALPHA), ScriptedChannel(BETA))
    throttle = LocalThrottle({ALPHA: rate, BETA: rate}, 1, lambda: clock.now().timestamp())
    outside = Outside(
        store, clock, chance, wakeup, meter, keyring, case_keys, throttle, ProcessBreakers(),
        {ALPHA: alpha, BETA: beta}, OneAfterAnother(), reach, this_process(), PersonalSeals(1, 64),
    )  # fmt: skip
    gateway = wire(settings, outside, content or _content(), None, StoredArrivals(store, keyring), meter)
    return House(folder, gateway, store, case_keys, meter, clock, wakeup, alpha, beta)


@contextmanager
def open_house(
    folder: Path,
    *,
    staffed: bool = True,
    at: datetime = TUESDAY_NOON,
    database_url: str | None = None,
    rate: float = PLENTY,
    content: RunningContent | None = None,
) -> Iterator[House]:
    """Open a fresh gateway in ``folder``, its posts filled unless the story wants them empty."""
    prepare(folder)
    house = open_gateway(folder, HandClock(at), database_url, rate, content=content)
    try:
        if staffed:
            house.staff()
        yield house
    finally:
        house.close()


@contextmanager
def beside(house: House, reach: Callable[[str], None] = reach_crash_point) -> Iterator[House]:
    """Open the same databases again, as a second process would, with the same clock and channels."""
    url, channels = house.gateway.settings.database_url, (house.alpha, house.beta)
    other = open_gateway(house.folder, house.clock, url, reach=reach, channels=channels)
    try:
        yield other
    finally:
        other.close()
