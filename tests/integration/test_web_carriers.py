"""Carriers at the door: configured in a file, known by their token, heard once, answered from the outbox."""

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import pytest
from werkzeug.test import Client, TestResponse

from gateway.ports.outbox import MessageLine
from gateway.web.app import create_app
from gateway.wiring import Gateway
from tests.support.console import open_demo

PHONE = "+8562055501001"
KEY = "a signing key of forty characters, or so"
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
CONFIGURATION = f"""
channels:
  unitel: {{kind: kannel, url: "http://127.0.0.1:9", username: us, password: pw, short_code: "1234", smsc: unitel}}
  jasmin: {{kind: jasmin, url: "http://127.0.0.1:9", username: us, password: pw, short_code: "1234"}}
  at_sms: {{kind: africastalking, url: "http://127.0.0.1:9", username: us, api_key: k}}
  office: {{kind: android, url: "http://127.0.0.1:9", username: us, password: pw, signing_key: "{KEY}", sim: 1}}
"""


@dataclass(frozen=True)
class Carrier:
    """How one carrier hands things over: method, type, and what stands in query, body and headers."""

    method: str
    kind: str
    text: Callable[[str, str, str], Mapping[str, object]]
    receipt: Callable[[str], Mapping[str, object]]
    signs: bool = False
    headers: dict[str, str] = field(default_factory=dict)


def android_event(event: str, payload: Mapping[str, object]) -> Mapping[str, object]:
    return {"deviceId": "p1", "event": event, "id": "e", "webhookId": "w", "payload": payload}


CARRIERS = {
    "unitel": Carrier(
        "GET",
        "",
        lambda phone, words, key: {"from": phone, "to": "+1234", "text": words, "id": key, "smsc": "unitel"},
        lambda word: {"m": "0" * 32, "st": word, "text": ""},
    ),
    "jasmin": Carrier(
        "POST",
        FORM,
        lambda phone, words, key: {
            "id": key, "from": phone, "to": "1234", "coding": "8", "binary": words.encode("utf-16-be").hex(),
        },
        lambda word: {"id": "nobody", "message_status": word, "level": "2"},
    ),
    "at_sms": Carrier(
        "POST",
        FORM,
        lambda phone, words, key: {"id": key, "from": phone, "to": "1234", "text": words},
        lambda word: {"id": "nobody", "status": word, "phoneNumber": PHONE},
    ),
    "office": Carrier(
        "POST",
        JSON,
        lambda phone, words, key: android_event(
            "sms:received", {"messageId": key, "sender": phone, "message": words, "receivedAt": "2026-11-24T12:00:00"}
        ),
        lambda word: android_event(word, {"messageId": "0" * 32}),
        signs=True,
    ),
}  # fmt: skip


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[Gateway]:
    file = tmp_path / "gateway.yaml"
    file.write_text(CONFIGURATION)
    opened = open_demo(tmp_path / "home", GATEWAY_CONFIG=str(file))
    yield opened
    opened.close()


@pytest.fixture
def client(gateway: Gateway) -> Client:
    return create_app(gateway).test_client()


@pytest.fixture(params=sorted(CARRIERS))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def token(gateway: Gateway, name: str) -> str:
    return (gateway.settings.keys / f"{name}.token").read_text("ascii").strip()


def post(
    client: Client, name: str, secret: str, fields: Mapping[str, object], purpose: str = "inbound", **other: str
) -> TestResponse:
    carrier = CARRIERS[name]
    raw = json.dumps(fields).encode() if carrier.kind == JSON else urlencode(fields).encode()
    headers = dict(carrier.headers)
    if carrier.signs:
        now = str(int(time.time()))
        headers |= {
            "X-Timestamp": now,
            "X-Signature": hmac.new(KEY.encode(), raw + now.encode(), hashlib.sha256).hexdigest(),
        }
    address, method = f"/hooks/{name}/{secret}/{purpose}", other.get("method", carrier.method)
    kind = other.get("kind", carrier.kind)
    if method == "GET":
        return client.get(f"{address}?{raw.decode()}", headers=headers)
    return client.open(address, method=method, data=raw, content_type=kind, headers=headers)


def lines(gateway: Gateway, direction: str) -> list[MessageLine]:
    with gateway.outside.store.reading() as work:
        return [line for line in work.outbox.lines(None, direction, None)]


def test_a_text_is_taken_once_and_answered_from_the_outbox(gateway: Gateway, client: Client, name: str) -> None:
    secret = token(gateway, name)
    assert len(secret) >= 32
    fields = CARRIERS[name].text(PHONE, "ຊ່ວຍ", "m1")
    answers = {(answer.status_code, answer.data) for answer in (post(client, name, secret, fields) for _ in range(5))}
    assert len(answers) == 1 and answers.pop()[0] == 200
    assert [line.channel for line in lines(gateway, "in")] == [name]
    replies = lines(gateway, "out")
    assert replies and {(line.channel, line.state, line.lane) for line in replies} == {(name, "queued", "replies")}


