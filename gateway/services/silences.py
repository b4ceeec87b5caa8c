"""Due moments of conversations: a nudge, the end of a pause, a release by the person who took over, the end."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from gateway.conversation.stimulus import StimulusKind
from gateway.errors import Unavailable
from gateway.ports.outbox import Outgoing
from gateway.ports.outside import Outside
from gateway.ports.people import SessionRow, Timer
from gateway.ports.unit_of_work import UnitOfWork
from gateway.services.conversing import Conversing
from gateway.services.foreground import TRY_AGAIN
from gateway.services.inbound import REPLY_LIVES, shown
from gateway.services.texts import outgoing

BATCH = 100
STIMULI: Final[Mapping[str, StimulusKind]] = MappingProxyType({"start": "start", "release": "release"})
"""Kinds of timers that are a stimulus of their own; every other is a ``timer`` to the engine."""


@dataclass(frozen=True, slots=True)
class Silences:
    """Delivers timers; a late or repeated one changes nothing, and one that fails does not hold up the others."""

    outside: Outside
    conversing: Conversing

    def fire_timers(self) -> int:
        """Deliver due timers, each in its own transaction; return how many."""
        with self.outside.store.reading() as work:
            due = work.sessions.due_timers(self.outside.clock.now(), BATCH)
        for timer in due:
            try:
                lanes = self._fire(timer)
            except Unavailable:
                raise
            except Exception as error:  # noqa: BLE001 - the outermost door of a timer: the others must fire all the same
                self.outside.meter.event(
                    "timer_failed", session=timer.session_id, error=type(error).__name__, why=shown(error)
                )
                self.outside.meter.count("timers_failed", kind=timer.kind)
                lanes = self._drop(timer)
            for lane in sorted(lanes):
                self.outside.wakeup.wake(lane)
        return len(due)

    def _drop(self, timer: Timer) -> frozenset[str]:
        with self.outside.store.writing() as work:
            work.sessions.drop_timer(timer.id)
        return frozenset()

    def _fire(self, timer: Timer) -> frozenset[str]:
        with self.outside.store.writing() as work:
            if work.sessions.drop_timer(timer.id):
                row = work.sessions.get(timer.session_id)
                if row is not None:
                    self._play(work, row, timer)
            return work.outbox.queued_lanes

    def _play(self, work: UnitOfWork, row: SessionRow, timer: Timer) -> None:
        contact = work.people.lock_id(row.contact_id)
        channel, _, medium = row.channel.rpartition(":")
        facts = self.conversing.channel_facts(channel, medium)
        kind = STIMULI.get(timer.kind, "timer")
        stimulus = self.conversing.facts.stimulus(work, contact, facts, kind, "")
        if kind == "start":
            if not self._may_start(work, row, may_write=stimulus.may_write):
                return
            row = replace(row, foreground=True)
        else:
            stimulus = replace(stimulus, timer=timer.kind, turn=timer.turn, due=timer.due_at)
        played = self.conversing.play(work, contact, row, row.channel, stimulus)
        if medium == "ussd":
            return  # a screen cannot be pushed; nothing about a report ever is
        now = self.outside.clock.now()
        for number, say in enumerate(played.scene.said):
            work.outbox.add(outgoing(Outgoing(
                self.outside.chance.new_id(), f"timed:{row.id}:{timer.turn}:{timer.kind}:{number}", "reply", "replies",
                channel, contact.id, say.text, now, now, now + REPLY_LIVES, "queued", say.language, say.message,
                say.bundle or None, flow_step=say.step or None,
            )))  # fmt: skip

    def _may_start(self, work: UnitOfWork, row: SessionRow, *, may_write: bool) -> bool:
        """Say whether a queued flow begins now; else it tries again later, until its time is over."""
        now, foreground = self.outside.clock.now(), self.conversing.foreground
        if now >= row.expires_at:
            work.sessions.end(row.id)
            return False
        if may_write and foreground.make_way(work, row):
            return True
        foreground.wait(work, row.id, now + TRY_AGAIN)
        return False
