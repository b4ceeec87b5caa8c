"""Kannel, as operators hand over a short code: texts by GET, receipts and inbound texts by address (1.4.5 measured)."""

import hashlib
import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final
from urllib.parse import quote, urlencode

from gateway.channels.forms import Form, read_form
from gateway.channels.meanings import BROKEN, TAKEN, UNSURE, as_result
from gateway.channels.path_token import carries_token
from gateway.channels.provider import Provider
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
from gateway.text.segments import encoding_of

# Delivered, failed, accepted by the SMSC, rejected by it; "buffered" (4) too, so that silence tells something.
DLR_MASK: Final = 1 | 2 | 4 | 8 | 16
STATES: Final = {"1": "delivered", "2": "undelivered", "4": "accepted", "8": "sent", "16": "rejected"}
RECEIPT_FIELDS: Final = "st=%d&text=%A&smsc=%F"
# For ``post-url``: the text comes as the body, byte for byte, and so stays out of every log of addresses. In an
# address it would have to be %b: %a squeezes bytes that look like spaces, which ruins UTF-16.
INBOUND_FIELDS: Final = "from=%p&to=%P&id=%I&ts=%T&coding=%c&charset=%C&smsc=%i"
_TAKEN: Final = re.compile(rb"[03]:")
_NACK: Final = re.compile(r"NACK/(0x[0-9a-fA-F]{1,8}|\d{1,10})")
_OUR_ID: Final = re.compile(r"[0-9A-Za-z_-]{1,64}")
_SHORT_CODE: Final = re.compile(r"\+(\d{1,6})")
_LONGEST_FIELD: Final = 64
NO_SUCH_PHONE: Final = 0x0B  # the SMSC's command_status, as Kannel quotes it


