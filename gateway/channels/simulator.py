"""The simulator: phones in the browser and the fake that every other test trusts; stateful, never random."""

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from gateway.channels.refusals import refused_real_number
from gateway.channels.simulated_faults import DROPS_SESSIONS, HANG_UP_AFTER, Behaviour, behaviour_of
from gateway.channels.strict_json import read_object
from gateway.contacts.phone import is_simulated
from gateway.errors import MalformedRequest
from gateway.ports.channel import (
    Answer,
    Capabilities,
    Ignored,
    Inbound,
    OutboundMessage,
    Receipt,
    Request,
    Response,
    SendResult,
    SessionEnd,
    Verdict,
)
from gateway.ports.clock import Clock
from gateway.ports.simulated_phones import PhoneText, SimulatedPhones
from gateway.text import segments

SHORT_CODE: Final = "0000"
_DIALLED: Final = re.compile(r"\*\d[\d*]*#")
_LONGEST_ID: Final = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulator:
    """Simulated phones 000-099; ``receive`` takes the receipt that must overtake its own send (phone 089).

    ``acting``: a phone that behaves as another one for now, both by their numbers.
    """

    phones: SimulatedPhones = field(repr=False)
    clock: Clock = field(repr=False)
    receive: Callable[[Receipt], object] | None = field(default=None, repr=False)
    acting: dict[str, str] = field(default_factory=dict, repr=False)
    name: str = "simulator"

    @property
    def capabilities(self) -> Capabilities:
        """Everything: it stands for every provider."""
        return Capabilities(
            replies_in_response=True,
            supports_lookup=True,
            supports_client_reference=True,
            supports_validity=True,
            kinds=frozenset({"sms", "ussd"}),
        )

    def verify(self, request: Request) -> Verdict:
        """Accept: its route exists in demo mode only, where every phone is simulated."""
        return Verdict.ACCEPTED

    def read(self, request: Request) -> tuple[Inbound | Receipt | SessionEnd | Ignored, ...]:
        """Translate ``{"from", "text", "channel", "session"?, "id"?}``; only the reserved numbers can write."""
        fields = read_object(request.body)
        sender, text, kind = _text(fields, "from"), _text(fields, "text"), _text(fields, "channel")
        if not is_simulated(sender):
            raise MalformedRequest("not a simulated number")
        if kind not in ("sms", "ussd"):
            raise MalformedRequest("channel")
        key = f"{sender}:{_request_id(request, fields)}"
        if kind == "ussd":
            return (self._screen_input(request, fields, key, sender, text),)
        return (Inbound(self.name, key, "sms", sender, SHORT_CODE, _clean(text), request.received_at),)

    def answer(self, answer: Answer, request: Request) -> Response:
        """Render ``{"id", "replies", "ended"}``; the phone keeps the texts, but no screens."""
        fields = read_object(request.body)
        if fields.get("channel") == "sms":
            for text in answer.texts:
                kept = PhoneText(text.message_id, 0, request.received_at, text.text, _parts(text.text))
                self.phones.record(fields["from"], kept)
        no_screen = fields.get("channel") == "ussd" and not answer.texts
        shown = {
            "id": _request_id(request, fields),
            "replies": [text.text for text in answer.texts],
            "ended": answer.ends or no_screen,
        }
        return Response(200, "application/json", json.dumps(shown, ensure_ascii=False).encode())

    def send(self, message: OutboundMessage) -> SendResult:
        """Do what this phone does at this attempt; receipts follow when they are due."""
        refusal = refused_real_number(message.to)
        if refusal is not None:
            return refusal
        now = self.clock.now()
        attempt = self.phones.count(message.to, message.id, now)
        phone = behaviour_of(self._acts(message.to))
        if attempt <= len(phone.at_first):
            return phone.at_first[attempt - 1]
        if phone.arrives:
            kept = PhoneText(message.id, attempt, now, message.text, _parts(message.text))
            self.phones.record(message.to, kept)
        provider_id = f"sim-{message.id}-{attempt}"
        self._announce(phone, message, provider_id)
        if phone.result.outcome != "accepted":
            return phone.result
        return SendResult("accepted", provider_id=provider_id, segments=_parts(message.text))

    def look_up(self, message: OutboundMessage) -> SendResult | None:
        """Look into the phone: a text that is there was accepted."""
        copies = [text.copy for text in self.phones.inbox(message.to) if text.id == message.id and text.copy]
        return SendResult("accepted", provider_id=f"sim-{message.id}-{copies[-1]}") if copies else None

    def _screen_input(
        self, request: Request, fields: dict[str, Any], key: str, sender: str, text: str
    ) -> Inbound | SessionEnd:
        session = _optional(fields, "session")
        screens = self.phones.count(sender, f"session {session}", request.received_at) if session else 0
        if self._acts(sender).endswith(DROPS_SESSIONS) and screens > HANG_UP_AFTER:
            return SessionEnd(self.name, session or "", sender, "dropped")
        dialled = _DIALLED.fullmatch(text) is not None
        begins = screens == 1 or dialled or (session is None and text == "")
        return Inbound(
            channel=self.name,
            dedupe_key=key,
            kind="ussd",
            sender=sender,
            recipient=SHORT_CODE,
            text="" if dialled else _clean(text),
            received_at=request.received_at,
            session_id=session,
            session_event="begin" if begins else "resume",
        )

    def _acts(self, number: str) -> str:
        """Return the number whose behaviour a phone shows: its own, but for one that acts."""
        return self.acting.get(number, number)

    def _announce(self, phone: Behaviour, message: OutboundMessage, provider_id: str) -> None:
        now = self.clock.now()
        for state, delay in phone.receipts:
            key = f"{provider_id}:{state}"
            receipt = Receipt(self.name, message.id, provider_id, state, state, None, key, now + delay)
            if phone.early and self.receive is not None:
                self.receive(receipt)
            else:
                self.phones.schedule_receipt(receipt, now + delay)


def _parts(text: str) -> int:
    return segments.measure(text).segments


def _text(fields: dict[str, Any], name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str):
        raise MalformedRequest(f"{name} must be a text")
    return value


def _optional(fields: dict[str, Any], name: str) -> str | None:
    if fields.get(name) is None:
        return None
    value = _text(fields, name)
    if not 0 < len(value) <= _LONGEST_ID or not value.isprintable():
        raise MalformedRequest(name)
    return value


def _request_id(request: Request, fields: dict[str, Any]) -> str:
    """Return the id the phone gave, else one made of what came and when."""
    given = _optional(fields, "id")
    if given is not None:
        return given
    return hashlib.sha256(request.received_at.isoformat().encode() + request.body).hexdigest()[:32]


def _clean(text: str) -> str:
    return text.replace("\x00", "").replace("\x1b", "")