def test_five_at_once_are_one_with_the_same_answer(gateway: Gateway, name: str) -> None:
    secret, app = token(gateway, name), create_app(gateway)
    fields = CARRIERS[name].text(PHONE, "help", "m1")
    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(lambda _: post(app.test_client(), name, secret, fields), range(5)))
    assert {(answer.status_code, answer.data) for answer in answers} == {(200, answers[0].data)}
    assert len(lines(gateway, "in")) == 1
    assert len({line.id for line in lines(gateway, "out")}) == 1


def test_two_honest_texts_are_two(gateway: Gateway, client: Client, name: str) -> None:
    for key in ("m1", "m2"):
        post(client, name, token(gateway, name), CARRIERS[name].text(PHONE, "1", key))
    assert len(lines(gateway, "in")) == 2


@pytest.mark.parametrize("secret", ["wrong", "", "%20", "../twilio"])
def test_without_its_token_nothing_is_stored(gateway: Gateway, client: Client, name: str, secret: str) -> None:
    assert post(client, name, secret, CARRIERS[name].text(PHONE, "help", "m1")).status_code in (403, 404)
    assert post(client, name, secret, CARRIERS[name].receipt("1"), "status").status_code in (403, 404)
    assert lines(gateway, "in") == []


def test_receipts_for_nothing_and_unknown_words_are_taken(gateway: Gateway, client: Client, name: str) -> None:
    for word in ("1", "DELIVRD", "Success", "sms:delivered", "teleported"):
        for _ in range(2):
            answer = post(client, name, token(gateway, name), CARRIERS[name].receipt(word), "status")
            assert answer.status_code == 200


def test_another_method_another_type_and_too_much(gateway: Gateway, client: Client, name: str) -> None:
    secret, fields = token(gateway, name), CARRIERS[name].text(PHONE, "help", "m1")
    assert post(client, name, secret, fields, method="PUT").status_code == 405
    assert client.delete(f"/hooks/{name}/{secret}/inbound").status_code == 405
    assert post(client, name, secret, fields, method="POST", kind="multipart/form-data").status_code == 415
    long = client.post(f"/hooks/{name}/{secret}/inbound", data=b"x" * 65_537, content_type=CARRIERS[name].kind)
    assert long.status_code == 413
    assert lines(gateway, "in") == []


@pytest.mark.parametrize("sender", ["+979123456789", "LaoTelecom", "1444", "", "unknown", "+85620\x0055501234"])
def test_a_sender_who_gets_no_reply_is_stored(gateway: Gateway, client: Client, name: str, sender: str) -> None:
    answer = post(client, name, token(gateway, name), CARRIERS[name].text(sender, "help", "m1"))
    assert answer.status_code == 200
    assert len(lines(gateway, "in")) == 1 and lines(gateway, "out") == []


GUARDED = """
channels:
  far: {kind: ussd_http, profile: africastalking, token: far-token, addresses: ["203.0.113.0/24", "2001:db8::/32"]}
  latin: {kind: ussd_http, profile: africastalking, token: latin-token, ussd_script: latin}
"""


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[tuple[Gateway, Client]]:
    file = tmp_path / "gateway.yaml"
    file.write_text(GUARDED)
    opened = open_demo(tmp_path / "home", GATEWAY_CONFIG=str(file))
    yield opened, create_app(opened).test_client()
    opened.close()


def dial(client: Client, channel: str, address: str = "127.0.0.1", session: str = "s1") -> TestResponse:
    form = {"sessionId": session, "phoneNumber": PHONE, "text": "", "serviceCode": "*1#"}
    return client.post(f"/hooks/{channel}/{channel}-token/ussd", data=form, environ_overrides={"REMOTE_ADDR": address})


@pytest.mark.parametrize(
    ("address", "status"), [("203.0.113.9", 200), ("2001:db8::7", 200), ("203.0.114.9", 403), ("127.0.0.1", 403)]
)
def test_a_provider_with_an_address_list_calls_from_there_only(
    guarded: tuple[Gateway, Client], address: str, status: int
) -> None:
    assert dial(guarded[1], "far", address).status_code == status


def test_a_network_that_shows_no_lao_is_spoken_to_in_romanised_lao(guarded: tuple[Gateway, Client]) -> None:
    screen = dial(guarded[1], "latin").text
    assert screen.startswith("CON ") and screen.isascii()
    assert not dial(guarded[1], "far", "203.0.113.9", "s2").text.isascii()


def test_a_screen_ends_with_a_neutral_line_when_nothing_can_be_stored(guarded: tuple[Gateway, Client]) -> None:
    gateway, client = guarded
    with gateway.outside.store.writing():  # another writer keeps the database for longer than anybody waits
        screen = dial(client, "latin").text
    assert screen.startswith("END ")
    assert gateway.content.library().guarded.hit(screen) is None
    assert dial(client, "latin", session="s3").text.startswith("CON ")


def test_readiness_says_how_each_channel_does(guarded: tuple[Gateway, Client]) -> None:
    gateway, client = guarded
    gateway.duties.tick()
    facts = client.get("/readyz").get_json()
    assert facts["channels"]["far"] == "configured"
    assert facts["weak_repeats_a_day"] == {}
