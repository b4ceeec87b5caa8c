"""Which of a phone's running conversations is in front and gets the replies; the others wait, their timers kept."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.contacts.contact import Contact
from gateway.conversation.engine import queued
from gateway.conversation.flow import Flow
from gateway.conversation.library import Library
from gateway.conversation.session import Frame, from_json, to_json
from gateway.conversation.turn import StartFlow
from gateway.conversation.versions import frames
from gateway.errors import Defect
from gateway.ports.outside import Outside
from gateway.ports.people import SessionRow, Timer
from gateway.ports.unit_of_work import UnitOfWork
from gateway.services.pinning import Pinning
from gateway.services.routes import Routes

TRY_AGAIN = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Foreground:
    """Queues flows that another one asked for, makes way for them, and brings back what they paused.

    A report, a child's case or a person who took over is never pushed aside; a survey pushes nothing aside.
    """

    outside: Outside
    pinning: Pinning
    routes: Routes

    def queue(self, work: UnitOfWork, contact: Contact, session_key: str, start: StartFlow, now: datetime) -> None:
        """Let a flow stand ready for this phone; the clock starts it as soon as nothing more important is in front.

        It will speak by SMS: on the channel of ``session_key`` where that carries SMS, else as news would go.
        """
        name, _, medium = session_key.rpartition(":")
        channel = name if medium == "sms" else self.routes.for_news(contact.msisdn)
        session_id = self.outside.chance.new_id()
        library = self.pinning.library(work, None)
        session = queued(library, contact.id, channel, start, session_id, now)
        self.pinning.keep(work, library, session)
        expires = now + timedelta(seconds=flow_of(library, session.here).expires)
        document, key = to_json(session), f"{channel}:sms"
        work.sessions.save(
            SessionRow(session.id, contact.id, key, session.flow, session.bundle, "", document, False, 0, expires)
        )
        self.wait(work, session.id, now)

    def wait(self, work: UnitOfWork, session_id: str, due: datetime) -> None:
        """Set the moment at which a queued flow tries to start."""
        work.sessions.set_timers(session_id, [Timer(self.outside.chance.new_id(), session_id, "start", 0, due)])

    def make_way(self, work: UnitOfWork, row: SessionRow) -> bool:
        """Pause what is in front for a queued flow; False, and nothing changes, where that must not be interrupted."""
        front = work.sessions.foreground(row.contact_id, row.channel)
        if front is None:
            return True
        running = from_json(front.document)
        pinned = self.pinning.library(work, running)
        protected = running.status == "handoff" or any(flow_of(pinned, frame).protects for frame in frames(running))
        waiting = from_json(row.document)
        if protected or flow_of(self.pinning.library(work, waiting), waiting.here).purpose == "survey":
            return False
        work.sessions.put_in_front(front.id, in_front=False)
        return True

    @staticmethod
    def come_back(work: UnitOfWork, contact_id: str, channel: str) -> SessionRow | None:
        """Bring the conversation that was paused last to the front; None when none was."""
        row = work.sessions.paused(contact_id, channel)
        if row is not None:
            work.sessions.put_in_front(row.id, in_front=True)
        return row


def flow_of(library: Library, frame: Frame) -> Flow:
    """Return the flow of a frame, in the version that it is pinned to."""
    bundle = library.bundle(frame.flow, frame.bundle)
    if bundle is None:
        raise Defect(f"no bundle of flow '{frame.flow}'")
    return bundle.flows[frame.flow]
