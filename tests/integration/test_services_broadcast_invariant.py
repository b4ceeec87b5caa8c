"""Whatever happens: nobody gets a broadcast twice, after STOP, with an open case, at night, or after it was stopped."""

import shutil
import tempfile
from collections import Counter
from contextlib import ExitStack, suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from gateway.campaigns import holidays
from gateway.campaigns.audience import AudienceRule
from gateway.campaigns.pacing import VIENTIANE
from gateway.campaigns.plan import Drip, Plan
from gateway.errors import Conflict
from gateway.ports.channel import OutboundMessage, SendResult
from tests.support.gateway_in_process import DISTRICT, House, beside, open_house

TEXT = {"en": "Market day is on Friday. To end text STOP"}
RULE = AudienceRule(districts=frozenset({DISTRICT}), rest_days=0)
BEGINNING = datetime(2026, 11, 29, 9, tzinfo=VIENTIANE)  # the Sunday before National Day
POINTS = ("before-commit", "after-commit", "after-claim", "before-send", "after-send", "after-settle")
OUTCOMES = ("accepted", "ambiguous", "temporary", "permanent")
RECEIPTS = ("delivered", "undelivered", "failed")
MINUTES = (0.5, 2, 6, 30, 241, 700, 1440)
PEOPLE = 70


class Killed(BaseException):
    """A process ends here: nothing catches it, an open transaction is lost."""


