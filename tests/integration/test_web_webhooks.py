"""The providers' door: every malformed, forged, oversized or misdirected request gets its answer, and never a 500."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.test import Client, TestResponse

from gateway.web.app import FrontDoor, create_app
from gateway.wiring import Gateway
from tests.doubles.twilio import ACCOUNT_SID, AUTH_TOKEN, signed
from tests.support.console import open_demo

PUBLIC = "http://127.0.0.1:8000"
FORM = "application/x-www-form-urlencoded"
INBOUND = "/hooks/twilio/inbound"


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[Gateway]:
    opened = open_demo(
        tmp_path, TWILIO_ACCOUNT_SID=ACCOUNT_SID, TWILIO_AUTH_TOKEN=AUTH_TOKEN, TWILIO_FROM="+8562099999999"
    )
    yield opened
    opened.close()


@pytest.fixture
def app(gateway: Gateway) -> FrontDoor:
    return create_app(gateway)


@pytest.fixture
def client(app: FrontDoor) -> Client:
    return app.test_client()


def text(body: str, sid: str = "SM" + "0" * 32) -> dict[str, str]:
    return {
        "AccountSid": ACCOUNT_SID,
        "MessageSid": sid,
        "From": "+8562055501001",
        "To": "+8562099999999",
        "Body": body,
        "NumMedia": "0",
        "NumSegments": "1",
    }


def send(client: Client, form: dict[str, str], path: str = INBOUND) -> TestResponse:
    request = signed(f"{PUBLIC}{path}", form)
    return client.post(path, data=request.body, headers=dict(request.headers))


def test_a_signed_text_is_answered_in_the_providers_format(client: Client) -> None:
    answer = send(client, text("HELP"))
    assert (answer.status_code, answer.mimetype) == (200, "application/xml")
    assert "<Message" in answer.text


def test_a_repeated_text_gets_the_same_bytes(client: Client) -> None:
    assert send(client, text("HELP")).data == send(client, text("HELP")).data


def test_a_forged_text_is_refused_and_nothing_is_stored(client: Client, gateway: Gateway) -> None:
    true = signed(f"{PUBLIC}{INBOUND}", text("HELP"))
    answer = client.post(INBOUND, data=true.body + b"&Extra=1", headers=dict(true.headers))
    assert answer.status_code == 403
    with gateway.outside.store.reading() as work:
        assert not list(work.outbox.lines(None, None, None))


@pytest.mark.parametrize(
    ("method", "path", "body", "kind", "status"),
    [
        ("GET", INBOUND, b"", FORM, 405),
        ("OPTIONS", INBOUND, b"", FORM, 405),
        ("PUT", INBOUND, b"", FORM, 405),
        ("POST", INBOUND, b"a=" + b"x" * 65_536, FORM, 413),
        ("POST", INBOUND, b"{}", "application/json", 415),
        ("POST", INBOUND, b"", "", 415),
        ("POST", INBOUND, b"a=%ff&b=%zz", FORM, 403),
        ("POST", "/hooks/nobody/inbound", b"a=1", FORM, 404),
        ("POST", "/hooks/simulator/inbound", b"{}", "application/json", 404),
        ("POST", "/hooks/africastalking/wrong-token/ussd", b"sessionId=1&phoneNumber=1&text=&serviceCode=1", FORM, 403),
        ("POST", "/hooks/twilio/inbound/and/more", b"a=1", FORM, 404),
        ("POST", "/hooks", b"a=1", FORM, 404),
    ],
)
def test_what_cannot_be_taken_is_refused_in_one_plain_line(
    client: Client, method: str, path: str, body: bytes, kind: str, status: int
) -> None:
    answer = client.open(path, method=method, data=body, content_type=kind)
    assert (answer.status_code, answer.mimetype) == (status, "text/plain")
    assert answer.text.count("\n") == 1


def test_a_wrong_method_is_told_the_right_one(client: Client) -> None:
    assert "POST" in client.get(INBOUND).headers["Allow"]


@pytest.fixture
def ussd(gateway: Gateway) -> str:
    token = (gateway.settings.keys / "africastalking.token").read_text("ascii").strip()
    return f"/hooks/africastalking/{token}/ussd"


@pytest.mark.parametrize(
    "form",
    [
        "",
        "phoneNumber=%2B8562055501001&text=&serviceCode=*1%23",
        "sessionId=1&text=&serviceCode=*1%23",
        "sessionId=1&sessionId=2&phoneNumber=%2B8562055501001&text=&serviceCode=*1%23",
        "sessionId=%00&phoneNumber=%2B8562055501001&text=&serviceCode=*1%23",
        "sessionId=" + "9" * 200 + "&phoneNumber=%2B8562055501001&text=&serviceCode=*1%23",
        "sessionId=1&phoneNumber=&text=&serviceCode=*1%23",
        "%ff=%ff",
        "&".join(f"f{n}=1" for n in range(150)),
    ],
)
def test_a_dial_that_cannot_be_read_is_malformed(client: Client, ussd: str, form: str) -> None:
    assert client.post(ussd, data=form, content_type=FORM).status_code == 400


def test_a_dial_is_answered_with_a_screen(client: Client, ussd: str) -> None:
    form = {
        "sessionId": "s1",
        "phoneNumber": "+8562055501001",
        "text": "",
        "serviceCode": "*1#",
        "networkCode": "45701",
    }
    answer = client.post(ussd, data=form)
    assert (answer.status_code, answer.mimetype) == (200, "text/plain")
    assert answer.text.startswith("CON ")


@pytest.mark.parametrize(
    "text_", ["\x00", "\x1b[2J", "a" * 5000, "ກ" * 3000, "\u202e<script>", "٣", "{case_code}", " "]
)
def test_no_text_makes_a_500(client: Client, ussd: str, text_: str) -> None:
    form = {"sessionId": "s2", "phoneNumber": "+8562055501001", "text": text_, "serviceCode": "*1#"}
    assert client.post(ussd, data=form).status_code in (200, 400)


def test_a_fault_of_ours_asks_the_provider_to_come_back(app: FrontDoor, gateway: Gateway) -> None:
    def broken() -> str:
        raise ZeroDivisionError

    app.providers.add_url_rule("/hooks/broken", view_func=broken)
    answer = app.test_client().get("/hooks/broken")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "ZeroDivision" not in answer.text


def test_probes_answer_without_a_session(client: Client, gateway: Gateway) -> None:
    assert client.get("/healthz").get_json()["ok"] is True
    assert client.get("/readyz").status_code == 503  # no clock process has run yet
    gateway.duties.tick()
    ready = client.get("/readyz")
    assert ready.status_code == 200
    assert ready.get_json()["oldest_unsent_alert_s"] == 0
    assert "gateway_outbox_due" in client.get("/metrics").text


def test_figures_are_for_this_host_only(client: Client) -> None:
    assert client.get("/metrics", environ_overrides={"REMOTE_ADDR": "192.0.2.7"}).status_code == 403
    assert client.get("/metrics").status_code == 200
    for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"):
        through_a_proxy = client.get("/metrics", headers={name: "192.0.2.7"})
        assert through_a_proxy.status_code == 403, "a proxy on this machine speaks for others"