@dataclass(frozen=True, kw_only=True)
class Kannel:
    """One smsbox and the operator behind it (``smsc``). ``hooks`` is our own address up to and with the token.

    ``recode`` False sends UTF-16BE bytes, for builds that cannot turn UTF-8 into it.
    """

    name: str
    provider: Provider
    username: str
    password: str = field(repr=False)
    sender: str
    token: str = field(repr=False)
    hooks: str = field(repr=False)
    clock: Clock
    smsc: str = ""
    recode: bool = True

    @property
    def capabilities(self) -> Capabilities:
        """Our id travels in the receipt's address; Kannel knows none of its own."""
        return Capabilities(
            replies_in_response=False,
            supports_lookup=False,
            supports_client_reference=True,
            supports_validity=True,
            methods=frozenset({"GET", "POST"}),
            content_types=frozenset({"", "text/plain", "application/octet-stream"}),
        )

    def verify(self, request: Request) -> Verdict:
        """Accept the token in the path; Kannel signs nothing."""
        return Verdict.ACCEPTED if carries_token(request, self.name, self.token) else Verdict.REFUSED

    def read(self, request: Request) -> tuple[Inbound | Receipt | SessionEnd | Ignored, ...]:
        """Translate an address filled in by Kannel; its text is read as bytes, since it may be UTF-16BE."""
        if request.purpose == "inbound":
            return (self._inbound(request),)
        if request.purpose == "status":
            return (self._receipt(request),)
        return (Ignored("texts only"),)

    def answer(self, answer: Answer, request: Request) -> Response:
        """Say that it was taken; with ``max-messages = 0`` Kannel sends this to nobody."""
        return Response(200, "text/plain", b"ok\n")

    def send(self, message: OutboundMessage) -> SendResult:
        """Make one attempt; "queued for later" (its link is down) is taken too and never sent again."""
        if (refusal := refused_number(message.to)) is not None:
            return refusal
        reply = self.provider.ask("GET", "/cgi-bin/sendsms?" + urlencode(self._fields(message)))
        if isinstance(reply, SendResult):
            return reply
        if reply.status == 202 and _TAKEN.match(reply.body):
            return as_result(TAKEN, reply.body[:1].decode())
        return as_result(BROKEN if reply.status in (401, 403) else UNSURE, reply.status)

    def probe(self) -> SendResult:
        """Ask whether we are known; nothing is sent."""
        login = {"username": self.username, "password": self.password}
        return self.provider.probe("GET", "/cgi-bin/sendsms?" + urlencode(login))  # to nobody: refused as such

    def look_up(self, message: OutboundMessage) -> SendResult | None:
        """Kannel cannot be asked."""
        return None

    def _fields(self, message: OutboundMessage) -> dict[str, str | bytes]:
        left = message.not_after - self.clock.now()
        gsm7 = encoding_of(message.text) == "gsm7"
        alphabet: dict[str, str | bytes] = {"coding": "0" if gsm7 else "2", "charset": "UTF-8", "text": message.text}
        if not gsm7 and not self.recode:
            alphabet |= {"charset": "UTF-16BE", "text": message.text.encode("utf-16-be", "replace")}
        return {
            "username": self.username,
            "password": self.password,
            "from": self.sender,
            "to": message.to,
            **alphabet,
            "dlr-mask": str(DLR_MASK),
            "dlr-url": f"{self.hooks}/status?m={quote(message.id)}&{RECEIPT_FIELDS}",
            "validity": str(max(1, left // timedelta(minutes=1))),
            **({"smsc": self.smsc} if self.smsc else {}),
        }

    def _inbound(self, request: Request) -> Inbound:
        form = _bytes_form(request)
        charset, body = _plain(form, "charset"), form.get("text")
        raw = request.body if body is None else body.encode("latin-1")
        smsc, provider_id = _plain(form, "smsc"), _plain(form, "id")
        if not provider_id:
            raise MalformedRequest("no id")
        return Inbound(
            channel=self.name,
            dedupe_key=f"{smsc}:{provider_id}",
            kind="sms",
            sender=_without_plus(_plain(form, "from")),
            recipient=_without_plus(_plain(form, "to")),
            text=_decoded(raw, charset),
            received_at=request.received_at,
            provider_id=provider_id,
            notes={"charset": charset} if charset else {},
        )

    def _receipt(self, request: Request) -> Receipt:
        form = _bytes_form(request)
        word, said, ours = _plain(form, "st"), form.get("text") or "", form.get("m") or ""
        if not word:
            raise MalformedRequest("no status")
        nack = _NACK.search(said)
        code = nack.group(1).lower() if nack else None
        return Receipt(
            channel=self.name,
            message_id=ours if _OUR_ID.fullmatch(ours) else None,
            provider_id=None,
            status_word=word,
            state=STATES.get(word),
            code=code,
            receipt_key=hashlib.sha256("|".join((ours, word, said)).encode()).hexdigest()[:32],
            at=request.received_at,
            dead_number=code is not None and int(code, 16 if code.startswith("0x") else 10) == NO_SUCH_PHONE,
        )


def _bytes_form(request: Request) -> Form:
    """Read the address with one character a byte: what it holds may be UTF-8 or UTF-16BE."""
    return read_form(request.query, encoding="latin-1")


def _plain(form: Form, name: str) -> str:
    value = form.get(name) or ""
    if len(value) > _LONGEST_FIELD:
        raise MalformedRequest(name)
    try:
        return value.encode("latin-1").decode().strip()
    except UnicodeDecodeError as error:
        raise MalformedRequest(name) from error


def _without_plus(number: str) -> str:
    """Undo the plus that Kannel puts before a short code."""
    short = _SHORT_CODE.fullmatch(number)
    return short.group(1) if short else number


def _decoded(raw: bytes, charset: str) -> str:
    """Decode a text; a broken sign costs itself, never the message."""
    text = raw.decode("utf-16-be" if charset.upper().startswith("UTF-16") else "utf-8", "replace")
    return text.replace("\x00", "").replace("\x1b", "")
