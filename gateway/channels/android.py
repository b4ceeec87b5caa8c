"""The SMS gateway app on an Android phone (capcom6/android-sms-gateway): JSON both ways, signed by the phone."""

import hashlib
import hmac
import json
import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final
from urllib.parse import quote

from gateway.channels.meanings import BROKEN, OUR_FAULT, TAKEN, UNSURE, as_result
from gateway.channels.path_token import carries_token
from gateway.channels.provider import JSON, Provider, basic
from gateway.channels.refusals import refused_number
from gateway.channels.strict_json import read_object
from gateway.errors import ConfigurationError, MalformedRequest
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

SKEW: Final = timedelta(minutes=5)
SHORTEST_KEY: Final = 32  # the app's own default of 8 is guessed in a day
ALERT_PRIORITY: Final = 100  # from here the app sends past its own limits
EVENTS: Final = {
    "sms:sent": "sent",
    "sms:delivered": "delivered",
    "sms:failed": "failed",
    "sms:cancelled": "failed",
}
_FAILED: Final = frozenset({"Failed", "Cancelled"})
_TIMESTAMP: Final = re.compile(r"\d{1,12}")
_OUR_ID: Final = re.compile(r"[0-9A-Za-z_-]{1,36}")


@dataclass(frozen=True, kw_only=True)
class Android:
    """One phone; ``sim`` 1-3 chooses its card. ``signing_key`` signs what it posts."""

    name: str
    provider: Provider
    username: str
    password: str = field(repr=False)
    signing_key: str = field(repr=False)
    token: str = field(repr=False)
    clock: Clock
    sim: int | None = None

    def __post_init__(self) -> None:
        if len(self.signing_key) < SHORTEST_KEY:
            cure = f"Set one of at least {SHORTEST_KEY} characters in the app (Webhooks, Signing Key) and here."
            raise ConfigurationError(f"channels.{self.name}.signing_key", "is too short", cure)

    @property
    def capabilities(self) -> Capabilities:
        """The phone keeps our id, and can be asked by it."""
        return Capabilities(
            replies_in_response=False,
            supports_lookup=True,
            supports_client_reference=True,
            supports_validity=True,
            content_types=frozenset({"application/json"}),
        )

    def verify(self, request: Request) -> Verdict:
        """Accept what the phone signed within five minutes, to an address with our token."""
        timestamp = request.headers.get("x-timestamp", "")
        if not carries_token(request, self.name, self.token) or not _TIMESTAMP.fullmatch(timestamp):
            return Verdict.REFUSED
        if abs(int(timestamp) - request.received_at.timestamp()) > SKEW.total_seconds():
            return Verdict.REFUSED
        expected = hmac.new(self.signing_key.encode(), request.body + timestamp.encode(), hashlib.sha256).hexdigest()
        given = request.headers.get("x-signature", "").encode(errors="replace")
        return Verdict.ACCEPTED if hmac.compare_digest(given, expected.encode()) else Verdict.REFUSED

    def read(self, request: Request) -> tuple[Inbound | Receipt | SessionEnd | Ignored, ...]:
        """Translate an event; the app posts all of them to whichever address was registered."""
        fields = read_object(request.body)
        event, payload = _text(fields, "event"), fields.get("payload")
        if not isinstance(payload, dict):
            raise MalformedRequest("payload")
        if event == "sms:received":
            return (self._inbound(request, fields, payload),)
        if event in EVENTS:
            return (self._receipt(request, event, payload),)
        return (Ignored("another event"),)

    def answer(self, answer: Answer, request: Request) -> Response:
        """Say that it was taken; anything but 2xx is posted again up to 15 times."""
        return Response(200, "application/json", b"{}")

    def send(self, message: OutboundMessage) -> SendResult:
        """Hand one text to the phone."""
        if (refusal := refused_number(message.to)) is not None:
            return refusal
        headers = {**JSON, **basic(self.username, self.password)}
        reply = self.provider.ask("POST", "/messages", headers, json.dumps(self._fields(message)).encode())
        if isinstance(reply, SendResult):
            return reply
        if reply.status in (401, 403):
            return as_result(BROKEN, reply.status)
        if reply.status == 409:  # our id is there already: an earlier attempt had arrived
            return as_result(TAKEN, 409, provider_id=message.id)
        return as_result(OUR_FAULT, reply.status) if reply.status >= 400 else _judged(reply.body, message.id)

    def probe(self) -> SendResult:
        """Ask whether we are known; nothing is sent."""
        return self.provider.probe("GET", "/messages/doctor", basic(self.username, self.password))  # no such text

    def look_up(self, message: OutboundMessage) -> SendResult | None:
        """Ask the phone by our id."""
        reply = self.provider.ask("GET", f"/messages/{quote(message.id)}", basic(self.username, self.password))
        if isinstance(reply, SendResult):
            return SendResult("ambiguous", detail="look-up failed")
        if reply.status == 404:
            return None
        return as_result(UNSURE, reply.status) if reply.status >= 400 else _judged(reply.body, message.id)

    def _fields(self, message: OutboundMessage) -> dict[str, Any]:
        left = message.not_after - self.clock.now()
        return {
            "id": message.id,
            "phoneNumbers": [message.to],
            "textMessage": {"text": message.text},
            "withDeliveryReport": True,
            "ttl": max(60, int(left.total_seconds())),
            "priority": ALERT_PRIORITY if message.lane == "alerts" else 0,
            **({"simNumber": self.sim} if self.sim else {}),
        }

    def _inbound(self, request: Request, fields: dict[str, Any], payload: dict[str, Any]) -> Inbound:
        sender = payload.get("sender", payload.get("phoneNumber"))
        if not isinstance(sender, str):
            raise MalformedRequest("sender")
        # The id of a received text is made of its words: only phone and time tell two equal texts apart.
        message_id, at = _text(payload, "messageId"), _text(payload, "receivedAt")
        recipient = payload.get("recipient")
        return Inbound(
            channel=self.name,
            dedupe_key=f"{_text(fields, 'deviceId')}:{message_id}:{at}",
            kind="sms",
            sender=sender,
            recipient=recipient if isinstance(recipient, str) else "",
            text=_text(payload, "message", 10_000).replace("\x00", "").replace("\x1b", ""),
            received_at=request.received_at,
            provider_id=message_id,
            notes={"sim": str(payload["simNumber"])} if isinstance(payload.get("simNumber"), int) else {},
        )

    def _receipt(self, request: Request, event: str, payload: dict[str, Any]) -> Receipt:
        ours = _text(payload, "messageId")
        reason = payload.get("reason")
        return Receipt(
            channel=self.name,
            message_id=ours if _OUR_ID.fullmatch(ours) else None,
            provider_id=ours,
            status_word=event,
            state=EVENTS[event],
            code=re.sub(r"\W+", "_", reason)[:40]
            if isinstance(reason, str) and not re.search(r"\d{6}", reason)
            else None,
            receipt_key=hashlib.sha256(f"{ours}|{event}".encode()).hexdigest()[:32],
            at=request.received_at,
        )


def _text(fields: dict[str, Any], name: str, longest: int = 128) -> str:
    value = fields.get(name)
    if not isinstance(value, str) or len(value) > longest:
        raise MalformedRequest(name)
    return value


def _judged(body: bytes, message_id: str) -> SendResult:
    """Judge what the phone says of a text."""
    try:
        state = read_object(body).get("state")
    except MalformedRequest:
        return as_result(UNSURE, None)
    if state in _FAILED:
        return as_result(OUR_FAULT, str(state), provider_id=message_id)
    if state in ("Pending", "Processed", "Sent", "Delivered"):
        return as_result(TAKEN, None, provider_id=message_id)
    return as_result(UNSURE, None)
