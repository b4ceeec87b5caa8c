"""The one door in: every text, dial and due moment of a conversation becomes one transaction."""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta, tzinfo

from gateway.contacts.contact import Contact
from gateway.contacts.phone import normalise_msisdn
from gateway.conversation.engine import advance
from gateway.conversation.session import Session, from_json, to_json
from gateway.conversation.stimulus import ChannelFacts, Stimulus, StimulusKind
from gateway.conversation.turn import Say, Turn
from gateway.errors import Damaged, Defect, Unavailable
from gateway.ports.channel import Answer, AnswerText, Inbound, SessionEnd
from gateway.ports.content import Content
from gateway.ports.inbox import InboundRow
from gateway.ports.outbox import Outgoing
from gateway.ports.outside import Outside
from gateway.ports.people import SessionRow, Timer
from gateway.ports.unit_of_work import UnitOfWork
from gateway.services.effects import Effects, Scene
from gateway.services.facts import Facts
from gateway.services.texts import outgoing

REPLY_LIVES = timedelta(minutes=30)
MAX_TEXT = 2_000
BATCH = 100
LOOK_UPS_A_TURN = 2


@dataclass(frozen=True, slots=True)
class InboundService:
    """Hears everything; ``simulated`` says whether simulated phones are served here."""

    outside: Outside
    content: Content
    effects: Effects
    facts: Facts
    tz: tzinfo
    simulated: bool

    def hear(self, message: Inbound) -> Answer:
        """Take one text and return its reply; a repeated message gets its stored reply and changes nothing."""
        message = replace(message, text=message.text.replace("\x00", "")[:MAX_TEXT])
        address = normalise_msisdn(message.sender)
        key = address.e164 or f"name:{address.identity}"
        with self.outside.store.writing() as work:
            # The lock first: of one message twice at once, the second must wait here and then find the first.
            contact = work.people.lock(key, self.outside.clock.now())
            before = work.inbox.find(message.channel, message.dedupe_key, message.text)
            if before is not None:
                self.outside.meter.count("inbound", outcome="repeated" if before.same_body else "repeated_other_body")
                return before.answer
            row = InboundRow(self.outside.chance.new_id(), message.channel, message.dedupe_key, message.kind, contact.id,
                             message.text, message.received_at, message.provider_id, message.session_id,
                             message.dedupe_strength == "weak")
            work.inbox.add(row)
            if not address.replyable or (address.reason == "simulated" and not self.simulated):
                work.inbox.conclude(row.id, "done", Answer(), None, None)
                self.outside.meter.count("inbound", outcome=f"not_replyable_{address.reason}")
                return Answer()
            answer = self._answer(work, contact, message, row.id)
            lanes = work.outbox.queued_lanes
        self.outside.reach("before-answer")
        self._wake(lanes)
        return answer

    def _answer(self, work: UnitOfWork, contact: Contact, message: Inbound, inbound_id: str) -> Answer:
        """Converse inside a savepoint: a fault there costs the conversation, never the message."""
        try:
            with work.savepoint():
                answer, session = self._converse(work, contact, message, inbound_id)
            work.inbox.conclude(inbound_id, "done", answer, session.bundle if session else None,
                                session.step if session else None)
            self.outside.meter.count("inbound", outcome="done")
            return answer
        except Unavailable:
            raise  # nothing could be stored: the provider is to come back, not the person
        except Exception as error:  # noqa: BLE001 - the outermost door of a conversation: the message stays, a person is told
            self.outside.meter.event("inbound_failed", inbound=inbound_id, error=type(error).__name__, why=shown(error))
            self.outside.meter.count("inbound", outcome="failed")
            self._leave(work, contact, message)
            text = self.content.catalogue().get(contact.language or "lo", "common.fallback").text
            answer = self._queue(work, contact, message, inbound_id, [(text, "common.fallback", contact.language or "lo")],
                                 None, closes=True)
            work.inbox.conclude(inbound_id, "failed", answer, None, None)
            return answer

    @staticmethod
    def _leave(work: UnitOfWork, contact: Contact, message: Inbound) -> None:
        """End the session that failed: kept, it would fail at every later text, and nobody could report any more."""
        with suppress(Damaged):
            row = work.sessions.foreground(contact.id, session_key_of(message))
            if row is not None:
                work.sessions.end(row.id)

    def _converse(self, work: UnitOfWork, contact: Contact, message: Inbound, inbound_id: str) -> tuple[Answer, Session | None]:
        session_key = session_key_of(message)
        row = work.sessions.foreground(contact.id, session_key)
        session = from_json(row.document) if row else None
        kind: StimulusKind = "begin" if message.session_event == "begin" or (session is None and message.kind == "ussd") else "text"
        stimulus = self.facts.stimulus(work, contact, self._channel_facts(message), kind, message.text)
        if message.opt_out == "stop":
            stimulus = replace(stimulus, text="STOP")
        turn, scene = self._play(work, contact, session, stimulus, message.kind)
        self._keep(scene, row, session_key, turn.session)
        if message.opt_out is not None:
            return Answer(), turn.session
        said = [(say.text, say.message, say.language) for say in scene.said]
        return self._queue(work, scene.contact, message, inbound_id, said, turn.session, closes=turn.closes), turn.session

    def _play(self, work: UnitOfWork, contact: Contact, session: Session | None, stimulus: Stimulus,
              kind: str) -> tuple[Turn, Scene]:
        """Advance, apply, and answer the engine's own questions until it has none."""
        now = self.outside.clock.now()
        library = self.content.library()
        turn = advance(library, session, stimulus, now)
        posts = stimulus.officer.posts if stimulus.officer else ()
        scene = Scene(work, contact, kind, turn.session.language if turn.session else contact.language or "lo", now, stimulus.text,
                      posts)
        self.effects.apply(turn, scene)
        for _ in range(LOOK_UPS_A_TURN):
            if turn.asks != "case" or scene.look_up is None:
                break
            found = self.facts.case_of(work, contact, scene.look_up.code, scene.look_up.pin, now)
            scene.look_up = None
            answer = replace(stimulus, kind="found", found=found)
            turn = advance(library, turn.session, answer, now)
            self.effects.apply(turn, scene)
        return turn, scene

    def _keep(self, scene: Scene, row: SessionRow | None, session_key: str, session: Session | None) -> None:
        """Store the session as it stands now, and its timers instead of the last turn's; an ended one goes with them."""
        work = scene.work
        if row is not None and (session is None or session.id != row.id):
            work.sessions.end(row.id)
            row = None
        if session is None:
            return
        if session.status == "ended":
            work.sessions.end(session.id)
            return
        expires = session.expires or self.outside.clock.now() + timedelta(days=1)
        work.sessions.save(SessionRow(session.id, scene.contact.id, session_key, session.flow, session.bundle, session.step,
                                      to_json(session), session.foreground, row.version if row else 0, expires))
        latest = {timer.kind: timer for timer in scene.timers}
        work.sessions.set_timers(session.id, [
            Timer(self.outside.chance.new_id(), session.id, timer.kind, timer.turn, timer.due) for timer in latest.values()
        ])

    def _queue(self, work: UnitOfWork, contact: Contact, message: Inbound, inbound_id: str,
               said: list[tuple[str, str, str]], session: Session | None, *, closes: bool) -> Answer:
        """Store the reply: answered in the response where the channel can, else due in the outbox."""
        channel = self.outside.channels[message.channel]
        inline = channel.capabilities.replies_in_response
        now = self.outside.clock.now()
        texts = []
        for number, (text, content_id, language) in enumerate(said):
            row = outgoing(Outgoing(
                self.outside.chance.new_id(), f"reply:{inbound_id}:{number}", "reply", "replies", message.channel,
                contact.id, text, now, now, now + REPLY_LIVES, "answered" if inline else "queued", language, content_id,
                session.bundle if session else None,
            ))
            work.outbox.add(row)
            texts.append(AnswerText(row.id, row.body or ""))
        return Answer(tuple(texts), closes) if inline else Answer()

    def cut(self, end: SessionEnd) -> None:
        """A USSD session ended at the network's side: answers so far are kept."""
        address = normalise_msisdn(end.sender)
        if address.e164 is None:
            return
        with self.outside.store.writing() as work:
            contact = work.people.lock(address.e164, self.outside.clock.now())
            row = work.sessions.foreground(contact.id, f"{end.channel}:ussd")
            if row is None:
                return
            facts = self._facts_of(end.channel, "ussd")
            stimulus = self.facts.stimulus(work, contact, facts, "cut", "")
            turn, scene = self._play(work, contact, from_json(row.document), stimulus, "ussd")
            self._keep(scene, row, row.channel, turn.session)

    def fire_timers(self) -> int:
        """Deliver due timers of conversations; return how many. A late or repeated one changes nothing."""
        with self.outside.store.reading() as work:
            due = work.sessions.due_timers(self.outside.clock.now(), BATCH)
        for timer in due:
            with self.outside.store.writing() as work:
                if work.sessions.drop_timer(timer.id):
                    self._fire(work, timer)
                lanes = work.outbox.queued_lanes
            self._wake(lanes)
        return len(due)

    def _fire(self, work: UnitOfWork, timer: Timer) -> None:
        """Deliver one timer inside a savepoint: one whose conversation fails is dropped, so that the next are heard."""
        try:
            with work.savepoint():
                row = work.sessions.get(timer.session_id)
                if row is not None:
                    self._time(work, row, timer)
        except Unavailable:
            raise
        except Exception as error:  # noqa: BLE001 - the outermost door of a timer: the others must fire all the same
            self.outside.meter.event("timer_failed", session=timer.session_id, error=type(error).__name__, why=shown(error))
            self.outside.meter.count("timers_failed", kind=timer.kind)

    def _time(self, work: UnitOfWork, row: SessionRow, timer: Timer) -> None:
        contact = work.people.lock_id(row.contact_id)
        channel, _, medium = row.channel.rpartition(":")
        stimulus = replace(self.facts.stimulus(work, contact, self._facts_of(channel, medium), "timer", ""),
                           timer=timer.kind, turn=timer.turn, due=timer.due_at)
        turn, scene = self._play(work, contact, from_json(row.document), stimulus, medium)
        self._keep(scene, row, row.channel, turn.session)
        if medium == "ussd":
            return  # a screen cannot be pushed; nothing about a report ever is
        for number, say in enumerate(scene.said):
            key = f"timed:{row.id}:{timer.turn}:{timer.kind}:{number}"
            work.outbox.add(self._timed(say, scene.contact, channel, key))

    def _timed(self, say: Say, contact: Contact, channel: str, key: str) -> Outgoing:
        at = self.outside.clock.now()
        return outgoing(Outgoing(self.outside.chance.new_id(), key, "reply", "replies", channel, contact.id, say.text,
                                 at, at, at + REPLY_LIVES, "queued", say.language, say.message))

    def _channel_facts(self, message: Inbound) -> ChannelFacts:
        return self._facts_of(message.channel, message.kind)

    def _facts_of(self, channel: str, medium: str) -> ChannelFacts:
        known = self.outside.channels.get(channel)
        gsm7, ucs2 = (known.capabilities.ussd_gsm7, known.capabilities.ussd_ucs2) if known else (160, 70)
        return ChannelFacts(channel, "ussd" if medium == "ussd" else "sms", gsm7, ucs2)

    def _wake(self, lanes: frozenset[str]) -> None:
        """Tell the workers of these lanes; what this loses, the clock finds within its round."""
        for lane in sorted(lanes):
            self.outside.wakeup.wake(lane)


def session_key_of(message: Inbound) -> str:
    """Return under which name a phone's conversation on this channel is kept."""
    return f"{message.channel}:{message.kind}"


def shown(error: Exception) -> str:
    """Return why, for the log: our own errors speak of codes and names only, others may hold a text and stay out."""
    return str(error)[:200] if isinstance(error, Defect | Damaged) else ""
