"""USSD menus over HTTP: a secret in the path, a session per phone, a screen as the answer."""

import hashlib
import hmac
import json
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from gateway.channels.forms import Form, read_form
from gateway.channels.path_token import carries_token
from gateway.channels.refusals import refused_number
from gateway.channels.strict_json import read_object
from gateway.channels.ussd_http import answers
from gateway.channels.ussd_http.cumulative import next_step
from gateway.channels.ussd_http.profiles import GENERIC, PROFILES, Profile
from gateway.channels.ussd_http.stepwise import number_of
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

JSON: Final = "application/json"
_LONGEST_ID = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class UssdHttp:
    """One short code at one aggregator; ``token`` is the secret in the path, ``service_codes`` empty allows any.

    ``latin``: phones of this network show no Lao letters. ``generic`` is the table of a profile of
    that name, as the operator wrote it.

    Digests of what was typed are keyed with the token: PINs are typed here, and a seized database must not tell them.
    """

    name: str
    profile: str
    token: str = field(repr=False)
    memory: UssdMemory = field(repr=False)
    service_codes: tuple[str, ...] = ()
    generic: Profile | None = None
    gsm7: int = 160
    ucs2: int = 70
    latin: bool = False

    def __post_init__(self) -> None:
        if self.profile not in PROFILES and self.generic is None:
            known = ", ".join((*sorted(PROFILES), GENERIC))
            raise ConfigurationError(f"channels.{self.name}.profile", "is unknown", f"Known are: {known}")
        if not self.token:
            raise ConfigurationError(f"channels.{self.name}.token", "is empty", "Leave it out to have one made")

    @property
    def capabilities(self) -> Capabilities:
        """Screens in the answer, and nothing else: network-initiated sessions are off."""
        plain = Capabilities(
            replies_in_response=True,
            supports_lookup=False,
            supports_client_reference=False,
            supports_validity=False,
            sends=False,
            kinds=frozenset({"ussd"}),
            ussd_gsm7=self.gsm7,
            ussd_ucs2=self.ucs2,
            latin_screens=self.latin,
        )
        if self._profile.in_path:
            return replace(plain, methods=frozenset({"GET", "POST", "PUT"}), content_types=frozenset({JSON, ""}))
        return plain if self._profile.body == "form" else replace(plain, content_types=frozenset({JSON}))

    def verify(self, request: Request) -> Verdict:
        """Accept the right token in the path and one of our service codes; providers of this kind sign nothing."""
        if not carries_token(request, self.name, self.token, more=2 if self._profile.in_path else 0):
            return Verdict.REFUSED
        return Verdict.ACCEPTED if self._dials_us(request) else Verdict.REFUSED

    def read(self, request: Request) -> tuple[Inbound | Receipt | SessionEnd | Ignored, ...]:
        """Translate a screen's input or the notice that a session is over."""
        form, names = self._form(request), self._profile
        event = (form.need(names.event) if names.event else "").lower()
        if names.in_path and event == "status":
            return (Ignored("a question whether the session lives"),)
        session, phone = _id(form, names.session), _phone(form.need(names.phone))
        if request.purpose == "status" or event in names.ends:
            return (SessionEnd(self.name, session, phone, ((form.get(names.ended) or "") or "ended").lower()[:40]),)
        if request.purpose != "ussd":
            return (Ignored("sessions only"),)
        return (self._input(request, form, session, phone),)

    def answer(self, answer: Answer, request: Request) -> Response:
        """Render one screen; nothing to say closes the session, an end notice gets 204."""
        if request.purpose == "status":
            return Response(204, "text/plain", b"")
        form = self._form(request)
        if self._profile.in_path and form.get(self._profile.event) == "status":
            return answers.as_json({"sessionActive": True, "responseExitCode": 200, "responseMessage": ""})
        screen = _printable("\n".join(text.text for text in answer.texts))
        return answers.write(self._profile, screen, answer.ends or not answer.texts, form.get)

    def send(self, message: OutboundMessage) -> SendResult:
        """Refuse: a screen exists only as an answer."""
        unsent = SendResult("permanent", provider_code="no_push", detail="this channel only answers")
        return refused_number(message.to) or unsent

    def look_up(self, message: OutboundMessage) -> SendResult | None:
        """Nothing was ever sent, so nothing is known."""
        return None

    @property
    def _profile(self) -> Profile:
        return self.generic or PROFILES[self.profile]

    def _form(self, request: Request) -> Form:
        """Return the request's fields, whatever they were written in."""
        if self._profile.body == "form":
            return read_form(request.body)
        fields = read_object(request.body) if request.body else {}
        pairs = tuple((name, shown) for name, value in fields.items() if (shown := _shown(value)) is not None)
        if not self._profile.in_path:
            return Form(pairs)
        where = request.path.split("/")[5:]
        return Form((*pairs, *zip((self._profile.session, self._profile.event), where, strict=False)))

    def _dials_us(self, request: Request) -> bool:
        try:
            dialled = self._form(request).values(self._profile.service)
        except MalformedRequest:
            return True  # the token was right: reading says what is wrong
        return not self.service_codes or all(code in self.service_codes for code in dialled)

    def _input(self, request: Request, form: Form, session: str, phone: str) -> Inbound:
        names = self._profile
        text = (form.get(names.text) or "") if names.event else form.need(names.text)
        # A code that a provider never names is ours; one that it should name must be there.
        must = names.service and not names.event
        service = form.need(names.service) if must else form.get(names.service) or next(iter(self.service_codes), "")
        notes = {ours: value for theirs, ours in names.notes.items() if (value := form.get(theirs))}
        plain = Inbound(self.name, "", "ussd", phone, service, "", request.received_at, session_id=session, notes=notes)
        return self._stepwise(plain, form, text) if names.event else self._cumulative(plain, text)

    def _cumulative(self, plain: Inbound, text: str) -> Inbound:
        """Find what was typed last in everything that was typed."""
        session, phone = plain.session_id or "", plain.sender
        # The phone is part of every digest: a session id that another number reuses is another session.
        place = f"{session}\n{phone}\n"
        known = self.memory.get(self.name, session, phone)
        step = next_step(text, known, lambda part: self._digest(place + part), self._profile.separator)
        if step.keep is not None:
            self.memory.put(self.name, session, phone, step.keep)
        return replace(
            plain,
            dedupe_key=f"{self._digest(place)}:{self._digest(place + text)}",
            text=_printable(step.typed),
            session_event=step.event,
            notes={**plain.notes, "lost_hop": "yes"} if step.lost else plain.notes,
        )

    def _stepwise(self, plain: Inbound, form: Form, text: str) -> Inbound:
        """Take what was typed; a request number, or else the time, tells it from a repeat."""
        names, session, phone = self._profile, plain.session_id or "", plain.sender
        begins = form.need(names.event).lower() in names.begins
        read = replace(plain, text="" if begins else _printable(text), session_event="begin" if begins else "resume")
        place = f"{session}\n{phone}\n"
        if names.sequence and (number := form.get(names.sequence)):
            return replace(read, dedupe_key=f"{self._digest(place)}:{self._digest(f'{place}#{number}')}")
        known = self.memory.get(self.name, session, phone)
        event: Literal["begin", "resume"] = "begin" if begins else "resume"
        step = number_of(text, event, plain.received_at, known, lambda part: self._digest(place + part))
        if step.keep is not None:
            self.memory.put(self.name, session, phone, step.keep)
        key = f"{self._digest(place)}:{self._digest(f'{place}n{step.number}')}"
        return replace(read, dedupe_key=key, dedupe_strength="weak")

    def _digest(self, text: str) -> str:
        return hmac.new(self.token.encode(), text.encode(errors="replace"), hashlib.sha256).hexdigest()[:32]


def _shown(value: object) -> str | None:
    """Return a JSON value as a form would hold it; lists and objects hold nothing for us."""
    if isinstance(value, str):
        return value
    return json.dumps(value) if isinstance(value, bool | int | float) else None


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
