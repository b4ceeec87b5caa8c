"""Whatever people do in whatever order: an open case that nobody has accepted always has a next step."""

import shutil
import tempfile
from collections.abc import Callable
from contextlib import ExitStack, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from gateway.cases.alert import ALERT
from gateway.cases.triage import LEVELS
from gateway.ports.caseload import CaseRow
from gateway.services.effects import Effects
from tests.support.gateway_in_process import DISTRICT, PIN, ROTA, House, beside, open_house

OPENINGS: tuple[dict[str, Any], ...] = (
    {"danger": "now"},
    {"danger": "now", "place": DISTRICT},
    {"danger": "not_now", "what": "marriage", "place": DISTRICT},
    {"danger": "not_now", "what": "wages"},
    {"question": "yes"},
    {"asks_person": "yes"},
    {},
)
ANSWERS: tuple[dict[str, Any], ...] = (
    {"danger": "now"},
    {"danger": "not_now"},
    {"place": DISTRICT},
    {"place": "skipped"},
    {"country": "TH"},
    {"duress": "yes"},
    {"under_18": "yes"},
    {"what": "forced"},
    {"tell": ("women_union",)},
    {"tell": ("police",)},
    {"tell": ("nobody_local",)},
    {"tell": ("skipped",)},
    {"signals": ("POLICE", "BEATEN")},
    {"silent_plea": "yes"},
)
RECEIPTS = ("delivered", "undelivered", "failed", "expired", "accepted")
POINTS = ("before-commit", "after-commit", "after-claim", "before-send", "after-send", "after-settle")
WORDS = ("acknowledge", "undo", "pass_on", "note")
MOMENTS = (0.5, 1, 2, 3, 5, 12, 31, 60, 241, 1440)
VACANT = {"everybody": ROTA, "no district": ROTA[5:], "desk only": ROTA[6:], "nobody": ()}


class Killed(BaseException):
    """A process ends here: nothing catches it, an open transaction is lost."""


