"""USSD menus over HTTP: a secret in the path, a session per phone, a screen as the answer."""

import hashlib
import hmac
from dataclasses import dataclass, field

from gateway.channels.forms import Form, read_form
from gateway.channels.refusals import refused_number
from gateway.channels.ussd_http.cumulative import next_step
from gateway.channels.ussd_http.profiles import PROFILES, Profile
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
from gateway.ports.ussd_memory import UssdMemory

_LONGEST_ID = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class UssdHttp:
    """One short code at one aggregator; ``token`` is the secret in the path, ``service_codes`` empty allows any.

    Digests of what was typed are keyed with the token: PINs are typed here, and a seized database must not tell them.
    """

    name: str
    profile: str
    token: str = field(repr=False)
    memory: UssdMemory = field(repr=False)
    service_codes: tuple[str, ...] = ()
    gsm7: int = 160
    ucs2: int = 70

    def __post_init__(self) -> None:
        if self.profile not in PROFILES:
            known = ", ".join(sorted(PROFILES))
            raise ConfigurationError(f"channels.{self.name}.profile", "is unknown", f"Known are: {known}")
        if not self.token:
            raise ConfigurationError(f"channels.{self.name}.token", "is empty", "Leave it out to have one made")

    @property
    def capabilities(self) -> Capabilities:
        """Screens in the answer, and nothing else: network-initiated sessions are off."""
        return Capabilities(
            replies_in_response=True,
            supports_lookup=False,
            supports_client_reference=False,
            supports_validity=False,
            sends=False,
            kinds=frozenset({"ussd"}),
            ussd_gsm7=self.gsm7,
            ussd_ucs2=self.ucs2,
        )

    def verify(self, request: Request) -> Verdict:
        """Accept the right token in the path and one of our service codes; providers of this kind sign nothing."""
        given = request.path.split("/")
        if len(given) != 5 or given[1:3] != ["hooks", self.name]:
            return Verdict.REFUSED
        if not hmac.compare_digest(given[3].encode(errors="replace"), self.token.encode()):
            return Verdict.REFUSED
        return Verdict.ACCEPTED if self._dials_us(request) else Verdict.REFUSED

    def read(self, request: Request) -> tuple[Inbound | Receipt | SessionEnd | Ignored, ...]:
        """Translate a screen's input or the notice that a session is over."""
        form, names = read_form(request.body), self._profile
        session, phone = _id(form, names.session), _phone(form.need(names.phone))
        service = form.need(names.service)
        if request.purpose == "status":
            return (SessionEnd(self.name, session, phone, (form.get(names.ended) or "ended").lower()[:40]),)
        if request.purpose != "ussd":
            return (Ignored("sessions only"),)
        return (self._input(request, form, session, phone, service),)

    def answer(self, answer: Answer, request: Request) -> Response:
        """Render one screen; nothing to say closes the session, an end notice gets 204."""
        if request.purpose == "status":
            return Response(204, "text/plain", b"")
        over = answer.ends or not answer.texts
        screen = "\n".join(text.text for text in answer.texts)
        shown = (self._profile.is_over if over else self._profile.goes_on) + _printable(screen)
        return Response(200, self._profile.content_type, shown.encode(errors="replace"))

    def send(self, message: OutboundMessage) -> SendResult:
        """Refuse: a screen exists only as an answer."""
        unsent = SendResult("permanent", provider_code="no_push", detail="this channel only answers")
        return refused_number(message.to) or unsent

    def look_up(self, message: OutboundMessage) -> SendResult | None:
        """Nothing was ever sent, so nothing is known."""
        return None

    @property
    def _profile(self) -> Profile:
        return PROFILES[self.profile]

    def _dials_us(self, request: Request) -> bool:
        try:
            dialled = read_form(request.body).values(self._profile.service)
        except MalformedRequest:
            return True  # the token was right: reading says what is wrong
        return not self.service_codes or all(code in self.service_codes for code in dialled)

    def _input(self, request: Request, form: Form, session: str, phone: str, service: str) -> Inbound:
        text, names = form.need(self._profile.text), self._profile
        # The phone is part of every digest: a session id that another number reuses is another session.
        place = f"{session}\n{phone}\n"
        step = next_step(
            text, self.memory.get(self.name, session, phone), lambda part: self._digest(place + part), names.separator
        )
        if step.keep is not None:
            self.memory.put(self.name, session, phone, step.keep)
        notes = {ours: value for theirs, ours in names.notes.items() if (value := form.get(theirs))}
        return Inbound(
            channel=self.name,
            dedupe_key=f"{self._digest(place)}:{self._digest(place + text)}",
            kind="ussd",
            sender=phone,
            recipient=service,
            text=_printable(step.typed),
            received_at=request.received_at,
            session_id=session,
            session_event=step.event,
            notes={**notes, "lost_hop": "yes"} if step.lost else notes,
        )

    def _digest(self, text: str) -> str:
        return hmac.new(self.token.encode(), text.encode(errors="replace"), hashlib.sha256).hexdigest()[:32]


def _id(form: Form, name: str) -> str:
    value = form.need(name)
    if not 0 < len(value) <= _LONGEST_ID or not value.isprintable():
        raise MalformedRequest("session id")
    return value


def _phone(raw: str) -> str:
    """Restore the plus sign that a form turns into a space when the sender forgot to escape it."""
    bare = "+" + raw[1:] if raw.startswith(" ") else raw
    if not 0 < len(bare) <= 64:
        raise MalformedRequest("phone number")
    return bare


def _printable(text: str) -> str:
    return "".join(sign for sign in text if sign >= " " or sign == "\n")
