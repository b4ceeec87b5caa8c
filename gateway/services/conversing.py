"""One step of one conversation inside a transaction: facts, the engine's turn, its effects, the session kept."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from gateway.contacts.contact import Contact
from gateway.conversation.engine import advance
from gateway.conversation.library import Library
from gateway.conversation.session import Session, from_json, to_json
from gateway.conversation.stimulus import ChannelFacts, Stimulus
from gateway.conversation.turn import Turn
from gateway.ports.campaign_book import Told
from gateway.ports.inbox import Asked
from gateway.ports.outside import Outside
from gateway.ports.people import SessionRow, Timer
from gateway.ports.unit_of_work import UnitOfWork
from gateway.services.effects import Effects
from gateway.services.facts import Facts
from gateway.services.foreground import Foreground
from gateway.services.pinning import Pinning
from gateway.services.scene import Scene

LOOK_UPS_A_TURN = 2
ANSWERS_FOR = timedelta(days=7)
ENDING_WORDS = frozenset({"exit", "stop", "delete", "plea"})


def is_over(session: Session | None) -> bool:
    """Whether a conversation has come to its end."""
    return session is None or session.status == "ended"


@dataclass(frozen=True, slots=True)
class Conversing:
    """Plays a stimulus to a session; texts, dials, cuts and timers all come through here."""

    outside: Outside
    pinning: Pinning
    effects: Effects
    facts: Facts
    foreground: Foreground

    def play(
        self, work: UnitOfWork, contact: Contact, row: SessionRow | None, session_key: str, stimulus: Stimulus
    ) -> "Played":
        """Advance, apply, answer the engine's own questions until it has none, and keep the session."""
        now = self.outside.clock.now()
        before = from_json(row.document) if row else None
        library = self.pinning.library(work, before)
        told = self._answered_by(work, contact, library, stimulus, now) if row is None else None
        if told is not None and told.reply_flow and told.reply_flow in library.current:
            stimulus = replace(stimulus, flow=told.reply_flow)
        turn = advance(library, before, stimulus, now)
        language = turn.session.language if turn.session else contact.language or "lo"
        posts = stimulus.officer.posts if stimulus.officer else ()
        scene = Scene(work, contact, stimulus.channel.kind, language, now, stimulus.text, posts)
        self.effects.apply(turn, scene)
        for _ in range(LOOK_UPS_A_TURN):
            if not turn.asks:
                break
            turn = advance(library, turn.session, self._answered(scene, stimulus), now)
            self.effects.apply(turn, scene)
        self._keep(scene, row, session_key, turn.session, library)
        for start in scene.starts:
            self.foreground.queue(work, scene.contact, session_key, start, now)
        if is_over(turn.session) and (row is None or row.foreground):
            self._come_back(scene, session_key, turn, stimulus)
        return Played(turn, scene, asked_in(before), told.campaign if told else None)

    @staticmethod
    def _answered_by(
        work: UnitOfWork, contact: Contact, library: Library, stimulus: Stimulus, now: datetime
    ) -> Told | None:
        """A first text that names nothing of its own is an answer to the last broadcast; return that.

        Digits, yes and no name nothing of their own; help, stop, signals and topics do.
        """
        if stimulus.kind != "text" or stimulus.officer is not None:
            return None
        lexicon = library.lexicon
        if any(lexicon.class_of(intent) != "exact" for intent in lexicon.read(stimulus.text).intents):
            return None
        return work.campaigns.last_told(contact.id, now - ANSWERS_FOR)

    def _answered(self, scene: Scene, stimulus: Stimulus) -> Stimulus:
        """Return the stimulus with the host's answer: a look-up, or what became of an officer's word."""
        asked, scene.look_up = scene.look_up, None
        found = self.facts.case_of(scene.work, scene.contact, asked.code, asked.pin, scene.now) if asked else None
        return replace(stimulus, kind="found", found=found, verdict=scene.verdict)

    def _come_back(self, scene: Scene, session_key: str, turn: Turn, stimulus: Stimulus) -> None:
        """Bring a paused conversation to the front; it asks again only somebody who is texting right now."""
        row = self.foreground.come_back(scene.work, scene.contact.id, session_key)
        quiet = not turn.texts or any(step.test == "global" and step.result in ENDING_WORDS for step in turn.trace)
        if row is None or quiet or stimulus.kind not in ("text", "reply"):
            return
        paused = from_json(row.document)
        library = self.pinning.library(scene.work, paused)
        again = advance(library, paused, replace(stimulus, kind="front", text=""), scene.now)
        scene.timers.clear()
        self.effects.apply(again, scene)
        self._keep(scene, replace(row, foreground=True), session_key, again.session, library)

    def _keep(
        self, scene: Scene, row: SessionRow | None, session_key: str, session: Session | None, library: Library
    ) -> None:
        """Store the session as it stands with its bundles, its timers instead of the last turn's; an ended one goes."""
        sessions = scene.work.sessions
        if row is not None and (session is None or session.id != row.id):
            sessions.end(row.id)
            row = None
        if session is None:
            return
        self.pinning.keep(scene.work, library, session)
        if session.status == "ended":
            sessions.end(session.id)
            return
        expires = session.expires or scene.now + timedelta(days=1)
        sessions.save(SessionRow(
            session.id, scene.contact.id, session_key, session.flow, session.bundle, session.step, to_json(session),
            row.foreground if row else True, row.version if row else 0, expires,
        ))  # fmt: skip
        latest = {timer.kind: timer for timer in scene.timers}.values()
        new_id = self.outside.chance.new_id
        sessions.set_timers(
            session.id, [Timer(new_id(), session.id, timer.kind, timer.turn, timer.due) for timer in latest]
        )

    def channel_facts(self, channel: str, medium: str) -> ChannelFacts:
        """Return how a person came: the channel, SMS or USSD, and how much a screen holds."""
        known = self.outside.channels.get(channel)
        medium_kind: Literal["sms", "ussd"] = "ussd" if medium == "ussd" else "sms"
        if known is None:
            return ChannelFacts(channel, medium_kind)
        can = known.capabilities
        return ChannelFacts(channel, medium_kind, can.ussd_gsm7, can.ussd_ucs2, can.latin_screens)


@dataclass(frozen=True, slots=True)
class Played:
    """A turn that was applied; ``scene``: what was said and the contact as it is now; ``asked``: what came before.

    ``answers``: the broadcast to which the text was an answer.
    """

    turn: Turn
    scene: Scene
    asked: Asked | None
    answers: str | None = None

    @property
    def bundle(self) -> str | None:
        """The content hash that the conversation is pinned to."""
        return self.turn.session.bundle if self.turn.session else None

    @property
    def step(self) -> str | None:
        """The step that waits now."""
        return self.turn.session.step if self.turn.session else None


def asked_in(session: Session | None) -> Asked | None:
    """Return the question that a session waits with: version, step, language, and how the hash of its text begins."""
    if session is None:
        return None
    hashes = session.hashes or ("",)
    return Asked(session.bundle, f"{session.flow}.{session.step}", session.language, hashes[-1])
