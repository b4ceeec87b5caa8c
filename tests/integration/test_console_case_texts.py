"""The page of a case's texts: opened by the reader's own key, and in plain words when it stays closed."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.web.app import FrontDoor, create_app
from gateway.wiring import Gateway
from tests.support.console import PASSPHRASE, SIMULATED, Person, open_demo, words_of
from tests.support.scripted import HandClock

STORY = "zebra <script>alert(1)</script> umbrella\u202e"
ELSEWHERE = "LA0101"


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


def handed_over(gateway: Gateway, clock: HandClock, place: str = "LA1703") -> str:
    """Open a case with a story and let the server hand it over; return its code."""
    code, now = gateway.outside.chance.case_code(), gateway.outside.clock.now()
    answers: dict[str, str | tuple[str, ...]] = {"danger": "now", "place": place, "tell": ("women_union",)}
    intake = gateway.inbound.conversing.effects.intake
    with gateway.outside.store.writing() as work:
        contact = work.people.lock(SIMULATED + "001", now)
        intake.open(work, contact, "sms", "en", code, "suspicion", answers, now)
        intake.tell_story(work, code, STORY, frozenset(), now)
    gateway.duties.catch_up()
    clock.at += timedelta(minutes=31)
    gateway.duties.catch_up()
    return code


def test_whoever_accepted_a_case_reads_it_as_it_was_written(app: FrontDoor, gateway: Gateway, clock: HandClock) -> None:
    code, officer = handed_over(gateway, clock), Person(app, "officer")
    refused = officer.post(f"/cases/{code}/texts")
    assert refused.status_code == 403 and "zebra" not in refused.text
    officer.post(f"/cases/{code}/accept")
    page = officer.post(f"/cases/{code}/texts").text
    assert "zebra &lt;script&gt;" in page and "<script>alert" not in page and "\u202e" not in page


def test_a_supervisor_says_why_first(app: FrontDoor, gateway: Gateway, clock: HandClock) -> None:
    code, supervisor = handed_over(gateway, clock), Person(app, "supervisor")
    assert "Say why, in a few words" in words_of(supervisor.post(f"/cases/{code}/texts").text)
    assert "zebra" in supervisor.post(f"/cases/{code}/texts", {"reason": "complaint"}).text


def test_a_case_elsewhere_is_as_absent(app: FrontDoor, gateway: Gateway, clock: HandClock) -> None:
    code, officer = handed_over(gateway, clock, ELSEWHERE), Person(app, "officer")
    assert officer.post(f"/cases/{code}/texts").status_code == officer.post("/cases/100008/texts").status_code == 404
    assert "zebra" in Person(app, "desk").post(f"/cases/{code}/texts").text


def test_a_locked_key_is_said_in_plain_words(app: FrontDoor, gateway: Gateway, clock: HandClock) -> None:
    code, desk = handed_over(gateway, clock), Person(app, "desk")
    with gateway.outside.store.writing() as work:
        account = work.accounts.by_name("desk")
        assert account is not None
        gateway.access.keys.leave(work, account)
    page = desk.post(f"/cases/{code}/texts")
    assert page.status_code == 200 and "Your key is locked" in words_of(page.text)


def second_officer(gateway: Gateway) -> None:
    """Add a colleague of the officer's, on the same post."""
    with gateway.outside.store.reading() as work:
        first = work.accounts.by_name("officer")
    assert first is not None
    gateway.access.add_account("noy", PASSPHRASE, first.roles, first.places, "en", first.post_id)


def test_a_colleague_lets_a_newcomer_in(app: FrontDoor, gateway: Gateway, clock: HandClock) -> None:
    code, officer = handed_over(gateway, clock), Person(app, "officer")
    officer.post(f"/cases/{code}/accept")
    second_officer(gateway)
    newcomer = Person(app, "noy")
    assert "Your key is locked" in words_of(newcomer.post(f"/cases/{code}/texts").text)
    assert newcomer.post("/office", {"name": "noy"}).status_code == 409, "nobody lets herself in"
    assert "Waits to be let in: noy" in words_of(officer.get("/office").text)
    assert officer.post("/office", {"name": "noy"}).status_code == 303
    assert "zebra" in Person(app, "noy").post(f"/cases/{code}/texts").text


def test_the_province_lets_in_where_nobody_else_can(app: FrontDoor, gateway: Gateway, clock: HandClock) -> None:
    code, officer = handed_over(gateway, clock), Person(app, "officer")
    officer.post(f"/cases/{code}/accept")
    second_officer(gateway)
    supervisor = Person(app, "supervisor")
    assert "noy" in words_of(supervisor.get("/office").text)
    assert supervisor.post("/office", {"name": "noy"}).status_code == 303
    assert "zebra" in Person(app, "noy").post(f"/cases/{code}/texts").text
    assert "zebra" in Person(app, "officer").post(f"/cases/{code}/texts").text, "and her colleague reads on"


def test_nobody_lets_in_a_stranger_to_her_office(app: FrontDoor, gateway: Gateway) -> None:
    officer = Person(app, "officer")
    assert officer.post("/office", {"name": "desk"}).status_code == 403
    assert officer.post("/office", {"name": "nobody-like-this"}).status_code == 404
