"""Drafts on a real phone: a listed team number texts ``draft <flow>`` and is answered by what is proposed, not live."""

import re
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from gateway.contacts.contact import Contact
from gateway.conversation.canonical import read_bundle
from gateway.conversation.engine import advance
from gateway.conversation.library import Library
from gateway.conversation.session import from_json, to_json
from gateway.conversation.stimulus import ChannelFacts, Stimulus
from gateway.conversation.turn import Say, Turn
from gateway.ports.channel import Inbound
from gateway.ports.outside import Outside
from gateway.ports.people import SessionRow
from gateway.ports.unit_of_work import UnitOfWork
from gateway.services.conversing import LOOK_UPS_A_TURN, Played, is_over
from gateway.services.facts import Facts
from gateway.services.pinning import Pinning
from gateway.services.scene import Scene

ASKED: Final = re.compile(r"\s*draft\s+([a-z][a-z0-9_]{0,39})\s*", re.IGNORECASE)
LASTS: Final = timedelta(hours=1)  # then the phone is anybody's again
MEDIUM: Final = "draft"  # a draft's session stands beside the phone's own, under a key of its own


@dataclass(frozen=True, slots=True)
class Drafts:
    """Only what a draft says is kept of a turn: no case, no alert, no consent, no timer, no list comes of it.

    ``team`` are the listed numbers; for every other phone ``draft report`` is a text like any other.
    """

    outside: Outside
    pinning: Pinning
    facts: Facts
    team: frozenset[str]

    def hear(self, work: UnitOfWork, contact: Contact, message: Inbound, channel: ChannelFacts) -> Played | None:
        """Answer a text that begins or goes on with a draft; None for every other, which the live content answers."""
        if contact.msisdn not in self.team or channel.kind != "sms":
            return None
        key, asked = f"{message.channel}:{MEDIUM}", ASKED.fullmatch(message.text)
        row = work.sessions.foreground(contact.id, key)
        fresh = self._proposed(work, asked[1].lower()) if asked is not None else None
        if row is not None and (fresh is not None or self.outside.clock.now() >= row.expires_at):
            work.sessions.end(row.id)
            row = None
        if row is None and fresh is None:
            return None
        text = message.text if fresh is None else ""
        stimulus = self.facts.stimulus(work, contact, channel, "text", text)
        if fresh is not None and asked is not None:
            stimulus = replace(stimulus, flow=asked[1].lower())
        return self._play(work, contact, row, key, stimulus, fresh)

    def _proposed(self, work: UnitOfWork, flow: str) -> Library | None:
        """Return the content with the newest proposal of a flow that nobody has approved yet; None without one."""
        waiting = (edition for edition in work.bundles.editions() if edition.approver is None)
        hash_ = next((edition.parts[flow] for edition in waiting if flow in edition.parts), None)
        if hash_ is None:
            return None
        live, bundle = self.pinning.library(work, None), read_bundle(work.bundles.documents([hash_])[hash_], hash_)
        return replace(live, bundles={**live.bundles, hash_: bundle}, current={**live.current, flow: hash_})

    def _play(
        self,
        work: UnitOfWork,
        contact: Contact,
        row: SessionRow | None,
        key: str,
        stimulus: Stimulus,
        fresh: Library | None,
    ) -> Played:
        now = self.outside.clock.now()
        before = from_json(row.document) if row is not None else None
        library = fresh or self.pinning.library(work, before)
        turn = advance(library, before, stimulus, now)
        scene = Scene(work, contact, "sms", turn.session.language if turn.session else "lo", now, stimulus.text)
        scene.said += said(turn)
        for _ in range(LOOK_UPS_A_TURN):
            if not turn.asks:
                break
            turn = advance(library, turn.session, replace(stimulus, kind="found"), now)  # a draft knows of no case
            scene.said += said(turn)
        if row is not None and (turn.session is None or turn.session.id != row.id or is_over(turn.session)):
            work.sessions.end(row.id)
            row = None
        if turn.session is not None and not is_over(turn.session):
            session = turn.session
            work.sessions.save(SessionRow(
                session.id, contact.id, key, session.flow, session.bundle, session.step, to_json(session), True,
                row.version if row else 0, now + LASTS,
            ))  # fmt: skip
        return Played(turn, scene, None)


def said(turn: Turn) -> list[Say]:
    """Return what a turn says."""
    return [effect for effect in turn.effects if isinstance(effect, Say)]
