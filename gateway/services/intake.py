"""A report as it is being told: every answer saved, triaged and routed at once."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from gateway.cases.clocks import EscalationSettings, abandoned_due, release_due
from gateway.cases.report import Answers, told_whom
from gateway.cases.triage import Level, most_urgent, triage
from gateway.contacts.contact import Contact
from gateway.errors import Conflict, NotFound
from gateway.ports.caseload import CaseEvent, CaseRow
from gateway.ports.outside import Outside
from gateway.ports.unit_of_work import UnitOfWork
from gateway.services.casefile import (
    ABANDONED,
    JUDGED,
    RELEASE,
    answers_of,
    gate,
    known_place_of,
    level_of,
    moved,
    route_of,
    with_answers,
)
from gateway.services.ladder import LadderWork
from gateway.services.notices import HOLD, MORE, Notices, may_hear
from gateway.services.sealing import seal_entry

HIDDEN_LOCALLY = frozenset({"conflict"})  # "nobody local", or an official named: not even the district's list shows it
SILENT_PLEA = "plea"  # the kind under which the engine opens a report from the two digits on posters
Values = Mapping[str, str | tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Intake:
    """Opens reports and takes their answers, inside the transaction of the message that brought them."""

    outside: Outside
    notices: Notices
    ladder: LadderWork
    settings: EscalationSettings

    def open(
        self,
        work: UnitOfWork,
        contact: Contact,
        channel: str,
        language: str,
        code: str,
        kind: str,
        values: Values,
        now: datetime,
    ) -> None:
        """Open a case under ``code``, or join the person's own case of that code; Conflict if it is another's."""
        values = {**values, "silent_plea": "yes"} if kind == SILENT_PLEA else values
        known = work.caseload.by_code(code)
        if known is not None and known.contact_id != contact.id:
            raise Conflict("The code drawn for this case is taken.")
        if known is not None:
            self.update(work, code, values, now)
            return
        answers = Answers().merged(values)
        case_id = self.outside.chance.new_id()
        self.outside.case_keys.create(case_id, case_id)
        judged = triage(answers)
        case = CaseRow(
            case_id, code, "new", judged.level, judged.rule, kind, channel, language, contact.id, "{}", now, now
        )
        case = with_answers(case, answers)
        work.caseload.add(case)
        self._note(work, case, "opened", judged.level, now)
        work.audit.append(now, "gateway", "gateway", "case.opened", case_id)
        self.outside.meter.event("case_opened", case=code, level=judged.level)
        self._assess(work, case, answers, now, fresh=True)

    def update(self, work: UnitOfWork, code: str, values: Values, now: datetime) -> None:
        """Add answers to a case; it may only become more urgent by them."""
        case = replace(found(work, code), last_answer_at=now)
        if case.state == "closed":
            case = self._reopened(work, case, now)
        self._assess(work, case, answers_of(case).merged(values), now, told=bool(values))

    def tell_story(self, work: UnitOfWork, code: str, text: str, signals: frozenset[str], now: datetime) -> None:
        """Seal a person's own words into the case; only the signal words in them are kept as ticks."""
        case = found(work, code)
        seal_entry(self.outside, work, case, "story", text, "reporter", now)
        self.update(work, code, {"signals": tuple(sorted(signals))} if signals else {}, now)
        after = found(work, code)
        if after.level == case.level:  # a case that became worse rings anyway
            self._tell_owner(work, after, now)

    def make_worse(self, work: UnitOfWork, case: CaseRow, level: Level, now: datetime) -> None:
        """Make a case more urgent by an officer's judgement: it rings again, as after an answer that makes it so."""
        answers = answers_of(case)
        case = self._begin(replace(case, level=level, rule=JUDGED), answers, now, raised=True)
        case = work.caseload.save(case)
        self._move_gates(work, case, answers, now)
        work.outbox.cancel(case_id=case.id, kinds=("alert",), reason="raised")
        self.ladder.plan(work, case, now)

    def _reopened(self, work: UnitOfWork, case: CaseRow, now: datetime) -> CaseRow:
        """Take a closed case up again: whoever closed it must look at what is new, or the province hears."""
        case = replace(case, state=moved(case, "reopen"), closed_at=None, outcome=None)
        self._note(work, case, "reopened", "", now)
        work.audit.append(now, "gateway", "gateway", "case.reopened", case.id)
        self.ladder.owe_follow_ups(work, case, now)
        return case

    def _tell_owner(self, work: UnitOfWork, case: CaseRow, now: datetime) -> None:
        """Tell the post that has the case that more was told, at most once an hour."""
        seat = work.directory.seat(case.acknowledged_by) if case.acknowledged_by else None
        if seat is not None and may_hear(case, seat):
            self.notices.tell_seats(work, case, MORE, [seat], now, f"{now:%Y%m%d%H}")

    def give_pin(self, work: UnitOfWork, code: str, pin: str) -> None:
        """Keep the digest of the PIN just shown to the person."""
        case = found(work, code)
        work.caseload.save(replace(case, pin_fingerprint=self.outside.keyring.fingerprint("pin", f"{code}:{pin}")))

    def _assess(
        self,
        work: UnitOfWork,
        case: CaseRow,
        answers: Answers,
        now: datetime,
        *,
        fresh: bool = False,
        told: bool = True,
    ) -> None:
        """Triage anew, move the gates, and let the ladder follow.

        Where no answer was ``told``, only words, the level stays: two agencies may have lowered it.
        """
        before = None if fresh else route_of(case, known_place_of(work, case))
        judged = triage(answers)
        level = most_urgent(level_of(case), judged.level) if told else level_of(case)
        raised, betrayed = level != case.level, answers.duress and not case.duress
        case = replace(
            with_answers(case, answers),
            level=level,
            rule=judged.rule if raised or fresh else case.rule,
            duress=case.duress or answers.duress,
        )
        if route_of(case, known_place_of(work, case)).rule in HIDDEN_LOCALLY:
            case = replace(case, local_excluded=True)
        case = self._begin(case, answers, now, raised=raised)
        case = work.caseload.save(case)
        self._move_gates(work, case, answers, now)
        if raised:
            work.outbox.cancel(case_id=case.id, kinds=("alert",), reason="raised")
            self._note(work, case, "raised", level, now)
        if betrayed and not fresh:
            self._hold(work, case, now)
        # Newcomers first: what the plan is about to tell by itself (the district on release) must not count as told.
        if before is not None and self.ladder_has_begun(work, case):
            self.ladder.tell_newcomers(work, case, before, now)
        self.ladder.plan(work, case, now)

    def _note(self, work: UnitOfWork, case: CaseRow, kind: str, detail: str, now: datetime) -> None:
        work.caseload.add_event(CaseEvent(self.outside.chance.new_id(), case.id, now, "gateway", kind, detail))

    def _hold(self, work: UnitOfWork, case: CaseRow, now: datetime) -> None:
        """After a duress word whoever was alerted below the national desk is to wait for its decision."""
        alerted = map(work.directory.seat, work.caseload.alerted_posts(case.id))
        below = [seat for seat in alerted if seat is not None and seat.post.level != "national"]
        self.notices.tell_seats(work, case, HOLD, below, now)

    def withdraw(self, work: UnitOfWork, code: str, now: datetime) -> None:
        """Keep that the person wants no contact and no forwarding any more; officers see it first on the page."""
        self.update(work, code, {"contact": "none"}, now)
        self._note(work, found(work, code), "withdrawn", "", now)

    @staticmethod
    def has_withdrawn(work: UnitOfWork, case: CaseRow) -> bool:
        """Whether the person has taken everything back before."""
        return any(event.kind == "withdrawn" for event in work.caseload.events(case.id))

    @staticmethod
    def ladder_has_begun(work: UnitOfWork, case: CaseRow) -> bool:
        """Whether any step of the present round was sent."""
        return any(
            step.state == "sent" and step.name.isdecimal() and step.round == case.ladder_round
            for step in work.caseload.steps(case.id)
        )

    @staticmethod
    def _begin(case: CaseRow, answers: Answers, now: datetime, *, raised: bool) -> CaseRow:
        """Start the clocks that this answer starts: danger, routing, release.

        A case that becomes worse rings again, even while somebody works on it.
        """
        if case.level == "P0" and case.danger_at is None:
            begun_before = case.routed_at is not None
            case = replace(
                case,
                danger_at=now,
                routed_at=case.routed_at or now,
                paused_until=None,
                ladder_round=case.ladder_round + 1 if begun_before else case.ladder_round,
                acted_at=None,
            )
        elif raised and case.routed_at is not None:
            case = replace(case, routed_at=now, paused_until=None, ladder_round=case.ladder_round + 1, acted_at=None)
        if told_whom(answers) or (answers.asks_person and case.level != "P0"):
            # Whoever asks for a person answers nothing more: that is the end of the questions.
            case = replace(case, routed_at=case.routed_at or now, released_at=case.released_at or now)
        return case

    def _move_gates(self, work: UnitOfWork, case: CaseRow, answers: Answers, now: datetime) -> None:
        """Silence after this answer releases a P0 or routes the rest; once told, there is nothing to wait for."""
        chance = self.outside.chance
        if told_whom(answers) or case.released_at is not None:
            work.caseload.cancel_steps(case.id, (RELEASE, ABANDONED))
        elif case.level == "P0" and case.danger_at is not None:
            work.caseload.cancel_steps(case.id, (ABANDONED,))
            gate(
                work,
                chance,
                case,
                RELEASE,
                release_due(case.danger_at, case.last_answer_at, case.channel, self.settings),
            )
        elif case.routed_at is None:
            gate(work, chance, case, ABANDONED, abandoned_due(case.last_answer_at, case.channel, self.settings))


def found(work: UnitOfWork, code: str) -> CaseRow:
    """Return the case of a code, or raise NotFound."""
    case = work.caseload.by_code(code)
    if case is None:
        raise NotFound
    return case