class CaseLives(RuleBasedStateMachine):
    """People tell and fall silent; officers work; providers report late or twice; clocks go round, jump and die."""

    def __init__(self) -> None:
        super().__init__()
        self.open = ExitStack()
        self.folder = Path(tempfile.mkdtemp(prefix="sd-lives-"))
        self.open.callback(shutil.rmtree, self.folder, ignore_errors=True)
        self.house: House = self.open.enter_context(open_house(self.folder, staffed=False))
        self.reporters = 0
        self.staffed = False

    def teardown(self) -> None:
        """Let go of the folder."""
        self.open.close()

    @precondition(lambda self: not self.staffed)
    @rule(who=st.sampled_from(sorted(VACANT)))
    def fill_posts(self, who: str) -> None:
        """Somebody sits at the desks, or nobody does."""
        self.house.staff(VACANT[who])
        self.staffed = True

    @rule(values=st.sampled_from(OPENINGS), channel=st.sampled_from(("sms", "ussd")))
    def report(self, values: dict[str, Any], channel: str) -> None:
        """Somebody begins to tell."""
        self.reporters += 1
        self.house.report(f"+85620555{self.reporters:05}", channel=channel, **values)

    @precondition(lambda self: self.reporters)
    @rule(which=st.integers(0, 99), values=st.sampled_from(ANSWERS))
    def answer(self, which: int, values: dict[str, Any]) -> None:
        """Somebody tells more."""
        self.house.answers(self.code(which), **values)

    @rule(by=st.sampled_from(MOMENTS))
    def pass_time(self, by: float) -> None:
        """Let the clock go on, and round."""
        self.house.clock.forward(minutes=by)
        self.house.gateway.duties.catch_up()

    @precondition(lambda self: self.reporters)
    @rule(which=st.integers(0, 99), word=st.sampled_from(WORDS), post=st.integers(0, 9))
    def work_on(self, which: int, word: str, post: int) -> None:
        """Let a post that was told say something about the case."""
        officers = self.house.gateway.officers
        if word == "note":
            self.by_officer(which, post, lambda work, code, *actor: officers.note(work, code, "seen", *actor))
        else:
            self.by_officer(which, post, getattr(officers, word))

    @precondition(lambda self: self.reporters)
    @rule(which=st.integers(0, 99), post=st.integers(0, 9), office=st.sampled_from(("health", "police", "child")))
    def refer(self, which: int, post: int, office: str) -> None:
        """Let a post that was told hand the case to another office as well."""
        refer = self.effects.referring.refer
        self.by_officer(which, post, lambda work, code, *actor: refer(work, code, office, True, *actor))

    @precondition(lambda self: self.reporters)
    @rule(which=st.integers(0, 99), post=st.integers(0, 9), outcome=st.sampled_from(("helped", "unfounded")))
    def wish_to_close(self, which: int, post: int, outcome: str) -> None:
        """Let a post that was told close the case; it is closed a quarter of an hour later, or never."""
        ask = self.effects.closing.ask
        self.by_officer(which, post, lambda work, code, *actor: ask(work, code, outcome, "", PIN, *actor))

    @precondition(lambda self: self.reporters)
    @rule(which=st.integers(0, 99), post=st.integers(0, 9), level=st.sampled_from(LEVELS))
    def judge(self, which: int, post: int, level: str) -> None:
        """Let a post that was told find the case more or less urgent than it is."""
        levelling = self.house.gateway.case_acts.levelling
        self.by_officer(which, post, lambda work, code, *actor: levelling.judge(work, code, level, *actor))

    @rule(which=st.integers(0, 99), state=st.sampled_from(RECEIPTS), repeated=st.booleans())
    def receipt(self, which: int, state: str, repeated: bool) -> None:
        """Let a provider say what became of an alert, perhaps twice, perhaps long after."""
        alerts = [line.id for line in self.house.lines("out", "alert")]
        if alerts:
            for _ in range(2 if repeated else 1):
                self.house.receive(alerts[which % len(alerts)], state, key=f"{state}{which}")

    @rule(point=st.sampled_from(POINTS), visit=st.integers(1, 6), by=st.sampled_from(MOMENTS[:8]))
    def die(self, point: str, visit: int, by: float) -> None:
        """Let another clock, at the same database, be killed in the middle of its round."""
        visits = 0

        def reach(name: str) -> None:
            nonlocal visits
            visits += name == point
            if name == point and visits == visit:
                raise Killed

        self.house.clock.forward(minutes=by)
        with suppress(Killed), beside(self.house, reach) as other:
            other.gateway.duties.catch_up()
        self.house.gateway.duties.catch_up()

    @property
    def effects(self) -> Effects:
        """What carries out the words of officers."""
        return self.house.gateway.inbound.conversing.effects

    def by_officer(self, which: int, post: int, order: Callable[..., object]) -> None:
        """Carry out an order of a post that was told of a case."""
        code = self.code(which)
        if self.house.case(code).state == "closed":
            return  # its code is no longer on the list of any officer
        with self.house.writing() as work:
            told = work.caseload.alerted_posts(self.house.case(code).id)
            if told:
                order(work, code, told[post % len(told)], "officer", self.house.clock.now())

    def code(self, which: int) -> str:
        """Return one of the cases."""
        codes = self.house.case_codes()
        return codes[which % len(codes)]

    def cases(self) -> list[CaseRow]:
        """Return every case."""
        return [self.house.case(code) for code in self.house.case_codes()]

    @invariant()
    def every_open_case_goes_on(self) -> None:
        """Open and unacknowledged has a ladder step that is due, or a gate before its ladder has begun."""
        with self.house.reading() as work:
            assert not work.caseload.without_next_step()
        for case in self.cases():
            if case.state == "closed":
                continue
            due = self.house.steps(case.code)
            begun = case.danger_at if case.level == "P0" else case.routed_at
            if begun is None:
                assert "abandoned" in due, "silence routes it"
            elif case.acted_at is None:
                assert any(name.split("/")[0].isdecimal() for name in due), f"{case.level} {case.state} {due}"
            if case.acted_at is not None:
                assert not any(name.split("/")[0].isdecimal() for name in due), "somebody works on it"

    @invariant()
    def no_post_is_flooded_and_no_alert_says_too_much(self) -> None:
        """At most two alerts of a case and level reach a phone within any 15 minutes, each of the fixed shape.

        A case that becomes worse rings again, also one that two agencies had lowered: the copies of its calmer ladder
        must not hold it back.
        """
        with self.house.reading() as work:
            rows = [work.outbox.get(line.id) for line in work.outbox.lines(None, "out", "alert")]
            events = {case.id: work.caseload.events(case.id) for case in self.cases()}
        sent: dict[tuple[str | None, str, str, int], list[datetime]] = {}
        for row in rows:
            assert row is not None and ALERT.fullmatch(row.text)
            if row.message.state != "cancelled":
                level = row.text.split()[1]
                at, case_id = row.message.created_at, row.message.case_id
                lowered = sum(event.kind == "lowered" and event.at <= at for event in events.get(case_id or "", ()))
                sent.setdefault((case_id, row.to, level, lowered), []).append(at)
        for times in sent.values():
            assert all(later - first >= timedelta(minutes=15) for first, later in zip(times, times[2:], strict=False))


CaseLives.TestCase.settings = settings(
    max_examples=30,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
TestCaseLives = CaseLives.TestCase
