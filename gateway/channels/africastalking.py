"""Africa's Talking SMS: a form with an API key out, forms in; its statuses are words, its refusals numbers."""

import hashlib
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

from gateway.channels.forms import Form, read_form
from gateway.channels.meanings import BROKEN, DEAD, OPTED_OUT, OUR_FAULT, POLICY, TAKEN, UNSURE, Meaning, as_result
from gateway.channels.path_token import carries_token
from gateway.channels.provider import FORM, Provider, form
from gateway.channels.refusals import refused_number
from gateway.channels.strict_json import read_object
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

# help.africastalking.com, "Messaging status codes"; what is not here gives no verdict.
CODES: Final[dict[int, Meaning]] = {
    100: TAKEN,  # processed
    101: TAKEN,  # sent
    102: TAKEN,  # queued
    401: POLICY,  # risk hold
    402: BROKEN,  # invalid sender id
    403: DEAD,  # invalid phone number
    404: DEAD,  # unsupported number type
    405: BROKEN,  # insufficient balance
    406: OPTED_OUT,  # user in blacklist
    407: OUR_FAULT,  # could not route
    409: POLICY,  # do-not-disturb rejection
    500: UNSURE,
    501: UNSURE,
    502: POLICY,  # rejected by the gateway
}
STATES: Final = {
    "Success": "delivered",
    "Sent": "sent",
    "Submitted": "sent",
    "Buffered": "sent",
    "Rejected": "rejected",
    "Failed": "failed",
    "Expired": "expired",
    "AbsentSubscriber": "undelivered",
}
OPT_OUT_REASON: Final = "UserInBlackList"
DEAD_REASON: Final = "UserDoesNotExist"
HTTP: Final = {400: OUR_FAULT, 401: BROKEN, 403: BROKEN}


@dataclass(frozen=True, kw_only=True)
class AfricasTalking:
    """One application of an account; ``sender`` is its short code or sender name, empty for the provider's own."""

    name: str
    provider: Provider
    username: str
    api_key: str = field(repr=False)
    token: str = field(repr=False)
    sender: str = ""

    @property
    def capabilities(self) -> Capabilities:
        """No key of ours comes back, and nothing can be asked later."""
        return Capabilities(
            replies_in_response=False, supports_lookup=False, supports_client_reference=False, supports_validity=False
        )

    def verify(self, request: Request) -> Verdict:
        """Accept the token in the path; this provider signs nothing."""
        return Verdict.ACCEPTED if carries_token(request, self.name, self.token) else Verdict.REFUSED

    def read(self, request: Request) -> tuple[Inbound | Receipt | SessionEnd | Ignored, ...]:
        """Translate a form."""
        if request.purpose == "inbound":
            return (self._inbound(request, read_form(request.body)),)
        if request.purpose == "status":
            return (self._receipt(request, read_form(request.body)),)
        return (Ignored("texts only"),)

    def answer(self, answer: Answer, request: Request) -> Response:
        """Say that it was taken."""
        return Response(200, "text/plain", b"ok\n")

    def send(self, message: OutboundMessage) -> SendResult:
        """Make one attempt, to one recipient."""
        if (refusal := refused_number(message.to)) is not None:
            return refusal
        fields = {"username": self.username, "to": message.to, "message": message.text, "enqueue": "1"}
        headers = {**FORM, "apikey": self.api_key, "Accept": "application/json"}
        body = form(fields | ({"from": self.sender} if self.sender else {}))
        reply = self.provider.ask("POST", "/version1/messaging", headers, body)
        if isinstance(reply, SendResult):
            return reply
        if reply.status >= 400:
            return as_result(HTTP.get(reply.status, UNSURE), reply.status)
        return _judged(reply.body)

    def probe(self) -> SendResult:
        """Ask whether we are known; nothing is sent."""
        headers = {"apikey": self.api_key, "Accept": "application/json"}
        return self.provider.probe("GET", "/version1/user?" + urlencode({"username": self.username}), headers)

    def look_up(self, message: OutboundMessage) -> SendResult | None:
        """Nothing can be asked later."""
        return None

    def _inbound(self, request: Request, given: Form) -> Inbound:
        provider_id = given.need("id")
        if not 0 < len(provider_id) <= 128:
            raise MalformedRequest("id")
        return Inbound(
            channel=self.name,
            dedupe_key=provider_id,
            kind="sms",
            sender=given.need("from"),
            recipient=given.need("to"),
            text=given.need("text").replace("\x00", "").replace("\x1b", ""),
            received_at=request.received_at,
            provider_id=provider_id,
            notes={"network": value} if (value := given.get("networkCode")) else {},
        )

    def _receipt(self, request: Request, given: Form) -> Receipt:
        word, provider_id = given.need("status")[:40], given.need("id")
        reason = (given.get("failureReason") or "")[:40]
        told = reason.casefold()
        return Receipt(
            channel=self.name,
            message_id=None,
            provider_id=provider_id,
            status_word=word,
            state=STATES.get(word),
            code=reason or None,
            receipt_key=hashlib.sha256("|".join((provider_id, word, reason)).encode()).hexdigest()[:32],
            at=request.received_at,
            opted_out=told == OPT_OUT_REASON.casefold(),
            dead_number=told == DEAD_REASON.casefold(),
        )


def _judged(body: bytes) -> SendResult:
    """Judge the one recipient of an answer; whatever looks otherwise gives no verdict."""
    try:
        recipient = _recipient(read_object(body))
        code, provider_id = int(recipient["statusCode"]), str(recipient.get("messageId") or "")
    except (MalformedRequest, LookupError, TypeError, ValueError, AttributeError):
        return as_result(UNSURE, None)
    meaning = CODES.get(code, UNSURE)
    known = provider_id if provider_id not in ("", "None") and len(provider_id) <= 128 else None
    if meaning is TAKEN and known is None:
        return as_result(UNSURE, code)
    return as_result(meaning, code, provider_id=known)


def _recipient(answer: dict[str, Any]) -> dict[str, Any]:
    (recipient,) = answer["SMSMessageData"]["Recipients"]
    found: dict[str, Any] = recipient
    return found
