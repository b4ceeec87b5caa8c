"""The one door in: every text and every dial becomes one transaction."""

from dataclasses import dataclass, replace
from datetime import timedelta

from gateway.contacts.contact import Contact
from gateway.contacts.phone import Address, normalise_msisdn
from gateway.conversation.stimulus import StimulusKind
from gateway.conversation.turn import Say
from gateway.errors import Conflict, Damaged, Defect, Unavailable
from gateway.ports.channel import Answer, AnswerText, Inbound, SessionEnd
from gateway.ports.content import Content
from gateway.ports.inbox import InboundRow
from gateway.ports.outbox import Outgoing
from gateway.ports.outside import Outside
from gateway.ports.unit_of_work import UnitOfWork
from gateway.services.conversing import Conversing, Played
from gateway.services.drafts import Drafts
from gateway.services.guards import Guards
from gateway.services.routes import Routes
from gateway.services.texts import outgoing

REPLY_LIVES = timedelta(minutes=30)
MAX_TEXT = 2_000
NOTHING = Answer()


@dataclass(frozen=True, slots=True)
class InboundService:
    """Hears everything; ``simulated`` says whether simulated phones are served here."""

    outside: Outside
    content: Content
    conversing: Conversing
    routes: Routes
    guards: Guards
    drafts: Drafts
    simulated: bool

    def hear(self, message: Inbound) -> Answer:
        """Take one text and return its reply; a repeated message gets its stored reply and changes nothing.

        A conversation that fails costs itself, never the message: that is stored with a fallback reply. Raises
        Unavailable when nothing could be stored.
        """
        message = replace(message, text=message.text.replace("\x00", "")[:MAX_TEXT])
        address = normalise_msisdn(message.sender)
        try:
            answer, lanes = self._take_patiently(message, address)
        except Unavailable:
            raise  # nothing could be stored: the provider is to come back, not the person
        except Exception as error:  # noqa: BLE001 - the outermost door of a conversation: the message stays, a person is told
            self.outside.meter.event(
                "inbound_failed", channel=message.channel, error=type(error).__name__, why=shown(error)
            )
            answer, lanes = self._fall_back(message, address)
        self.outside.reach("before-answer")
        for lane in sorted(lanes):
            self.outside.wakeup.wake(lane)
        return answer

    def _take_patiently(self, message: Inbound, address: Address) -> tuple[Answer, frozenset[str]]:
        """Take a message; once more when the case code drawn for it was taken, or somebody was faster."""
        try:
            return self._take(message, address)
        except Conflict:
            return self._take(message, address)

    def _take(self, message: Inbound, address: Address) -> tuple[Answer, frozenset[str]]:
        """Store, converse and answer in one transaction; with the answer go the lanes that have something to send."""
        with self.outside.store.writing() as work:
            contact = self._locked(work, address)
            if (before := self._heard_before(work, message)) is not None:
                return before, frozenset()
            row = self._row(message, contact)
            if not address.replyable or (address.reason == "simulated" and not self.simulated):
                work.inbox.add(row, "done", NOTHING, None, None)
                self.outside.meter.count("inbound", outcome=f"not_replyable_{address.reason}")
                return NOTHING, frozenset()
            played = self._converse(work, contact, message)
            # An opt-out that the provider knows it has answered by itself.
            said = self.guards.replies(work, contact, message, played) if message.opt_out is None else []
            here = [say for say in said if say.via != "sms"]
            answer = self._reply(work, row, here, closes=played.turn.closes, late=message.late)
            self._follow_by_sms(work, row, contact, [say for say in said if say.via == "sms"])
            row = replace(row, hidden=played.scene.hidden, kept=not played.scene.sealed, answers=played.answers)
            work.inbox.add(row, "done", answer, played.bundle, played.step, played.asked)
            self.outside.meter.count("inbound", outcome="done")
            return answer, work.outbox.queued_lanes

    def _fall_back(self, message: Inbound, address: Address) -> tuple[Answer, frozenset[str]]:
        """Store a message whose conversation failed, end that conversation, and say that a person will see to it."""
        with self.outside.store.writing() as work:
            contact = self._locked(work, address)
            if (before := self._heard_before(work, message)) is not None:
                return before, frozenset()
            # Kept, the session would fail at every later text, and nobody could report any more.
            work.sessions.end_foreground(contact.id, session_key_of(message))
            language = contact.language or "lo"
            text = self.content.catalogue().get(language, "common.fallback").text
            row = self._row(message, contact)
            fallback = [Say("common.fallback", language, text, "")]
            answer = self._reply(work, row, fallback, closes=True, late=message.late)
            work.inbox.add(row, "failed", answer, None, None)
            self.outside.meter.count("inbound", outcome="failed")
            return answer, work.outbox.queued_lanes

    def _locked(self, work: UnitOfWork, address: Address) -> Contact:
        """Lock the contact first: of one message twice at once, the second must wait here and then find the first."""
        contact = work.people.lock(address.e164 or f"name:{address.identity}", self.outside.clock.now())
        work.numbers.works(contact.id)
        return contact

    def _heard_before(self, work: UnitOfWork, message: Inbound) -> Answer | None:
        before = work.inbox.find(message.channel, message.dedupe_key, message.text)
        if before is None:
            return None
        self.outside.meter.count("inbound", outcome="repeated" if before.same_body else "repeated_other_body")
        return before.answer

    def _row(self, message: Inbound, contact: Contact) -> InboundRow:
        return InboundRow(
            self.outside.chance.new_id(), message.channel, message.dedupe_key, message.kind, contact.id, message.text,
            message.received_at, message.provider_id, message.session_id, message.dedupe_strength == "weak",
        )  # fmt: skip

    def _converse(self, work: UnitOfWork, contact: Contact, message: Inbound) -> Played:
        drafted = self.drafts.hear(work, contact, message, self.conversing.channel_facts(message.channel, message.kind))
        if drafted is not None:
            return drafted
        session_key = session_key_of(message)
        row = work.sessions.foreground(contact.id, session_key)
        dialled = message.session_event == "begin" or (row is None and message.kind == "ussd")
        kind: StimulusKind = "begin" if dialled else "text"
        text = "STOP" if message.opt_out == "stop" else message.text
        channel = self.conversing.channel_facts(message.channel, message.kind)
        stimulus = self.conversing.facts.stimulus(work, contact, channel, kind, text)
        if row is not None and stimulus.officer is not None and not stimulus.officer.posts:
            work.sessions.put_in_front(row.id, in_front=False)  # she takes up a post; what was in front comes back
            row = None
        return self.conversing.play(work, contact, row, session_key, stimulus)

    def _reply(self, work: UnitOfWork, row: InboundRow, said: list[Say], *, closes: bool, late: bool) -> Answer:
        """Store the reply: answered in the response where the channel can, else due in the outbox."""
        inline = not late and self.outside.channels[row.channel].capabilities.answers(row.kind)
        now, state = self.outside.clock.now(), "answered" if inline else "queued"
        texts = []
        for number, say in enumerate(said):
            reply = outgoing(Outgoing(
                self.outside.chance.new_id(), f"reply:{row.id}:{number}", "reply", "replies", row.channel,
                row.contact_id or "", say.text, now, now, now + REPLY_LIVES, state, say.language, say.message,
                say.bundle or None, flow_step=say.step or None,
            ))  # fmt: skip
            work.outbox.add(reply)
            texts.append(AnswerText(reply.id, reply.body or ""))
        return Answer(tuple(texts), closes) if inline else NOTHING

    def _follow_by_sms(self, work: UnitOfWork, row: InboundRow, contact: Contact, said: list[Say]) -> None:
        """Queue what a flow sends by SMS after a USSD screen; the engine says it only to a phone confirmed safe."""
        now = self.outside.clock.now()
        for number, say in enumerate(said):
            work.outbox.add(outgoing(Outgoing(
                self.outside.chance.new_id(), f"follow:{row.id}:{number}", "news", "replies",
                self.routes.for_news(contact.msisdn), contact.id, say.text, now, now, now + REPLY_LIVES,
                language=say.language, content_id=say.message, bundle=say.bundle or None, flow_step=say.step or None,
            )))  # fmt: skip

    def cut(self, end: SessionEnd) -> None:
        """A USSD session ended at the network's side: answers so far are kept."""
        address = normalise_msisdn(end.sender)
        if address.e164 is None:
            return
        with self.outside.store.writing() as work:
            contact = self._locked(work, address)
            row = work.sessions.foreground(contact.id, f"{end.channel}:ussd")
            if row is not None:
                channel = self.conversing.channel_facts(end.channel, "ussd")
                stimulus = self.conversing.facts.stimulus(work, contact, channel, "cut", "")
                self.conversing.play(work, contact, row, row.channel, stimulus)


def session_key_of(message: Inbound) -> str:
    """Return under which name a phone's conversation on this channel is kept."""
    return f"{message.channel}:{message.kind}"


def shown(error: Exception) -> str:
    """Return why, for the log: our own errors speak of codes and names only, others may hold a text and stay out."""
    return str(error)[:200] if isinstance(error, Defect | Damaged) else ""
