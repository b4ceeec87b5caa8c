"""Jasmin, an SMPP gateway spoken to over HTTP: forms out and in, text as hexadecimal bytes (0.11.1)."""

import hashlib
import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final
from urllib.parse import urlencode

from gateway.channels.forms import Form, read_form
from gateway.channels.meanings import BROKEN, OUR_FAULT, TAKEN, UNSURE, as_result
from gateway.channels.path_token import carries_token
from gateway.channels.provider import FORM, Provider, form
from gateway.channels.refusals import refused_number
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
from gateway.text import gsm7
from gateway.text.segments import encoding_of

ACKNOWLEDGED: Final = b"ACK/Jasmin"  # the whole body, or Jasmin posts again
# SMPP's words, as receipts of level 2 carry them; level 1 says that the SMSC took the text.
STATES: Final = {
    "ESME_ROK": "accepted",
    "ENROUTE": "accepted",
    "ACCEPTD": "sent",
    "DELIVRD": "delivered",
    "UNDELIV": "undelivered",
    "EXPIRED": "expired",
    "DELETED": "undelivered",
    "REJECTD": "rejected",
    "UNKNOWN": "unknown",
}
# 412 is no route (unverified): nothing can be sent until somebody mends it, as with bad credentials.
REFUSALS: Final = {400: OUR_FAULT, 403: BROKEN, 412: BROKEN}
_SUCCESS: Final = re.compile(rb'Success "([0-9A-Za-z-]{1,64})"')
_OUR_ID: Final = re.compile(r"[0-9A-Za-z_-]{1,64}")
_CODE: Final = re.compile(r"[0-9A-Za-z]{1,8}")


@dataclass(frozen=True, kw_only=True)
class Jasmin:
    """One user of a Jasmin. ``hooks`` is our own address up to and with the token."""

    name: str
    provider: Provider
    username: str
    password: str = field(repr=False)
    sender: str
    token: str = field(repr=False)
    hooks: str = field(repr=False)
    clock: Clock

    @property
    def capabilities(self) -> Capabilities:
        """Our id travels in the receipt's address."""
        return Capabilities(
            replies_in_response=False, supports_lookup=False, supports_client_reference=True, supports_validity=True
        )

    def verify(self, request: Request) -> Verdict:
        """Accept the token in the path; Jasmin signs nothing."""
        return Verdict.ACCEPTED if carries_token(request, self.name, self.token) else Verdict.REFUSED

    def read(self, request: Request) -> tuple[Inbound | Receipt | SessionEnd | Ignored, ...]:
        """Translate a form; the text is read from ``binary``, where no letter has become a question mark."""
        if request.purpose == "inbound":
            return (self._inbound(request, read_form(request.body)),)
        if request.purpose == "status":
            return (self._receipt(request, read_form(request.body)),)
        return (Ignored("texts only"),)

    def answer(self, answer: Answer, request: Request) -> Response:
        """Acknowledge."""
        return Response(200, "text/plain", ACKNOWLEDGED)

    def send(self, message: OutboundMessage) -> SendResult:
        """Make one attempt."""
        if (refusal := refused_number(message.to)) is not None:
            return refusal
        reply = self.provider.ask("POST", "/send", FORM, form(self._fields(message)))
        if isinstance(reply, SendResult):
            return reply
        taken = _SUCCESS.match(reply.body) if reply.status == 200 else None
        if taken is not None:
            return as_result(TAKEN, None, provider_id=taken.group(1).decode())
        return as_result(REFUSALS.get(reply.status, UNSURE), reply.status)

    def probe(self) -> SendResult:
        """Ask whether we are known; nothing is sent."""
        login = {"username": self.username, "password": self.password}
        return self.provider.probe("GET", "/balance?" + urlencode(login))

    def look_up(self, message: OutboundMessage) -> SendResult | None:
        """Jasmin cannot be asked."""
        return None

    def _fields(self, message: OutboundMessage) -> dict[str, str]:
        narrow = encoding_of(message.text) == "gsm7"
        raw = gsm7.to_octets(message.text) if narrow else message.text.encode("utf-16-be", "replace")
        left = message.not_after - self.clock.now()
        return {
            "username": self.username,
            "password": self.password,
            "from": self.sender,
            "to": message.to,
            "coding": "0" if narrow else "8",
            # ``content`` would replace unknown letters silently.
            "hex-content": raw.hex(),
            "dlr": "yes",
            "dlr-url": f"{self.hooks}/status?m={message.id}",
            "dlr-level": "3",
            "dlr-method": "POST",
            "validity-period": str(max(1, left // timedelta(minutes=1))),
        }

    def _inbound(self, request: Request, given: Form) -> Inbound:
        provider_id = given.need("id")
        if not 0 < len(provider_id) <= 64:
            raise MalformedRequest("id")
        return Inbound(
            channel=self.name,
            dedupe_key=provider_id,
            kind="sms",
            sender=given.need("from"),
            recipient=given.need("to"),
            text=_text(given),
            received_at=request.received_at,
            provider_id=provider_id,
            notes={"connector": value} if (value := given.get("origin-connector")) else {},
        )

    def _receipt(self, request: Request, given: Form) -> Receipt:
        word, provider_id = given.need("message_status")[:40], given.need("id")
        ours = read_form(request.query).get("m") or ""
        code = given.get("err") or ""
        facts = (provider_id, given.get("level") or "", word, code, given.get("id_smsc") or "")
        return Receipt(
            channel=self.name,
            message_id=ours if _OUR_ID.fullmatch(ours) else None,
            provider_id=provider_id,
            status_word=word,
            state=STATES.get(word, "rejected" if word.startswith("ESME_R") else None),
            code=code if _CODE.fullmatch(code) else None,
            receipt_key=hashlib.sha256("|".join(facts).encode()).hexdigest()[:32],
            at=request.received_at,
        )


def _text(given: Form) -> str:
    """Decode the bytes as the SMSC sent them; without them, or when they are no bytes, what Jasmin made of them."""
    coding, packed = given.get("coding") or "0", given.get("binary") or ""
    try:
        raw = bytes.fromhex(packed)
    except ValueError:
        raw = b""
    if not raw:
        text = given.get("content") or ""
    elif coding == "8":
        text = raw.decode("utf-16-be", "replace")
    else:
        text = gsm7.from_octets(raw)
    return text.replace("\x00", "").replace("\x1b", "")
