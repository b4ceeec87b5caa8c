"""Passing words between an officer and the person of a case; the gateway stands between, and neither sees a number."""

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from gateway.cases.relay import MOST_AT_ONCE, Verdict, fault
from gateway.contacts.contact import Contact
from gateway.contacts.contactability import allowed_until, next_allowed
from gateway.ports.caseload import CaseRow
from gateway.ports.content import Content
from gateway.ports.outbox import Outgoing
from gateway.ports.outside import Outside
from gateway.ports.relay_book import RelayText, Way
from gateway.ports.unit_of_work import UnitOfWork
from gateway.services.intake import Intake, found
from gateway.services.officer_work import OfficerWork
from gateway.services.routes import Routes
from gateway.services.sealing import seal_entry
from gateway.services.texts import outgoing
from gateway.text.catalogue import fill

RELAYED = "common.relayed"
ENTRY = "answer"
LIVES = timedelta(minutes=30)
OPEN_FOR = timedelta(minutes=30)
"""How long after her safe word a shared phone counts as being in its owner's hands."""
BATCH = 100


@dataclass(frozen=True, slots=True)
class Relay:
    """Texts wait until they may be told: in her hours on a phone of her own, else after her safe word or code."""

    outside: Outside
    content: Content
    routes: Routes
    officers: OfficerWork
    tz: tzinfo

    def write(self, work: UnitOfWork, code: str, text: str, actor: str, role: str, now: datetime) -> Verdict:
        """Pass a text to the person of a case; that is acting on it. It is kept in the sealed record either way."""
        case = found(work, code)
        contact = work.people.get(case.contact_id) if case.contact_id else None
        if contact is None or not tellable(work, case):
            return "never"
        if role == "officer" and not self._has(work, case, actor):
            return "not_yours"
        wrong = fault(text, guarded=self.content.library().guarded.hit(text) is not None)
        if wrong is not None:
            return wrong
        seal_entry(self.outside, work, case, ENTRY, text, actor, now)
        self.officers.act(work, case, actor, role, "answered", now)
        due = self._due(work, contact, now)
        row = RelayText(self.outside.chance.new_id(), case.id, contact.id, actor, text.strip(), now, due)
        work.relay.add(row)
        if due == now:
            self._send(work, row, case, contact, now)
            return "sent"
        return "waits" if due is None else "later"

    def give_due(self) -> int:
        """Send what has waited for her hours; return how many were looked at."""
        now = self.outside.clock.now()
        with self.outside.store.reading() as work:
            due = work.relay.due(now, BATCH)
        for row in due:
            with self.outside.store.writing() as work:
                self._give(work, row, now)
        return len(due)

    def waiting(self, work: UnitOfWork, contact_id: str) -> tuple[RelayText, ...]:
        """Return what may be told to whoever has just shown to be the person; what may not any more is forgotten."""
        rows = work.relay.waiting_of(contact_id, MOST_AT_ONCE)
        return tuple(row for row in rows if self._still_tellable(work, row))

    def told(self, work: UnitOfWork, text_ids: tuple[str, ...], way: Way, now: datetime) -> None:
        """Note that these texts were just said in a conversation."""
        for text_id in text_ids:
            work.relay.give(text_id, way, now)

    def unlock(self, work: UnitOfWork, contact_id: str, now: datetime) -> None:
        """Note that she has texted her safe word: for a while the relay may speak to this phone."""
        work.relay.open_until(contact_id, now + OPEN_FOR)

    def _give(self, work: UnitOfWork, row: RelayText, now: datetime) -> None:
        case, contact = work.caseload.get(row.case_id), work.people.get(row.contact_id)
        if case is None or contact is None or not tellable(work, case):
            work.relay.drop(row.id)
            return
        due = self._due(work, contact, now)
        if due == now:
            self._send(work, row, case, contact, now)
        else:
            work.relay.put_off(row.id, due)

    def _still_tellable(self, work: UnitOfWork, row: RelayText) -> bool:
        case = work.caseload.get(row.case_id)
        return case is not None and tellable(work, case)

    def _due(self, work: UnitOfWork, contact: Contact, now: datetime) -> datetime | None:
        if contact.safety != "unsafe" and work.relay.is_open(contact.id, now):
            return now
        return next_allowed(contact, now, self.tz)

    def _send(self, work: UnitOfWork, row: RelayText, case: CaseRow, contact: Contact, now: datetime) -> None:
        """Queue a text that may leave now, to be given up before her hours end."""
        if not work.relay.give(row.id, "sms", now):
            return
        language = contact.language or case.language
        text = fill(self.content.catalogue().get(language, RELAYED).text, {"relayed": row.body})
        route = self.routes.for_news(contact.msisdn)
        until = allowed_until(contact, now, LIVES, self.tz)
        work.outbox.add(outgoing(Outgoing(
            self.outside.chance.new_id(), f"relay:{row.id}", "news", "replies", route, contact.id, text, now, now,
            until, language=language, content_id=RELAYED, bundle=self.content.version_of(RELAYED), case_id=case.id,
        )))  # fmt: skip

    @staticmethod
    def _has(work: UnitOfWork, case: CaseRow, actor: str) -> bool:
        """Whether this post accepted the case, or is the national desk."""
        seat = work.directory.seat(actor)
        return case.acknowledged_by == actor or (seat is not None and seat.post.level == "national")


def tellable(work: UnitOfWork, case: CaseRow) -> bool:
    """Whether the person of a case may be told anything: it is open, not betrayed, and she did not ask to be left."""
    if case.state == "closed" or case.duress:
        return False
    return not Intake.has_withdrawn(work, case)
