"""What a bind delivers, brought through the same doors as every other channel's: nothing is acknowledged before."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from gateway.binds import Bind
from gateway.channels.smpp import coding, receipts, ussd
from gateway.channels.smpp.records import Delivered, Submission
from gateway.ports.arrivals import Arrival, Arrivals, Gathered
from gateway.ports.channel import Answer, Inbound, Receipt, SessionEnd
from gateway.ports.clock import Clock
from gateway.ports.meter import Meter

PARTS_WAIT: Final = timedelta(minutes=10)
GAP: Final = " [...] "
_INTERNATIONAL: Final = 1


@dataclass(frozen=True, slots=True)
class Doors:
    """Where deliveries go: texts, ended sessions, receipts; ``knows`` says whether a provider's id is one of ours."""

    hear: Callable[[Inbound], Answer]
    cut: Callable[[SessionEnd], None]
    record: Callable[[Receipt], object]
    knows: Callable[[str], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reception:
    """Takes one delivery at a time; whatever it raises means: not stored, the operator is to come back."""

    channel: str
    bind: Bind
    arrivals: Arrivals
    doors: Doors
    clock: Clock
    meter: Meter

    def take(self, session: str, delivered: Delivered) -> Submission | None:
        """Store what ``delivered`` says; returns the USSD screen to send once it is acknowledged.

        ``session``: of our bind, so that a number that the operator counts anew is not taken for an old one.
        """
        if receipts.is_receipt(delivered):
            self._record(delivered)
            return None
        part = coding.part_of(delivered)
        gathered = self.arrivals.take(self._arrival(session, delivered, part))
        if gathered.weak:
            self.meter.count("weak_repeats", channel=self.channel)
        if not gathered.whole:
            return None
        if ussd.is_ussd(delivered):
            return self._screen(delivered, gathered)
        self._hear(gathered)
        return None

    def hear_incomplete(self) -> int:
        """Hear texts whose parts did not all come in ten minutes, with a mark where one is missing; return how many."""
        overdue = self.arrivals.overdue(self.channel, self.clock.now() - PARTS_WAIT)
        for gathered in overdue:
            self._hear(gathered)
            self.meter.count("texts_with_gaps", channel=self.channel)
        return len(overdue)

    def _arrival(self, session: str, delivered: Delivered, part: coding.Part) -> Arrival:
        origin = f"{delivered.source}>{delivered.destination}"
        content = [
            origin,
            delivered.service_type,
            sorted((tag, value.hex()) for tag, value in delivered.tlvs.items()),
            f"{part.reference} {part.number}/{part.total}",
            delivered.data_coding,
            part.octets.hex(),
        ]
        sender = f"+{delivered.source}" if _is_international(delivered) else delivered.source
        body = json.dumps([sender, delivered.destination, delivered.data_coding, part.octets.hex()])
        return Arrival(
            self.channel,
            session,
            delivered.sequence,
            origin,
            json.dumps(content),
            part.reference,
            part.total,
            part.number,
            body,
            self.clock.now(),
        )

    def _hear(self, gathered: Gathered) -> None:
        self.doors.hear(self._inbound(gathered))
        if len(gathered.parts) > 1:
            self.arrivals.settle(self.channel, gathered.key)

    def _screen(self, delivered: Delivered, gathered: Gathered) -> Submission | None:
        event, told = ussd.event_of(delivered), self._inbound(gathered)
        session_id = f"{ussd.session_of(delivered):04x}"
        if event == "end":
            self.doors.cut(SessionEnd(self.channel, session_id, told.sender, "ended"))
            return None
        text = "" if event == "begin" else told.text
        answer = self.doors.hear(replace(told, kind="ussd", text=text, session_id=session_id, session_event=event))
        return ussd.screen(answer, delivered, self.bind)

    def _inbound(self, gathered: Gathered) -> Inbound:
        """Join the parts; octets of one alphabet are joined before they are read, for a letter may span two parts."""
        pieces: list[tuple[int, bytes] | None] = []
        sender = recipient = ""
        for part in gathered.parts:
            if part is None:
                pieces.append(None)
                continue
            sender, recipient, data_coding, octets = json.loads(part)
            if pieces and (last := pieces[-1]) is not None and last[0] == data_coding:
                pieces[-1] = (data_coding, last[1] + bytes.fromhex(octets))
            else:
                pieces.append((data_coding, bytes.fromhex(octets)))
        text = "".join(GAP if piece is None else coding.decoded(piece[1], piece[0]) for piece in pieces)
        return Inbound(
            self.channel,
            gathered.key,
            "sms",
            sender,
            recipient,
            text.strip("\x00"),
            self.clock.now(),
            dedupe_strength="weak" if gathered.weak else "strong",
        )

    def _record(self, delivered: Delivered) -> None:
        word = receipts.read(delivered)
        if word is None:
            self.meter.count("receipts_unreadable", channel=self.channel)
            return
        base = self.bind.dlr_id_base
        provider_id = receipts.same_base(word.provider_id, base)
        if base == "auto":
            written = receipts.candidates(word.provider_id)
            provider_id = next((one for one in written if self.doors.knows(one)), provider_id)
        key = f"{provider_id}:{word.word}:{word.code or ''}"
        self.doors.record(
            Receipt(self.channel, None, provider_id, word.word, word.state, word.code, key, self.clock.now())
        )


def _is_international(delivered: Delivered) -> bool:
    return delivered.source_ton == _INTERNATIONAL and delivered.source.isdecimal()
