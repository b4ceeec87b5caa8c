"""Signing in and out: one answer for every refusal, throttling, cookies, tokens, and where one goes next."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from gateway.web.app import FrontDoor, create_app
from gateway.web.entry import local, network_of
from gateway.wiring import Gateway
from tests.support.console import PASSPHRASE, Person, open_demo, words_of
from tests.support.scripted import HandClock

SECURE = "https://gateway.example"


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def gateway(tmp_path: Path, clock: HandClock) -> Iterator[Gateway]:
    opened = open_demo(tmp_path, clock)
    yield opened
    opened.close()


@pytest.fixture
def app(gateway: Gateway) -> FrontDoor:
    return create_app(gateway)


def test_every_page_asks_for_sign_in_first_and_then_opens(app: FrontDoor) -> None:
    person = Person(app)
    asked = person.get("/cases?show=closed")
    assert asked.status_code == 303
    assert asked.headers["Location"] == "/sign-in?next=/cases?show%3Dclosed"
    assert person.enter("officer", next="/cases?show=closed").headers["Location"] == "/cases?show=closed"
    assert person.get("/cases?show=closed").status_code == 200


@pytest.mark.parametrize(
    ("name", "passphrase"),
    [
        ("officer", "wrong-wrong-wrong"),
        ("nobody", PASSPHRASE),
        ("", ""),
        ("officer", PASSPHRASE + " "),
        ("officer\x00", PASSPHRASE),
    ],
)
def test_a_refusal_never_says_why(app: FrontDoor, name: str, passphrase: str) -> None:
    refused = Person(app).enter(name, passphrase)
    assert refused.status_code == 403
    assert "That did not work. Check name and passphrase." in words_of(refused.text)


def test_five_failures_close_the_door_for_a_while_even_to_the_right_passphrase(
    app: FrontDoor, clock: HandClock
) -> None:
    person = Person(app)
    for _ in range(5):
        person.enter("officer", "wrong-wrong-wrong")
    assert person.enter("officer").status_code == 403
    clock.at += timedelta(minutes=16)
    assert person.enter("officer").status_code == 303


def test_a_session_ends_after_fifteen_idle_minutes_and_after_eight_hours(app: FrontDoor, clock: HandClock) -> None:
    person = Person(app, "officer")
    for _ in range(3):
        clock.at += timedelta(minutes=14)
        assert person.get("/cases").status_code == 200
    clock.at += timedelta(minutes=16)
    assert person.get("/cases").status_code == 303
    person.enter("officer")
    for _ in range(34):
        clock.at += timedelta(minutes=14)
        person.get("/cases")
    clock.at += timedelta(minutes=10)
    assert person.get("/cases").status_code == 303


def test_disabling_an_account_ends_its_sessions_at_once(app: FrontDoor, gateway: Gateway) -> None:
    person = Person(app, "officer")
    gateway.access.disable("officer")
    assert person.get("/cases").status_code == 303


def test_signing_out_ends_the_session_here_and_empties_the_browser(app: FrontDoor) -> None:
    person = Person(app, "officer")
    kept = person.client.get_cookie("saiduan-session")
    assert kept is not None
    left = person.post("/sign-out")
    assert (left.status_code, left.headers["Location"]) == (303, "/sign-in")
    assert "cache" in left.headers["Clear-Site-Data"]
    person.client.set_cookie("saiduan-session", kept.value)
    assert person.get("/cases").status_code == 303


def test_signing_out_by_a_link_does_nothing(app: FrontDoor) -> None:
    person = Person(app, "officer")
    assert person.get("/sign-out").status_code == 405
    assert person.get("/cases").status_code == 200


def test_a_new_session_has_a_new_token_each_time(app: FrontDoor) -> None:
    tokens = set()
    for _ in range(2):
        person = Person(app, "officer")
        cookie = person.client.get_cookie("saiduan-session")
        assert cookie is not None
        tokens |= {cookie.value, person.token()}
    assert len(tokens) == 4


def test_the_demo_s_cookie_is_plain_and_still_closed_to_scripts_and_other_sites(app: FrontDoor) -> None:
    made = Person(app).enter("officer").headers.getlist("Set-Cookie")
    session = next(cookie for cookie in made if cookie.startswith("saiduan-session="))
    assert "HttpOnly" in session and "SameSite=Strict" in session and "Path=/" in session
    assert "Secure" not in session and "Domain" not in session


def test_production_s_cookies_belong_to_the_host_and_to_https(tmp_path: Path, clock: HandClock) -> None:
    opened = open_demo(tmp_path / "home", clock, mode="production", PUBLIC_BASE_URL=SECURE)
    answer = Person(create_app(opened), base=SECURE).enter("officer")
    session = next(cookie for cookie in answer.headers.getlist("Set-Cookie") if cookie.startswith("__Host-session="))
    assert all(word in session for word in ("Secure", "HttpOnly", "SameSite=Strict", "Path=/"))
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    opened.close()


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://localhost:9999"},
    ],
)
def test_a_form_from_elsewhere_changes_nothing(app: FrontDoor, headers: dict[str, Any]) -> None:
    person = Person(app, "officer")
    assert person.post("/sign-out", **headers).status_code == 403
    assert person.get("/cases").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "null", "Sec-Fetch-Site": "same-origin"},
        {"Origin": "http://localhost"},
        {"Origin": "http://127.0.0.1:8000", "Sec-Fetch-Site": "none"},
    ],
)
def test_a_form_of_ours_is_taken_as_browsers_send_it(app: FrontDoor, headers: dict[str, Any]) -> None:
    assert Person(app, "officer").post("/sign-out", **headers).status_code == 303


@pytest.mark.parametrize("token", ["", "wrong", [], ["a", "b"], "\u0e81"])
def test_a_form_without_the_session_s_token_changes_nothing(app: FrontDoor, token: str | list[str]) -> None:
    person = Person(app, "officer")
    refused = person.post("/sign-out", {"csrf": token})
    assert refused.status_code == 403
    assert "too old, or came from elsewhere" in words_of(refused.text)


def test_one_session_s_token_is_no_good_in_another(app: FrontDoor) -> None:
    stolen = Person(app, "manager").token()
    assert Person(app, "officer").post("/sign-out", {"csrf": stolen}).status_code == 403


@pytest.mark.parametrize(
    "wanted",
    [
        "//elsewhere.example",
        "https://elsewhere.example",
        "/\\elsewhere.example",
        "javascript:x",
        "/%5c\nx",
        "",
        None,
        "elsewhere",
        "/sign-in",
        "/a\\b",
    ],
)
def test_next_leads_nowhere_but_here(wanted: str | None) -> None:
    assert local(wanted) == "/"


@pytest.mark.parametrize("wanted", ["/", "/cases", "/cases?show=closed", "/campaigns/0123"])
def test_next_leads_to_a_page_of_ours(wanted: str) -> None:
    assert local(wanted) == wanted


@pytest.mark.parametrize(
    ("address", "network"), [("192.0.2.7", "192.0.2"), ("2001:db8:1:2:3::1", "2001:db8:1:2"), (None, "unknown")]
)
def test_neighbours_share_their_tries(address: str | None, network: str) -> None:
    assert network_of(address) == network