class BroadcastLives(RuleBasedStateMachine):
    """Managers start, pause and stop; people stop and report; providers fail; clocks jump both ways; processes die."""

    def __init__(self) -> None:
        super().__init__()
        self.open = ExitStack()
        self.folder = Path(tempfile.mkdtemp(prefix="sd-broadcasts-"))
        self.open.callback(shutil.rmtree, self.folder, ignore_errors=True)
        self.house: House = self.open.enter_context(open_house(self.folder, at=BEGINNING.astimezone(UTC)))
        self.numbers = self.house.people(PEOPLE)
        self.campaigns: list[str] = []
        self.quiet_since: dict[str, int] = {}
        self.stopped: set[str] = set()
        self.reported: set[str] = set()
        self.watch(self.house)

    def watch(self, house: House) -> None:
        """Note every text at the moment at which it reaches the provider."""
        self.taken: list[tuple[str, str, datetime]] = []
        self.arrived: Counter[tuple[str, str]] = Counter()
        scripted = house.alpha.send

        def send(message: OutboundMessage) -> SendResult:
            if message.lane == "broadcasts":
                row = self.house.row(message.id)
                self.taken.append((row.message.campaign_id or "", message.to, self.house.clock.now()))
                assert message.to not in self.quiet_since, "she had said STOP, or had told of danger"
                assert row.message.campaign_id not in self.stopped
            result = scripted(message)
            if message.lane == "broadcasts" and result.outcome in ("accepted", "ambiguous"):
                self.arrived[row.message.campaign_id or "", message.to] += 1
            return result

        house.alpha.send = send  # type: ignore[method-assign]  # the double's own door, so that time is noted there

    def teardown(self) -> None:
        """Let go of the folder."""
        self.open.close()

    @rule(
        plan=st.sampled_from(
            (
                Plan(),
                Plan(),
                Plan("weekly"),
                Plan(emergency=True),
                Plan(not_after=BEGINNING + timedelta(days=2)),
                Plan(drip=Drip("return", 30), not_after=BEGINNING + timedelta(days=30)),
                Plan(drip=Drip("departure", -3, 2), not_after=BEGINNING + timedelta(days=30)),
            )
        )
    )
    def begin(self, plan: Plan) -> None:
        """Write, submit, approve and schedule a broadcast."""
        broadcasts, now = self.house.gateway.broadcasts, self.house.clock.now()
        starts_at = now + timedelta(minutes=1) if plan.repeats != "once" else None
        with suppress(Conflict):  # its last moment may lie behind by now
            campaign = broadcasts.draft("Market", TEXT, RULE, starts_at, "ann", plan=plan)
            broadcasts.submit(campaign, "ann")
            broadcasts.approve(campaign, "bob", broadcasts.preview(campaign).content_hash)
            if starts_at is None and not plan.emergency:
                broadcasts.schedule(campaign, "bob")
            self.campaigns.append(campaign)

    @rule(who=st.integers(0, PEOPLE - 1), days=st.integers(28, 33))
    def come_home(self, who: int, days: int) -> None:
        """Somebody has come home some days ago."""
        with self.house.writing() as work:
            home = date(2026, 11, 29) - timedelta(days=days)
            work.campaigns.set_date(work.people.lock(self.numbers[who], self.house.clock.now()).id, "return", home)

    @rule(who=st.integers(0, PEOPLE - 1), days=st.integers(-1, 5))
    def plan_to_leave(self, who: int, days: int) -> None:
        """Somebody tells when she leaves, perhaps late, perhaps another day than before."""
        leaves_on = self.house.clock.now().astimezone(VIENTIANE).date() + timedelta(days=days)
        with self.house.writing() as work:
            contact = work.people.lock(self.numbers[who], self.house.clock.now()).id
            work.campaigns.set_date(contact, "departure", leaves_on)

    @rule()
    def go_round(self) -> None:
        """Release and send."""
        self.house.gateway.broadcasts.release_due()
        self.house.deliver("broadcasts")

    @rule(outcomes=st.lists(st.sampled_from(OUTCOMES), min_size=1, max_size=12))
    def trouble(self, outcomes: list[str]) -> None:
        """The provider answers like this for the next texts."""
        for outcome in outcomes:
            known = next(name for name in OUTCOMES if name == outcome)
            self.house.alpha.script.append(SendResult(known, provider_id="p" if known == "accepted" else None))  # type: ignore[arg-type] # one of Outcome

    @rule(by=st.sampled_from(MINUTES), back=st.booleans())
    def jump(self, by: float, back: bool) -> None:
        """Let the clock jump, and everything be done that is due then; a server's clock may be set back a little."""
        self.house.clock.forward(minutes=-min(by, 6) if back else by)
        self.house.gateway.duties.catch_up()

    @rule(who=st.integers(0, PEOPLE - 1))
    def say_stop(self, who: int) -> None:
        """Somebody texts STOP."""
        self.house.hear("STOP", sender=self.numbers[who])
        self.quiet_since.setdefault(self.numbers[who], len(self.taken))

    @rule(who=st.integers(0, PEOPLE - 1))
    def report(self, who: int) -> None:
        """Somebody tells of danger: her phone must not ring of a broadcast."""
        if self.numbers[who] not in self.reported:
            self.reported.add(self.numbers[who])
            self.house.report(self.numbers[who], danger="not_now", what="wages")
            self.quiet_since.setdefault(self.numbers[who], len(self.taken))

    @precondition(lambda self: self.campaigns)
    @rule(which=st.integers(0, 9), step=st.sampled_from(("pause", "resume", "stop")))
    def manage(self, which: int, step: str) -> None:
        """A manager pauses, resumes or stops."""
        campaign = self.campaigns[which % len(self.campaigns)]
        with suppress(Conflict):
            getattr(self.house.gateway.broadcasts, step)(campaign, "ann")
            if step == "stop":
                self.stopped.add(campaign)

    @rule(which=st.integers(0, 999), state=st.sampled_from(RECEIPTS))
    def receipt(self, which: int, state: str) -> None:
        """A provider reports, perhaps late."""
        lines = self.house.lines("out", "broadcast")
        if lines:
            self.house.receive(lines[which % len(lines)].id, state, key=f"{state}{which}")

    @rule(point=st.sampled_from(POINTS), visit=st.integers(1, 40), by=st.sampled_from(MINUTES))
    def die(self, point: str, visit: int, by: float) -> None:
        """Another process, at the same database, is killed in the middle of releasing or sending."""
        visits = 0

        def reach(name: str) -> None:
            nonlocal visits
            visits += name == point
            if name == point and visits == visit:
                raise Killed

        with suppress(Killed), beside(self.house, reach) as other:
            other.gateway.broadcasts.release_due()
            other.gateway.delivery.send_due("broadcasts")
        self.house.clock.forward(minutes=by)
        self.house.gateway.duties.catch_up()

    @invariant()
    def nobody_gets_one_twice(self) -> None:
        """Each text of each broadcast may have reached each phone at most once: what was refused may be tried again."""
        assert all(count == 1 for count in self.arrived.values()), self.arrived
        with self.house.reading() as work:
            rows = [work.outbox.get(line.id) for line in work.outbox.lines(None, "out", "broadcast")]
        copies = Counter((row.message.campaign_id, row.to) for row in rows if row is not None and row.copies)
        assert all(count == 1 for count in copies.values()), copies
        assert all(row.copies <= 1 for row in rows if row is not None)

    @invariant()
    def nothing_rings_at_night_or_on_a_holiday(self) -> None:
        """Every text left between 7 and 21 o'clock in Vientiane, on no holiday."""
        for _, _, at in self.taken:
            local = at.astimezone(VIENTIANE)
            assert 7 <= local.hour < 21 and local.date() not in holidays.shipped(), local


BroadcastLives.TestCase.settings = settings(
    max_examples=20,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
TestBroadcastLives = BroadcastLives.TestCase
