"""Benches of the channels that are known by a token in their path: Kannel, Jasmin, Africa's Talking, Android."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Literal
from urllib.parse import quote, urlencode

from gateway.channels.africastalking import AfricasTalking
from gateway.channels.android import Android
from gateway.channels.jasmin import Jasmin
from gateway.channels.kannel import Kannel
from gateway.channels.provider import Provider
from gateway.ports.channel import Request
from tests.contracts.benches import NOON, PUBLIC, REAL, TOKEN, Bench, StillClock, request

NOBODY = "http://127.0.0.1:9"  # nobody listens there: a test never reaches a true provider
SIGNING_KEY = "a signing key of forty characters, or so"
FORM = {"content-type": "application/x-www-form-urlencoded"}
Purpose = Literal["inbound", "status"]


def far(url: str = NOBODY, **other: object) -> Provider:
    """Make the far side of a channel."""
    return Provider(**{"setting": "channels.x.url", "url": url, **other})  # type: ignore[arg-type] # a test names what it changes


def hooks(name: str) -> str:
    """Return our public address of a channel."""
    return f"{PUBLIC}/hooks/{name}/{TOKEN}"


def path(name: str, purpose: str) -> str:
    """Return the path of one of a channel's addresses."""
    return f"/hooks/{name}/{TOKEN}/{purpose}"


def wrong_paths(good: Request, name: str) -> dict[str, Request]:
    """Return one good request sent to every address that is not this channel's."""
    return {
        "another token": replace(good, path=f"/hooks/{name}/{TOKEN[::-1]}/inbound"),
        "an empty token": replace(good, path=f"/hooks/{name}//inbound"),
        "no token": replace(good, path=f"/hooks/{name}/inbound"),
        "a token in Lao": replace(good, path=f"/hooks/{name}/ລາວ\udcff/inbound"),
        "another channel": replace(good, path=f"/hooks/other/{TOKEN}/inbound"),
        "a longer path": replace(good, path=path(name, "inbound") + "/more"),
    }


# --- Kannel -----------------------------------------------------------------------------------------------------


def kannel(provider: Provider | None = None, *, recode: bool = True) -> Kannel:
    """Make the channel of one operator."""
    return Kannel(
        name="kannel",
        provider=provider or far(),
        username="us",
        password="token-of-kannel",
        sender="1234",
        token=TOKEN,
        hooks=hooks("kannel"),
        clock=StillClock(),
        smsc="unitel",
        recode=recode,
    )


def kannel_request(purpose: Purpose, fields: Mapping[str, str | bytes], body: bytes = b"") -> Request:
    """Make the request in which Kannel has filled in our address."""
    query = urlencode(fields, quote_via=quote)
    return replace(request(purpose, path("kannel", purpose), body, {}, query), method="POST" if body else "GET")


def kannel_text(text: str, key: str = "1", charset: str = "UTF-8", **other: str) -> Request:
    """Make an inbound text in ``charset``."""
    raw = text.encode("utf-16-be" if charset == "UTF-16BE" else "utf-8")
    fields = {"from": REAL, "to": "+1234", "id": key, "coding": "0", "charset": charset, "smsc": "unitel", **other}
    return kannel_request("inbound", {**fields, "text": raw})


def kannel_bench() -> Bench:
    """Return Kannel with every way to miss its address."""
    good = kannel_text("ຊ່ວຍ")
    return Bench(
        kannel(),
        kannel_text,
        spoilt=wrong_paths(good, "kannel"),
        malformed={
            "no id": kannel_request("inbound", {"text": "help", "smsc": "unitel"}),
            "an id twice": replace(good, query=good.query + "&id=2"),
            "a sender of 100 letters": kannel_text("help", "1", **{"from": "9" * 100}),
            "a receipt without a status": kannel_request("status", {"m": "1"}),
            "101 fields": replace(good, query="&".join(f"a{n}=1" for n in range(101))),
        },
    )


# --- Jasmin -----------------------------------------------------------------------------------------------------


def jasmin(provider: Provider | None = None) -> Jasmin:
    """Make the channel."""
    return Jasmin(
        name="jasmin",
        provider=provider or far(),
        username="us",
        password="token-of-jasmin",
        sender="1234",
        token=TOKEN,
        hooks=hooks("jasmin"),
        clock=StillClock(),
    )


def posted(name: str, fields: Mapping[str, str], purpose: Purpose = "inbound", query: str = "") -> Request:
    """Make the form that a provider posts."""
    return request(purpose, path(name, purpose), urlencode(fields).encode(), FORM, query)


def jasmin_text(text: str, key: str = "1", **other: str) -> Request:
    """Make an inbound text as Jasmin posts it: its bytes, and letters where it could read them."""
    raw = text.encode("utf-16-be").hex()
    known = {"id": key, "from": REAL, "to": "1234", "origin-connector": "unitel", "coding": "8", "binary": raw}
    return posted("jasmin", known | {"content": text.encode("ascii", "replace").decode()} | other)


