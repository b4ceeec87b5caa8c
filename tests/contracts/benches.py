"""One bench for each channel: the channel itself and requests as its provider would make them."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Literal
from urllib.parse import urlencode

from gateway.channels.simulator import Simulator
from gateway.channels.twilio.channel import Twilio
from gateway.channels.ussd_http.channel import UssdHttp
from gateway.ports.channel import Answer, AnswerText, Channel, OutboundMessage, Request
from tests.doubles.phones import HopsInMemory, PhonesInMemory
from tests.doubles.twilio import ACCOUNT_SID, AUTH_TOKEN, signed

NOON = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
PUBLIC = "https://sms.example.org"
TOKEN = "3f1c9b6e5d7a48219c0e6f7a8b9c0d1e"
REAL, SIMULATED = "+8562055501234", "+8562000000001"
SID = "SM" + "0" * 31 + "1"
OUR_ID = "0193a1b2c3d4e5f60718293a4b5c6d7e"


@dataclass
class StillClock:
    """A clock that moves when told to."""

    at: datetime = NOON

    def now(self) -> datetime:
        return self.at


@dataclass
class Bench:
    """A channel, a good request with ``(text, key)``, and what its provider must understand of an answer."""

    channel: Channel
    inbound: Callable[[str, str], Request]
    spoilt: Mapping[str, Request] = field(default_factory=dict)
    malformed: Mapping[str, Request] = field(default_factory=dict)


def request(
    purpose: Literal["inbound", "status", "ussd"],
    path: str,
    body: bytes,
    headers: Mapping[str, str] | None = None,
    query: str = "",
) -> Request:
    """Make the port's record of a POST."""
    return Request("POST", path, query, headers or {}, body, NOON, purpose)


def outgoing(to: str, text: str = "ສະບາຍດີ", attempt: int = 0, message_id: str = OUR_ID) -> OutboundMessage:
    """Make a text to be sent within ten minutes."""
    return OutboundMessage(message_id, "x", to, text, "alerts", NOON + timedelta(minutes=10), attempt)


def answer(*texts: str, ends: bool = False) -> Answer:
    """Make a stored reply."""
    return Answer(tuple(AnswerText(f"{OUR_ID[:-1]}{place}", text) for place, text in enumerate(texts)), ends)


# --- Twilio -----------------------------------------------------------------------------------------------------


def twilio(**other: object) -> Twilio:
    """Make the channel with the stand-in's credentials."""
    given: dict[str, object] = {
        "account_sid": ACCOUNT_SID,
        "auth_tokens": (AUTH_TOKEN, "the-next-token"),
        "public_base_url": PUBLIC,
        "clock": StillClock(),
        "from_": "+12025550123",
        "api_base_url": "http://127.0.0.1:9",  # nobody listens there: a test never reaches the true provider
    }
    return Twilio(**{**given, **other})  # type: ignore[arg-type] # a test names what it changes


def twilio_fields(text: str = "ຊ່ວຍ", sid: str = SID, **other: str) -> dict[str, str]:
    """Return the form of a text that came in."""
    return {
        "ToCountry": "US",
        "SmsMessageSid": sid,
        "NumMedia": "0",
        "SmsSid": sid,
        "SmsStatus": "received",
        "Body": text,
        "To": "+12025550123",
        "NumSegments": "1",
        "MessageSid": sid,
        "AccountSid": ACCOUNT_SID,
        "From": REAL,
        "ApiVersion": "2010-04-01",
        **other,
    }


def twilio_request(
    fields: Mapping[str, str],
    *,
    path: str = "/hooks/twilio/inbound",
    query: str = "",
    token: str = AUTH_TOKEN,
    signed_url: str | None = None,
    algorithm: str | None = None,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
) -> Request:
    """Sign ``fields`` as the provider does, then send ``body`` (or the same fields) to ``path``."""
    url = signed_url or PUBLIC + path + (f"?{query}" if query else "")
    made = signed(url, fields, token, algorithm)
    purpose: Literal["inbound", "status"] = "status" if path.endswith("status") else "inbound"
    return request(purpose, path, made.body if body is None else body, {**made.headers, **(headers or {})}, query)


