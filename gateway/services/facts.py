"""Gathers what a conversation needs to know before it takes a step: contact, officer, hotlines, spare code and PIN."""

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from gateway.cases.clocks import EscalationSettings, may_undo
from gateway.contacts.contact import Contact
from gateway.contacts.contactability import may_write_unasked
from gateway.contacts.membership import COURSE, LIST
from gateway.contacts.phone import country_of
from gateway.conversation.stimulus import (
    CaseFacts,
    ChannelFacts,
    ContactFacts,
    OfficerFacts,
    Stimulus,
    StimulusKind,
    Waiting,
)
from gateway.ports.content import Content
from gateway.ports.directory_book import Seat
from gateway.ports.outside import Outside
from gateway.ports.unit_of_work import UnitOfWork
from gateway.services.closing import Closing
from gateway.services.handing_over import HandingOver
from gateway.services.on_demand import Hotlines, in_disaster, joined
from gateway.services.relay import Relay
from gateway.text.commands import enrolment
from gateway.text.lao import key

NEW_CASES_A_DAY = 5
WRONG_TRIES_A_DAY = 5
DAY = timedelta(days=1)
DIGITS_TO_ENROL = 10  # a one-time code of four and the six of the hand-over


@dataclass(frozen=True, slots=True)
class Facts:
    """Reads; the only things it writes are wrong tries of a code and PIN."""

    outside: Outside
    content: Content
    closing: Closing
    relay: Relay
    handing_over: HandingOver
    settings: EscalationSettings
    tz: tzinfo

    def stimulus(
        self, work: UnitOfWork, contact: Contact, channel: ChannelFacts, kind: StimulusKind, text: str
    ) -> Stimulus:
        """Return a stimulus with everything that a flow may ask for."""
        now = self.outside.clock.now()
        open_case = work.caseload.open_of(contact.id)
        seats = work.directory.seats_of_contact(contact.id)
        language = contact.language or (seats[0].language if seats else None)  # an officer: as her post
        known = ContactFacts(
            contact.id,
            language,
            contact.safety,
            contact.opted_out_at is not None,
            contact.language is not None,
            contact.tags,
            open_case.code if open_case else None,
            country_of(contact.msisdn),
            self._written_to(work, contact, now) if open_case else False,
            joined(work, contact.id, LIST),
            joined(work, contact.id, COURSE),
            contact.district or contact.province or "",
        )
        unlocks = self._is_safe_word(contact, text)
        return Stimulus(
            kind,
            known,
            channel,
            text,
            duress=self._is_duress(contact, text),
            spare_session=self.outside.chance.new_id(),
            spare_code=self._spare_code(work, contact, open_case.code if open_case else None, now),
            spare_pin=self.outside.chance.pin(),
            officer=self._officer(work, contact.id, seats, now) or self._newcomer(work, contact.id, channel, text, now),
            hotlines=Hotlines(work, self.content, contact, now),
            may_write=may_write_unasked(contact, now, self.tz),
            unlocks=unlocks,
            waiting=self._waiting(work, contact.id) if unlocks else (),
            disasters=in_disaster(work, now),
        )

    def case_of(self, work: UnitOfWork, contact: Contact, code: str, pin: str, now: datetime) -> CaseFacts | None:
        """Return the case whose code and PIN these are; after five wrong tries a day by phone or code, never."""
        subjects = (f"contact:{contact.id}", f"code:{code}")
        if any(work.caseload.wrong_tries(subject, now - DAY) >= WRONG_TRIES_A_DAY for subject in subjects):
            return None
        case = work.caseload.by_code(code)
        given = self.outside.keyring.fingerprint("pin", f"{code}:{pin}")
        if case is not None and case.pin_fingerprint == given:
            waiting = self._waiting(work, case.contact_id or "", case.id)
            return CaseFacts(case.code, case.state, waiting)
        for subject in subjects:
            work.caseload.note_wrong_try(subject, now)
        return None

    def _spare_code(self, work: UnitOfWork, contact: Contact, open_code: str | None, now: datetime) -> str:
        """A new code, or the open case's own once a phone has opened five today: more text then joins it.

        Whether it is free is asked when a report opens with it; if not, the message is taken again with another.
        """
        if open_code and work.people.cases_today(contact.id, now - DAY) >= NEW_CASES_A_DAY:
            return open_code
        return self.outside.chance.case_code()

    def _newcomer(
        self, work: UnitOfWork, contact_id: str, channel: ChannelFacts, text: str, now: datetime
    ) -> OfficerFacts | None:
        """Whoever takes a post up from her own phone is heard as an officer for one text; not after five misses."""
        if channel.kind != "sms" or sum(map(str.isdigit, text)) != DIGITS_TO_ENROL:
            return None
        command = self.content.library().lexicon.command(text)
        if command is None or not enrolment(command) or not self.handing_over.may_try(work, contact_id, now):
            return None
        return OfficerFacts(())

    def _officer(
        self, work: UnitOfWork, contact_id: str, seats: tuple[Seat, ...], now: datetime
    ) -> OfficerFacts | None:
        if not seats:
            return None
        posts = tuple(seat.post.id for seat in seats)
        codes = work.caseload.open_codes(posts)
        undoable = tuple(code for code in codes if self._undoable(work, code, posts, now))
        leaving = self.handing_over.of_leaver(work, contact_id)
        if leaving is not None and self.handing_over.may_take_back(leaving, contact_id, now):
            undoable = (leaving.code, *undoable)
        return OfficerFacts(posts, codes, undoable)

    def _undoable(self, work: UnitOfWork, code: str, posts: tuple[str, ...], now: datetime) -> bool:
        case = work.caseload.by_code(code)
        closing = work.decisions.closing(case.id) if case is not None else None
        if closing is not None and self.closing.may_take_back(closing, posts, now):
            return True
        return (
            case is not None
            and case.acknowledged_by in posts
            and case.acknowledged_at is not None
            and case.acted_at is None
            and may_undo(case.acknowledged_at, now, self.settings)
        )

    def _waiting(self, work: UnitOfWork, contact_id: str, case_id: str = "") -> tuple[Waiting, ...]:
        """An officer's words for whoever has shown to be the person; a code and PIN open those of their case alone."""
        rows = self.relay.waiting(work, contact_id)
        return tuple(Waiting(row.id, row.body) for row in rows if case_id in ("", row.case_id))

    @staticmethod
    def _written_to(work: UnitOfWork, contact: Contact, now: datetime) -> bool:
        """Whether an officer's words reached this phone within a day: what comes now answers them."""
        last = work.relay.last_given(contact.id)
        return last is not None and now - last < DAY

    def _is_safe_word(self, contact: Contact, text: str) -> bool:
        """Whether the whole text is the word that this person chose to be known by."""
        if contact.safe_word_hash is None or not text or contact.safety == "unsafe":
            return False
        return contact.safe_word_hash == self.outside.keyring.fingerprint("safe_word", f"{contact.id}:{folded(text)}")

    def _is_duress(self, contact: Contact, text: str) -> bool:
        """Whether the whole text is this person's own second word, agreed earlier on a safe phone."""
        if contact.duress_hash is None or not text:
            return False
        return contact.duress_hash == self.outside.keyring.fingerprint("duress_word", f"{contact.id}:{folded(text)}")


def folded(text: str) -> str:
    """Return a word as it is compared."""
    return key(text).strip()