def jasmin_bench() -> Bench:
    """Return Jasmin."""
    good = jasmin_text("ຊ່ວຍ")
    return Bench(
        jasmin(),
        jasmin_text,
        spoilt=wrong_paths(good, "jasmin"),
        malformed={
            "no id": posted("jasmin", {"from": REAL, "to": "1", "content": "help"}),
            "no sender": posted("jasmin", {"id": "1", "to": "1", "content": "help"}),
            "an id twice": replace(good, body=good.body + b"&id=2"),
            "a receipt without a word": posted("jasmin", {"id": "1"}, "status"),
            "bytes that are no text": replace(good, body=b"id=%FF"),
        },
    )


# --- Africa's Talking -------------------------------------------------------------------------------------------


def africastalking_sms(provider: Provider | None = None) -> AfricasTalking:
    """Make the channel."""
    return AfricasTalking(
        name="africastalking_sms",
        provider=provider or far(),
        username="us",
        api_key="token-of-africastalking",
        token=TOKEN,
        sender="1234",
    )


def africastalking_text(text: str, key: str = "1", **other: str) -> Request:
    """Make an inbound text as the provider posts it."""
    fields = {"id": key, "text": text, "from": REAL, "to": "1234", "date": "2026-11-24 12:00:00", "linkId": ""}
    return posted("africastalking_sms", {**fields, "networkCode": "45701", **other})


def africastalking_sms_bench() -> Bench:
    """Return Africa's Talking SMS."""
    good = africastalking_text("ຊ່ວຍ")
    return Bench(
        africastalking_sms(),
        africastalking_text,
        spoilt=wrong_paths(good, "africastalking_sms"),
        malformed={
            "no id": posted("africastalking_sms", {"from": REAL, "to": "1", "text": "help"}),
            "no text": posted("africastalking_sms", {"id": "1", "from": REAL, "to": "1"}),
            "a text twice": replace(good, body=good.body + b"&text=2"),
            "a receipt without a word": posted("africastalking_sms", {"id": "1"}, "status"),
        },
    )


# --- Android ----------------------------------------------------------------------------------------------------


def android(provider: Provider | None = None, sim: int | None = None, signing_key: str = SIGNING_KEY) -> Android:
    """Make the channel of one phone."""
    return Android(
        name="android",
        provider=provider or far(),
        username="us",
        password="token-of-android",
        signing_key=signing_key,
        token=TOKEN,
        clock=StillClock(),
        sim=sim,
    )


def android_event(
    event: str, payload: object, *, at: float = 0, key: str = SIGNING_KEY, body: bytes | None = None
) -> Request:
    """Make an event and sign it as the app does; ``at`` is how many seconds the phone's clock is ahead."""
    fields = {"deviceId": "phone1", "event": event, "id": "e1", "payload": payload, "webhookId": "w1"}
    raw = json.dumps(fields).encode() if body is None else body
    timestamp = str(int(NOON.timestamp() + at))
    signature = hmac.new(key.encode(), raw + timestamp.encode(), hashlib.sha256).hexdigest()
    headers = {"content-type": "application/json", "x-signature": signature, "x-timestamp": timestamp}
    return request("inbound", path("android", "inbound"), raw, headers)


def android_text(text: str, key: str = "1", **other: object) -> Request:
    """Make a text that the phone received; its id is made of its words."""
    payload = {"messageId": key, "sender": REAL, "recipient": "+8562099999999", "simNumber": 1, "message": text}
    return android_event("sms:received", {**payload, "receivedAt": "2026-11-24T12:00:00.000+07:00", **other})


def android_bench() -> Bench:
    """Return the app with every way to spoil its signature."""
    good = android_text("ຊ່ວຍ")
    without = {name: value for name, value in good.headers.items() if name != "x-signature"}
    return Bench(
        android(),
        android_text,
        spoilt={
            **wrong_paths(good, "android"),
            "no signature": replace(good, headers=without),
            "an empty signature": replace(good, headers={**without, "x-signature": ""}),
            "a signature in Lao": replace(good, headers={**without, "x-signature": "ລາວ\udcff"}),
            "a signature of 10 KB": replace(good, headers={**without, "x-signature": "a" * 10240}),
            "another key": android_event("sms:received", {}, key="x" * 40),
            "another text": replace(good, body=good.body.replace(b"phone1", b"phone2")),
            "another time": replace(good, headers={**good.headers, "x-timestamp": str(int(NOON.timestamp()) + 1)}),
            "a time that is none": replace(good, headers={**good.headers, "x-timestamp": "now"}),
            "a phone six minutes ahead": android_event("sms:received", {}, at=360),
            "a request of six minutes ago": android_event("sms:received", {}, at=-360),
        },
        malformed={
            "no JSON": android_event("", {}, body=b"{"),
            "a list": android_event("", {}, body=b"[]"),
            "a payload that is a text": android_event("sms:received", "help"),
            "no sender": android_event("sms:received", {"messageId": "1", "message": "help", "receivedAt": "x"}),
            "a number for a text": android_text("", message=5),
            "a receipt without an id": android_event("sms:sent", {}),
        },
    )