def twilio_bench() -> Bench:
    """Return Twilio with every way to spoil its signature."""
    good = twilio_request(twilio_fields())
    raw = urlencode(twilio_fields()).encode()

    def with_signature(value: str | None) -> Request:
        return replace(good, headers={} if value is None else {"x-twilio-signature": value})

    return Bench(
        twilio(),
        lambda text, key: twilio_request(twilio_fields(text, "SM" + key.rjust(32, "0"))),
        spoilt={
            "no signature": with_signature(None),
            "an empty signature": with_signature(""),
            "a signature of 10 KB": with_signature("A" * 10240),
            "a signature that is no ASCII": with_signature("ລາວ" * 9),
            "a signature of another size": with_signature("QUJD"),
            "another path": replace(good, path="/hooks/twilio/status"),
            "another query": replace(good, query="m=1"),
            "a slash more": replace(good, path="/hooks/twilio/inbound/"),
            "another scheme": twilio_request(twilio_fields(), signed_url="http://sms.example.org/hooks/twilio/inbound"),
            "another host": twilio_request(twilio_fields(), signed_url="https://evil.example/hooks/twilio/inbound"),
            "another token": twilio_request(twilio_fields(), token="a stranger's token"),
            "another account": twilio_request(twilio_fields(AccountSid="AC" + "f" * 32)),
            "no account": twilio_request({k: v for k, v in twilio_fields().items() if k != "AccountSid"}),
            "another text": replace(good, body=raw.replace(b"NumSegments=1", b"NumSegments=2")),
            "SHA-256 without saying so": twilio_request(twilio_fields(), algorithm="HMAC_SHA256"),
            "SHA-256 with a key nobody knows": twilio_request(
                twilio_fields(),
                algorithm="HMAC_SHA256",
                headers={"x-twilio-webhooks-signature-settings": "key=k9,algorithm=HMAC_SHA256"},
            ),
            "an address that is none": replace(good, path="//[", query="\udcff"),
        },
        malformed={
            "no text": twilio_request({k: v for k, v in twilio_fields().items() if k != "Body"}),
            "a message id of another kind": twilio_request(twilio_fields(sid="XX1")),
            "a sender of one letter": twilio_request(twilio_fields(From="b")),
            "From twice": twilio_request(twilio_fields(), body=raw + b"&From=%2B8562055509999"),
            "an unknown field twice": twilio_request(twilio_fields(), body=raw + b"&New=1&New=1"),
            "the true sender inside another field": twilio_request(twilio_fields(FromCity=f"From{REAL}")),
            "bytes that are no text": twilio_request(twilio_fields(), body=b"Body=%FF%FE"),
            "101 fields": twilio_request(twilio_fields(), body=b"&".join(b"a%d=1" % n for n in range(101))),
        },
    )


# --- Africa's Talking -------------------------------------------------------------------------------------------


def ussd() -> UssdHttp:
    """Make the channel with an empty memory."""
    return UssdHttp(
        name="africastalking", profile="africastalking", token=TOKEN, memory=HopsInMemory(), service_codes=("*1234#",)
    )


def ussd_request(
    text: str,
    *,
    session: str = "ATUid_1",
    phone: str = REAL,
    path: str | None = None,
    body: bytes | None = None,
    **other: str,
) -> Request:
    """Make a request of a session; ``text`` is everything typed so far."""
    fields = {"sessionId": session, "serviceCode": "*1234#", "phoneNumber": phone, "networkCode": "45701", "text": text}
    raw = urlencode({**fields, **other}).encode() if body is None else body
    return request("ussd", path or f"/hooks/africastalking/{TOKEN}/ussd", raw)


def ussd_end(session: str = "ATUid_1", status: str = "Incomplete") -> Request:
    """Make the notice that a session is over."""
    made = ussd_request(
        "",
        session=session,
        path=f"/hooks/africastalking/{TOKEN}/status",
        date="2026-11-24 12:00:00",
        status=status,
        cost="0",
        durationInMillis="3000",
        hopsCount="2",
        input="1",
        lastAppResponse="CON ?",
        errorMessage="",
    )
    return replace(made, purpose="status")


def ussd_bench() -> Bench:
    """Return the USSD channel; its sessions are named by the key."""
    return Bench(
        ussd(),
        lambda text, key: ussd_request(text, session=key),
        spoilt={
            "another token": ussd_request("", path=f"/hooks/africastalking/{TOKEN[::-1]}/ussd"),
            "an empty token": ussd_request("", path="/hooks/africastalking//ussd"),
            "no token": ussd_request("", path="/hooks/africastalking/ussd"),
            "a token in Lao": ussd_request("", path="/hooks/africastalking/ລາວ\udcff/ussd"),
            "another channel": ussd_request("", path=f"/hooks/other/{TOKEN}/ussd"),
            "another short code": ussd_request("", serviceCode="*99#"),
        },
        malformed={
            "no session": ussd_request("", body=b"serviceCode=*1234%23&phoneNumber=%2B85620&text="),
            "text twice": ussd_request("", body=ussd_request("1").body + b"&text=2"),
            "an empty phone": ussd_request("", phone=""),
            "bytes that are no text": ussd_request("", body=b"text=%FF"),
        },
    )


# --- simulator --------------------------------------------------------------------------------------------------


def simulator(phones: PhonesInMemory | None = None) -> Simulator:
    """Make the channel with empty phones."""
    return Simulator(phones=phones or PhonesInMemory(), clock=StillClock())


def simulator_request(text: str, **other: object) -> Request:
    """Make what the browser's handset posts."""
    fields = {"from": SIMULATED, "text": text, "channel": "sms", **other}
    return request("inbound", "/simulator/messages", json.dumps(fields).encode())


def simulator_bench() -> Bench:
    """Return the simulator; nobody signs for it, because it exists in a demo only."""
    return Bench(
        simulator(),
        lambda text, key: simulator_request(text, id=key),
        malformed={
            "a real number": simulator_request("hello", **{"from": REAL}),
            "a number for a text": request("inbound", "/simulator/messages", b'{"from": "+8562000000001", "text": 5}'),
            "another channel": simulator_request("hello", channel="fax"),
            "no JSON": request("inbound", "/simulator/messages", b"{"),
            "a list": request("inbound", "/simulator/messages", b"[]"),
            "NaN": request("inbound", "/simulator/messages", b'{"text": NaN}'),
            "a name twice": request("inbound", "/simulator/messages", b'{"text": "a", "text": "b"}'),
            "half a character": request("inbound", "/simulator/messages", b'{"text": "\\ud800"}'),
            "deep nesting": request("inbound", "/simulator/messages", b'{"a":' * 9000),
        },
    )
