"""The simulator: the JSON that phones and checks speak, and the page for a browser without script."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from gateway.web.app import create_app
from gateway.wiring import Gateway
from tests.support.console import SIMULATED, Person, open_demo, words_of


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[Gateway]:
    opened = open_demo(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def client(gateway: Gateway) -> FlaskClient:
    return create_app(gateway).test_client()


def send(client: FlaskClient, text: str, **more: str) -> Any:  # noqa: ANN401 - JSON as it comes
    body = {"from": f"{SIMULATED}001", "text": text, "channel": "sms", **more}
    return client.post("/simulator/messages", json=body).get_json()


def test_a_text_is_answered_with_id_replies_and_whether_it_is_over(client: FlaskClient) -> None:
    answer = send(client, "HELP")
    assert set(answer) == {"id", "replies", "ended"}
    assert "1 Information" in answer["replies"][0]


def test_a_phone_keeps_every_text_it_received_oldest_first(client: FlaskClient) -> None:
    first, second = send(client, "HELP")["replies"][0], send(client, "2")["replies"][0]
    inbox = client.get(f"/simulator/phones/{SIMULATED}001").get_json()
    assert [text["text"] for text in inbox] == [first, second]
    assert set(inbox[0]) >= {"id", "at", "text", "segments"}
    assert datetime.fromisoformat(inbox[0]["at"]).tzinfo is not None


@pytest.mark.parametrize("number", ["001", f"{SIMULATED}001", SIMULATED[1:] + "001"])
def test_a_number_may_be_written_short(client: FlaskClient, number: str) -> None:
    send(client, "HELP")
    assert len(client.get(f"/simulator/phones/{number}").get_json()) == 1


@pytest.mark.parametrize("number", ["+8562055501001", "100", "abc", "+856"])
def test_no_other_number_has_a_phone_here(client: FlaskClient, number: str) -> None:
    assert client.get(f"/simulator/phones/{number}").status_code == 404


def test_the_officers_phone_rings_when_somebody_is_in_danger(client: FlaskClient) -> None:
    for text in ("HELP", "2", "1"):
        send(client, text)
    assert client.get("/simulator/phones/053").get_json() == []
    client.post("/simulator/clock", json={"advance": "10s"})
    alerts = client.get("/simulator/phones/053").get_json()
    assert len(alerts) == 1 and " P0 " in alerts[0]["text"]


def test_the_clock_moves_forward_and_does_what_is_due(client: FlaskClient) -> None:
    before = datetime.fromisoformat(client.get("/simulator/clock").get_json()["now"])
    after = datetime.fromisoformat(client.post("/simulator/clock", json={"advance": "10m"}).get_json()["now"])
    assert timedelta(minutes=10) <= after - before < timedelta(minutes=11)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"advance": "-10m"},
        {"advance": "0m"},
        {"advance": "10"},
        {"advance": 10},
        [],
        "10m",
        {"advance": "99999d"},
        {"advance": "١m"},
    ],
)
def test_the_clock_refuses_what_it_cannot_read(client: FlaskClient, body: object) -> None:
    answer = client.post("/simulator/clock", json=body)
    assert (answer.status_code, answer.mimetype) == (400, "application/json")


@pytest.mark.parametrize(
    ("raw", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b'{"from":1}', "application/json", 400),
        (b'{"from":"+8562055501001","text":"HELP","channel":"sms"}', "application/json", 400),
        (b'{"from":"+8562000000001","text":"HELP","channel":"fax"}', "application/json", 400),
        (b'{"from":"+8562000000001","text":"\\ud800","channel":"sms"}', "application/json", 400),
        (b"from=1", "application/x-www-form-urlencoded", 415),
        (b"x", "text/plain", 415),
        (b"{" + b" " * 70_000 + b"}", "application/json", 413),
    ],
)
def test_a_message_that_cannot_be_read_is_refused(client: FlaskClient, raw: bytes, kind: str, status: int) -> None:
    answer = client.post("/simulator/messages", data=raw, content_type=kind)
    assert (answer.status_code, answer.mimetype) == (status, "application/json")
    assert "error" in answer.get_json()


def test_another_site_cannot_send_from_a_phone(client: FlaskClient) -> None:
    body = {"from": f"{SIMULATED}001", "text": "HELP", "channel": "sms"}
    for header in ({"Origin": "https://elsewhere.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert client.post("/simulator/messages", json=body, headers=header).status_code == 403
    assert client.get("/simulator/phones/001").get_json() == []


def test_a_dial_shows_a_screen_and_its_session_goes_on(client: FlaskClient) -> None:
    first = send(client, "*0000#", channel="ussd", session="s1")
    assert first["replies"] and not first["ended"]
    assert send(client, "2", channel="ussd", session="s1")["replies"] != first["replies"]


def test_a_phone_that_drops_its_sessions_is_told_that_it_is_over(client: FlaskClient) -> None:
    body = {"from": f"{SIMULATED}094", "channel": "ussd", "session": "s1"}
    texts = ("*0000#", "2", "1", "1")
    answers = [client.post("/simulator/messages", json={**body, "text": text}).get_json() for text in texts]
    assert [answer["ended"] for answer in answers][-1] is True
    assert answers[-1]["replies"] == []


def test_several_phones_are_read_at_once(client: FlaskClient) -> None:
    send(client, "HELP")
    found = client.get("/simulator/phones?of=001,050").get_json()
    assert [len(texts) for texts in found["phones"].values()] == [1, 0]
    assert found["faults"] == []


def test_without_script_a_form_sends_and_the_page_shows_what_came(gateway: Gateway) -> None:
    person = Person(create_app(gateway))
    sent = person.post("/simulator/send", {"from": "001", "text": "HELP", "phone": "001", "officer": "052"})
    assert sent.status_code == 303
    page = person.get(sent.headers["Location"]).text
    assert "1 Information" in words_of(page)
    assert 'aria-current="true"><b>052</b>' in page


def test_without_script_a_form_dials_and_answers(gateway: Gateway) -> None:
    person = Person(create_app(gateway))
    dialled = person.post("/simulator/send", {"from": "001", "text": "*0000#", "channel": "ussd", "phone": "001"}).text
    session = dialled.split('name="session" value="')[1].split('"')[0]
    form = {"from": "001", "text": "2", "channel": "ussd", "phone": "001", "session": session}
    screens = [
        page.split('class="screen"')[1].split("</div>")[0]
        for page in (dialled, person.post("/simulator/send", form).text)
    ]
    assert session and screens[0] != screens[1]


def test_without_script_a_form_moves_the_clock(gateway: Gateway) -> None:
    person, before = Person(create_app(gateway)), gateway.outside.clock.now()
    assert person.post("/simulator/forward", {"advance": "3m"}).status_code == 303
    assert gateway.outside.clock.now() - before >= timedelta(minutes=3)


def test_a_stranger_s_characters_are_shown_not_obeyed(gateway: Gateway) -> None:
    person = Person(create_app(gateway))
    page = person.get("/simulator?phone=<script>&officer=%22onload=").text
    assert "<script>&" not in page and "onload=" not in page


def test_production_has_no_simulator(tmp_path: Path) -> None:
    opened = open_demo(tmp_path / "home", mode="production")
    client = create_app(opened).test_client()
    assert client.get("/simulator").status_code == 404
    assert (
        client.post("/simulator/messages", json={"from": f"{SIMULATED}001", "text": "x", "channel": "sms"}).status_code
        == 404
    )
    opened.close()
