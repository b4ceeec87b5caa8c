"""The Twilio channel: judges who sent a request before it reads it, and sends only where it may."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Protocol

from gateway.channels.forms import Form, read_form
from gateway.channels.origins import checked_origin, is_loopback
from gateway.channels.provider import DEMO
from gateway.channels.refusals import refused_number
from gateway.channels.twilio import twiml, webhooks
from gateway.channels.twilio.signature import Signers
from gateway.errors import ConfigurationError, MalformedRequest
from gateway.ports.channel import (
    Answer,
    Capabilities,
    Ignored,
    Inbound,
    Ledger,
    OutboundMessage,
    Receipt,
    Request,
    Response,
    SendResult,
    SessionEnd,
    Verdict,
)
from gateway.ports.clock import Clock

PROVIDER = "https://api.twilio.com"


class Sender(Protocol):
    """What the REST side offers; its module is imported by the first send only."""

    def send(self, message: OutboundMessage, callback_url: str, validity: int) -> SendResult:
        """Make one attempt."""
        ...

    def probe(self) -> SendResult:
        """Ask whether we are known."""
        ...

    def look_up(self, message: OutboundMessage, around: datetime) -> SendResult | None:
        """Find an earlier attempt."""
        ...


@dataclass(frozen=True, kw_only=True)
class Twilio:
    """One Twilio account, by plain values.

    ``auth_tokens``: the present one first, then the next during a rotation. ``api_key``: id and secret to send with,
    else the first token. ``shared_keys``: secrets by id for SHA-256 signatures. One of ``from_`` and
    ``messaging_service_sid`` names the sender; without both nothing can be sent. ``timeout`` in seconds.
    """

    account_sid: str
    auth_tokens: tuple[str, ...] = field(repr=False)
    public_base_url: str
    clock: Clock
    from_: str | None = None
    messaging_service_sid: str | None = None
    api_base_url: str | None = None
    api_key: tuple[str, str] | None = field(default=None, repr=False)
    shared_keys: Mapping[str, str] = field(default_factory=dict, repr=False)
    demo: bool = False
    replies_in_response: bool = True
    decode_base64: bool = False
    timeout: float = 10.0
    name: str = "twilio"

    def __post_init__(self) -> None:
        checked_origin("PUBLIC_BASE_URL", self.public_base_url)
        checked_origin("TWILIO_API_BASE_URL", self.api_base_url or PROVIDER)
        if not all(self.auth_tokens) or not (self.auth_tokens or (self.shared_keys and self.api_key)):
            raise ConfigurationError("TWILIO_AUTH_TOKEN", "is empty", "Copy it from the provider's console")

    @property
    def capabilities(self) -> Capabilities:
        """A text may be answered in the response, unless the account's answers carry no status callback."""
        return Capabilities(
            replies_in_response=self.replies_in_response,
            supports_lookup=True,
            supports_client_reference=True,
            supports_validity=True,
            sends=bool(self._sender),
        )

    def verify(self, request: Request) -> Verdict:
        """Accept what a token of ours signed for our public address and our account; anything else is refused."""
        try:
            form = read_form(request.body)
        except MalformedRequest:
            return Verdict.REFUSED  # nobody can have signed what cannot be read
        ours = self._is_for_our_account(form) and self._signers.signed(request, form)
        return Verdict.ACCEPTED if ours else Verdict.REFUSED

    def read(self, request: Request) -> tuple[Inbound | Receipt | SessionEnd | Ignored, ...]:
        """Translate a verified request; malformed or repeated fields raise MalformedRequest."""
        if request.purpose == "inbound":
            return (webhooks.read_inbound(self.name, request, decode_base64=self.decode_base64),)
        if request.purpose == "status":
            return (webhooks.read_status(self.name, request),)
        return (Ignored("texts only"),)

    def answer(self, answer: Answer, request: Request) -> Response:
        """Render a stored reply as TwiML, nothing to say as an empty response, a receipt's answer as 204."""
        if request.purpose == "status":
            return Response(204, "text/plain", b"")
        return twiml.render(answer if self.replies_in_response else Answer(), self._callback)

    def send(self, message: OutboundMessage) -> SendResult:
        """Make one attempt of at most ``timeout``; simulated numbers are refused, in a demo every real provider."""
        refusal = refused_number(message.to)
        if refusal is not None:
            return refusal
        if not self.may_be_asked:
            return SendResult("permanent", provider_code=DEMO, detail="a demo speaks to a stand-in on loopback only")
        if not self._sender:
            return SendResult("broken", provider_code="no_sender", detail="TWILIO_FROM is not set")
        left = (message.not_after - self.clock.now()).total_seconds()
        return self._rest.send(message, message.callback_url or self._callback(message.id), int(left))

    def prepare(self) -> None:
        """Load the provider's client: an alert that comes first must not wait for it."""
        assert self._rest

    def probe(self) -> SendResult:
        """Ask whether we are known; nothing is sent."""
        if not self.may_be_asked:
            return SendResult("permanent", provider_code=DEMO, detail="a demo speaks to a stand-in on loopback only")
        return self._rest.probe()

    def look_up(self, message: OutboundMessage) -> SendResult | None:
        """Ask for a text by number, body and time (10 min around the attempt); ambiguous when nobody could be asked."""
        return self._rest.look_up(message, message.attempted_at or self.clock.now())

    @property
    def may_be_asked(self) -> bool:
        """Whether the provider may be asked anything: in a demo a stand-in only."""
        return not self.demo or is_loopback(self.api_base_url or PROVIDER)

    def received(self, since: datetime) -> tuple[Inbound, ...]:
        """Return the texts that the provider took for us since then, oldest first; Unavailable when it is silent."""
        return self._ledger.received(since)

    def erase(self, since: datetime, before: datetime) -> int:
        """Erase at the provider the words of settled texts of that time; return how many."""
        return self._ledger.erase(since, before)

    def _is_for_our_account(self, form: Form) -> bool:
        named = form.values("AccountSid")
        return bool(named) and set(named) == {self.account_sid}

    def _callback(self, message_id: str, part: int | None = None) -> str:
        suffix = "" if part is None else f"&p={part}"
        return f"{self._public}/hooks/{self.name}/status?m={message_id}{suffix}"

    @property
    def _public(self) -> str:
        return self.public_base_url.rstrip("/")

    @property
    def _sender(self) -> dict[str, str]:
        if self.messaging_service_sid:
            return {"messaging_service_sid": self.messaging_service_sid}
        return {"from_": self.from_} if self.from_ else {}

    @cached_property
    def _signers(self) -> Signers:
        return Signers(self._public, self.auth_tokens, self.shared_keys)

    @cached_property
    def _ledger(self) -> Ledger:
        from gateway.channels.twilio.ledger import TwilioLedger  # noqa: PLC0415 - start-up cost, as below

        return TwilioLedger(
            channel=self.name,
            account_sid=self.account_sid,
            login=self.api_key or (self.account_sid, self.auth_tokens[0]),
            api_base_url=(self.api_base_url or PROVIDER).rstrip("/"),
            timeout=self.timeout,
        )

    @cached_property
    def _rest(self) -> Sender:
        # The SDK's REST client costs 0.1 s and 16 MiB, which processes that never send should not pay.
        from gateway.channels.twilio.rest import Rest  # noqa: PLC0415 - see above

        return Rest(
            account_sid=self.account_sid,
            login=self.api_key or (self.account_sid, self.auth_tokens[0]),
            sender=self._sender,
            api_base_url=(self.api_base_url or PROVIDER).rstrip("/"),
            timeout=self.timeout,
        )
