"""Turns an escalation step into alert rows: which seats, on which channel, in which fixed words."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.cases.alert import ALERT, Alert
from gateway.cases.clocks import EscalationSettings
from gateway.cases.escalation import Step
from gateway.cases.routing import Office
from gateway.cases.triage import LEVELS, child
from gateway.directory.post import CHILD_COURSE
from gateway.directory.rota import untrained
from gateway.errors import Defect
from gateway.ports.caseload import CaseEvent, CaseRow
from gateway.ports.content import Content
from gateway.ports.directory_book import Seat
from gateway.ports.outbox import Outgoing
from gateway.ports.outside import Outside
from gateway.ports.unit_of_work import UnitOfWork
from gateway.services.casefile import answers_of, level_of
from gateway.services.routes import Routes
from gateway.services.surges import Surges
from gateway.services.texts import outgoing
from gateway.text.catalogue import fill

ALERT_LIVES = timedelta(hours=24)
JUST_AFTER = timedelta(microseconds=1)  # what was sent a whole window ago is outside it
FIELDS = re.compile(r"(?P<code>[1-9][0-9]{5}) (?P<level>P[0-2])")


@dataclass(frozen=True, slots=True)
class Alerting:
    """Writes alerts into the outbox; reads the seats of an office anew each time."""

    outside: Outside
    content: Content
    routes: Routes
    settings: EscalationSettings
    surges: Surges

    def raise_step(self, work: UnitOfWork, case: CaseRow, step_id: str, step: Step, now: datetime) -> int:
        """Queue the alerts of one step; return how many seats were told (0: nobody is there)."""
        told = 0
        for office in step.offices:
            for seat in self._seats(work, case, office, step, now):
                told += self._tell(work, case, step_id, step, seat, now)
        return told

    def _seats(self, work: UnitOfWork, case: CaseRow, office: Office, step: Step, now: datetime) -> tuple[Seat, ...]:
        """The seat of the office's order, or every seat of the national desk once the ladder has come to it.

        Of children hears whoever finished the course on them; where nobody did, the next in line, and that is shown.
        """
        course = CHILD_COURSE if child(answers_of(case)) and office.level != "national" else None
        seats = work.directory.seats(office.agency, office.level, office.place, course)
        if course is not None and untrained((seat.post for seat in seats), course):
            where, new_id = f"{office.agency} {office.place}", self.outside.chance.new_id()
            work.caseload.add_event(CaseEvent(new_id, case.id, now, "gateway", "untrained", where))
            self.outside.meter.event("nobody_trained", case=case.code, office=where)
        if step.every_phone:
            return seats
        return seats[office.order - 1 : office.order]

    def _tell(self, work: UnitOfWork, case: CaseRow, step_id: str, step: Step, seat: Seat, now: datetime) -> int:
        """Queue one alert unless the post just had two, or has a receipt where the step asks for none."""
        if seat.contact_id is None:
            return 0
        work.caseload.note_alerted(case.id, seat.post.id, now)
        if step.silent or (step.only_without_receipt and self._received(work, case, seat)):
            return 1
        if self._just_passed(work, case, seat, now):
            return 1
        since = max(now - self.settings.copies_window + JUST_AFTER, begun(case))
        recent = work.caseload.alerts_since(seat.post.id, case.id, since)
        if recent >= self.settings.copies_per_post:
            return 1
        contact = work.people.get(seat.contact_id)
        if contact is None:
            return 0
        if self.surges.holds_back(work, case, seat, now):
            return 1
        body = alert_words(self.content, Alert(case.code, level_of(case)), seat.language)
        channel = self.routes.for_alert(contact.msisdn, 1 if step.second_channel else 0)
        key = f"alert:{case.id}:{step.name}:{seat.post.id}:{step.round}"
        work.outbox.add(
            outgoing(
                Outgoing(
                    self.outside.chance.new_id(),
                    key,
                    "alert",
                    "alerts",
                    channel,
                    seat.contact_id,
                    body,
                    now,
                    now,
                    now + ALERT_LIVES,
                    language=seat.language,
                    content_id="officer.alert",
                    bundle=self.content.version_of("officer.alert"),
                    case_id=case.id,
                    step_id=step_id,
                ),
            )
        )
        return 1

    def _just_passed(self, work: UnitOfWork, case: CaseRow, seat: Seat, now: datetime) -> bool:
        """Whether this phone passed the case on a moment ago: at the last step it would only get it back."""
        since = max(now - self.settings.copies_window, begun(case))
        events = work.caseload.events(case.id)
        passed = {event.actor for event in events if event.kind == "passed" and event.at >= since}
        return any(
            other is not None and other.contact_id == seat.contact_id for other in map(work.directory.seat, passed)
        )

    def _received(self, work: UnitOfWork, case: CaseRow, seat: Seat) -> bool:
        earlier = (step.id for step in work.caseload.steps(case.id) if step.state == "sent")
        return any(work.outbox.receipt_seen(step_id, seat.contact_id) for step_id in earlier)


def begun(case: CaseRow) -> datetime:
    """Return when the present ladder of a case began: copies of an earlier, calmer one hold back nothing."""
    return (case.danger_at if case.level == "P0" else case.routed_at) or case.opened_at


def alert_words(content: Content, alert: Alert, language: str) -> str:
    """The fixed words: code and level, never a name, number, village or story; checked on the way out."""
    text = fill(content.catalogue().get(language, alert.message).text, alert.values())
    if not ALERT.fullmatch(text):
        raise Defect("an alert's template says more than an alert may say")
    return text


def repeat_of(content: Content, text: str, language: str) -> str:
    """Return the words of an alert that is sent once more in doubt whether it arrived; others as they are."""
    fields = FIELDS.match(text)
    if fields is None:
        return text
    level = next(level for level in LEVELS if level == fields["level"])
    return alert_words(content, Alert(fields["code"], level, repeat=True), language)
