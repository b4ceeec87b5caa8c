"""Settings by page: what holds, in words; one page for each operator; never a secret."""

from pathlib import Path

import pytest

from gateway.web.app import create_app
from tests.support.console import Person, open_demo, words_of
from tests.support.scripted import HandClock

SECRET = "canary-4711-password"
FILE = f"""
quiet_hours: {{from: "20:30", to: "06:45"}}
caps: {{daily_spend: 250000}}
escalation: {{P0: [0, 3, 7, 12, 18, 30]}}
channels:
  ltc:
    kind: kannel
    url: http://127.0.0.1:13013/cgi-bin/sendsms
    username: canary-name
    password: {SECRET}
    prefixes: ["205", "305"]
    price: {{ucs2: 300}}
  bound:
    kind: smpp
    short_code: "1234"
    bind: {{host: smsc.example, port: "2775", system_id: canary-name, password: {SECRET}, tls: "true"}}
  star:
    kind: ussd_http
    profile: africastalking
    service_codes: ["*134#"]
"""


@pytest.fixture
def admin(tmp_path: Path) -> Person:
    file = tmp_path / "gateway.yaml"
    file.write_text(FILE, "utf-8")
    return Person(create_app(open_demo(tmp_path / "home", HandClock(), GATEWAY_CONFIG=str(file))), "admin")


def test_what_holds_is_said_in_words(admin: Person) -> None:
    page = words_of(admin.get("/settings").text)
    for said in (
        "No broadcast leaves 20:30-06:45",
        "250,000 kip",
        "0, 3, 7, 12, 18; then every 30",
        "Audit 1826 days",
        "ltc",
    ):
        assert said in page


def test_each_operator_has_a_page_that_tells_no_secret(admin: Person) -> None:
    page = admin.get("/settings/channels/ltc")
    said = words_of(page.text)
    assert "Numbers beginning with 205, 305" in said and "password set, not shown" in said
    assert "Lao or special letters 300 kip" in said and "Latin letters price not set" in said
    assert SECRET not in page.text and "canary" not in page.text
    bound = admin.get("/settings/channels/bound")
    assert "bind.tls true" in words_of(bound.text) and SECRET not in bound.text and "canary" not in bound.text
    assert "answers only" in words_of(admin.get("/settings/channels/star").text)
    assert admin.get("/settings/channels/none").status_code == 404


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    page = words_of(Person(create_app(open_demo(tmp_path, HandClock())), "admin").get("/settings").text)
    assert "21:00-07:00" in page and "simulator answers only" in page
