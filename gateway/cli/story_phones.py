"""The phones of a story: they text and dial through the simulator channel's own door, and remember what is new."""

import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from gateway.channels.simulator import Simulator
from gateway.errors import Defect
from gateway.ports.channel import Answer, Inbound, Request, SessionEnd
from gateway.ports.simulated_phones import SimulatedPhones
from gateway.services.routes import SIMULATOR
from gateway.text.segments import measure
from gateway.wiring import Gateway

OFFICERS = "+8562000000005"
UNREPORTED = frozenset({"accepted", "ambiguous"})  # sent, and nothing was heard of it yet


@dataclass(frozen=True, slots=True)
class Line:
    """One text or screen a phone showed; ``message_id`` names its row in the outbox."""

    message_id: str
    text: str


@dataclass(slots=True)
class Simulated:
    """Every simulated phone of one gateway; ``channel`` is how the story's first person writes.

    ``door`` takes a request instead of the gateway's own; what it answers is found in the phones.
    """

    gateway: Gateway
    channel: str
    door: Callable[[Request], Answer] | None = None
    segments_of_fresh: int = 0
    _count: int = 0
    _sessions: dict[str, str] = field(default_factory=dict)
    _last: dict[str, Request] = field(default_factory=dict)
    _waiting: dict[str, list[Line]] = field(default_factory=lambda: defaultdict(list))
    _known: set[tuple[str, int]] = field(default_factory=set)
    _lost: set[str] = field(default_factory=set)

    @property
    def inboxes(self) -> SimulatedPhones:
        """What the phones keep."""
        if self.gateway.phones is None:
            raise Defect("phones are simulated in the demo only")
        return self.gateway.phones

    def text(self, number: str, text: str, at: datetime) -> None:
        """Send a text; on USSD an empty one dials, and officers always write by SMS."""
        self._count += 1
        ussd = self.channel == "ussd" and not number.startswith(OFFICERS)
        kind = "ussd" if ussd else "sms"
        facts = {"from": number, "text": text, "channel": kind, "id": f"s{self._count}"}
        if ussd:
            if not text or number not in self._sessions:
                self._sessions[number] = f"session{self._count}"
            facts["session"] = self._sessions[number]
        body = json.dumps(facts, ensure_ascii=False).encode()
        self._last[number] = Request("POST", "/simulator/messages", "", {}, body, at, "inbound")
        self._deliver(number)

    def repeat(self, number: str, at: datetime) -> None:
        """Send the last request once more, byte for byte."""
        self._deliver(number)

    def drop(self, number: str, at: datetime) -> None:
        """Lose the line in the middle of a USSD session."""
        self.gateway.inbound.cut(SessionEnd(SIMULATOR, self._sessions.pop(number, ""), number, "dropped"))

    def redial(self, number: str, at: datetime) -> None:
        """Dial again."""
        self.text(number, "", at)

    def act(self, number: str, like: str) -> None:
        """Let a phone behave from now on as the simulated phone of another number."""
        channel = self.gateway.channels[SIMULATOR]
        if not isinstance(channel, Simulator):
            raise Defect("phones are simulated in the demo only")
        channel.acting[number] = like

    def lose_receipt(self, message_id: str) -> str:
        """Let no receipt of a text ever come; return why there is none to lose, or nothing."""
        with self.gateway.outside.store.reading() as work:
            row = work.outbox.get(message_id)
        if row is None or row.message.state not in UNREPORTED:
            return f"no receipt is to come: the text is {row.message.state}" if row else "no text was heard before"
        self._lost.add(message_id)
        return ""

    def hand_in_receipts(self, at: datetime) -> None:
        """Hand in what phones have to say by now of earlier texts, but for what is lost."""
        for receipt in self.inboxes.take_due_receipts(at):
            if receipt.message_id not in self._lost:
                self.gateway.delivery.record_receipt(receipt)

    def _deliver(self, number: str) -> None:
        for text in (self.door or self._hear)(self._last[number]).texts:
            if (text.message_id, 0) not in self._known:
                self._known.add((text.message_id, 0))
                self._waiting[number].append(Line(text.message_id, text.text))

    def _hear(self, request: Request) -> Answer:
        channel = self.gateway.channels[SIMULATOR]
        answer = Answer()
        for item in channel.read(request):
            if isinstance(item, Inbound):
                answer = self.gateway.inbound.hear(item)
            elif isinstance(item, SessionEnd):
                self.gateway.inbound.cut(item)
        channel.answer(answer, request)
        return answer

    def fresh(self, number: str) -> list[Line]:
        """Return what the phone showed since it was last asked."""
        lines, self._waiting[number] = self._waiting[number], []
        for text in self.inboxes.inbox(number):
            if (text.id, text.copy) not in self._known:
                self._known.add((text.id, text.copy))
                lines.append(Line(text.id, text.text))
        self.segments_of_fresh = sum(measure(line.text).segments for line in lines)
        return lines
