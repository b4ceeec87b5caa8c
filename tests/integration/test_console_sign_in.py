"""Sign-in for real: invitations, codes of an app that count once, fresh codes, and the switch that stops an account."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.ports.alarms import Alarm
from gateway.services.totp import code_at, step_of
from gateway.web.app import FrontDoor, create_app
from gateway.wiring import Gateway
from tests.support.cases import report
from tests.support.console import PASSPHRASE, Person, open_demo, words_of
from tests.support.scripted import HandClock

BASE = "https://gateway.example"
NEW = "eleven elephants on a roof"
_SECRET = re.compile(r"secret=([A-Z2-7]+)&")
_INVITATION = re.compile(r"https://gateway\.example(/invitation/[\w-]+)")


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def gateway(tmp_path: Path, clock: HandClock) -> Iterator[Gateway]:
    opened = open_demo(tmp_path / "home", clock, mode="production", PUBLIC_BASE_URL=BASE)
    yield opened
    opened.close()


@pytest.fixture
def app(gateway: Gateway) -> FrontDoor:
    return create_app(gateway)


def signed_in(app: FrontDoor, clock: HandClock, name: str) -> tuple[Person, str]:
    """Let somebody in who enrols an app; return her browser and the app's secret."""
    person = Person(app, name, base=BASE)
    secret = secret_on(person)
    assert person.post("/account/second-factor", {"code": code(secret, clock)}).status_code == 303
    clock.at += timedelta(seconds=30)  # the code that enrolled is used up
    return person, secret


def secret_on(person: Person) -> str:
    found = _SECRET.search(person.get("/account/second-factor").text.replace("&amp;", "&"))
    assert found is not None
    return found[1]


def code(secret: str, clock: HandClock, steps: int = 0) -> str:
    return code_at(secret, step_of(clock.now()) + steps)


def test_nothing_opens_before_a_second_factor_is_enrolled(app: FrontDoor) -> None:
    person = Person(app, "desk", base=BASE)
    for path in ("/", "/cases", "/account", "/nothing"):
        answer = person.get(path)
        assert (
            answer.status_code == 404 if path == "/nothing" else answer.headers["Location"] == "/account/second-factor"
        )


def test_a_code_lets_in_once(app: FrontDoor, clock: HandClock) -> None:
    _, secret = signed_in(app, clock, "desk")
    right = code(secret, clock)
    assert Person(app, base=BASE).enter("desk", code=right).status_code == 303
    assert Person(app, base=BASE).enter("desk", code=right).status_code == 403
    assert Person(app, base=BASE).enter("desk", code=code(secret, clock, -1)).status_code == 403, "an older one neither"


@pytest.mark.parametrize("steps", [-2, 2])
def test_a_code_of_another_minute_lets_nobody_in(app: FrontDoor, clock: HandClock, steps: int) -> None:
    _, secret = signed_in(app, clock, "desk")
    refused = Person(app, base=BASE).enter("desk", code=code(secret, clock, steps))
    assert refused.status_code == 403 and "That did not work. Check name and passphrase" in words_of(refused.text)


def test_without_a_code_the_right_passphrase_reads_as_a_wrong_one(app: FrontDoor, clock: HandClock) -> None:
    signed_in(app, clock, "desk")
    without, wrong = Person(app, base=BASE).enter("desk"), Person(app, base=BASE).enter("desk", "wrong-wrong-wrong")
    assert (without.status_code, words_of(without.text)) == (wrong.status_code, words_of(wrong.text)) != (303, "")


def test_lao_digits_and_spaces_are_a_code(app: FrontDoor, clock: HandClock) -> None:
    _, secret = signed_in(app, clock, "desk")
    typed = "".join(chr(0x0ED0 + int(digit)) for digit in code(secret, clock))
    assert Person(app, base=BASE).enter("desk", code=f"{typed[:3]} {typed[3:]}").status_code == 303


def test_guessing_codes_makes_one_wait(app: FrontDoor, clock: HandClock) -> None:
    person = Person(app, "desk", base=BASE)
    secret = secret_on(person)
    for _ in range(5):
        assert person.post("/account/second-factor", {"code": "000000"}).status_code == 409
    assert person.post("/account/second-factor", {"code": code(secret, clock)}).status_code == 409
    clock.at += timedelta(seconds=3)
    assert person.post("/account/second-factor", {"code": code(secret, clock)}).status_code == 303


def test_an_invitation_is_good_once(app: FrontDoor, clock: HandClock) -> None:
    admin, _ = signed_in(app, clock, "admin")
    form: dict[str, str | list[str]] = {"name": "noy", "role": ["supervisor"], "places": "la17", "language": "en"}
    path = invitation_on(admin.post("/users", form).text)
    noy = Person(app, base=BASE)
    assert "noy" in words_of(noy.get(path).text)
    assert noy.post(path, {"passphrase": "short"}).status_code == 409
    assert noy.post(path, {"passphrase": NEW}).headers["Location"] == "/account"
    assert noy.get("/account").headers["Location"] == "/account/second-factor"
    again = Person(app, base=BASE)
    assert again.get(path).status_code == again.post(path, {"passphrase": NEW}).status_code == 404


def test_an_invitation_ends_after_a_day_and_by_the_next_one(app: FrontDoor, gateway: Gateway, clock: HandClock) -> None:
    first = f"/invitation/{gateway.membership.invite('desk', 'test')}"
    second = f"/invitation/{gateway.membership.invite('desk', 'test')}"
    person = Person(app, base=BASE)
    assert (person.get(first).status_code, person.get(second).status_code) == (404, 200)
    clock.at += timedelta(hours=24)
    assert person.get(second).status_code == 404
    assert person.get("/invitation/made-up").status_code == 404


def test_who_is_invited_anew_is_out_with_passphrase_and_app(app: FrontDoor, gateway: Gateway, clock: HandClock) -> None:
    person, secret = signed_in(app, clock, "desk")
    gateway.membership.invite("desk", "test")
    assert person.get("/cases").status_code == 303
    for passphrase in (PASSPHRASE, "", "nobody signs in with this"):
        assert Person(app, base=BASE).enter("desk", passphrase, code=code(secret, clock)).status_code == 403


def test_the_switch_stops_an_officer_at_once(app: FrontDoor, clock: HandClock) -> None:
    officer, secret = signed_in(app, clock, "officer")
    supervisor, _ = signed_in(app, clock, "supervisor")
    assert officer.get("/cases").status_code == 200
    page = supervisor.get("/users").text
    assert "officer" in words_of(page) and "desk" not in re.findall(r"/users/(\w+)/stop", page)
    assert supervisor.post("/users/officer/stop").status_code == 303
    assert officer.get("/cases").headers["Location"].startswith("/sign-in")
    assert Person(app, base=BASE).enter("officer", code=code(secret, clock)).status_code == 403
    assert supervisor.post("/users/desk/stop").status_code == supervisor.post("/users/nobody/stop").status_code == 404
    assert supervisor.post("/users/officer/invite").status_code == 403


def test_the_last_administrator_stays(app: FrontDoor, clock: HandClock) -> None:
    admin, _ = signed_in(app, clock, "admin")
    refused = admin.post("/users/admin/stop")
    assert refused.status_code == 409 and "The last administrator" in words_of(refused.text)
    assert admin.get("/users").status_code == 200


def test_another_passphrase_ends_every_other_session(app: FrontDoor, clock: HandClock) -> None:
    here, secret = signed_in(app, clock, "desk")
    there = Person(app, base=BASE)
    there.enter("desk", code=code(secret, clock))
    assert there.get("/cases").status_code == 200
    wrong = here.post("/account/passphrase", {"present": "wrong-wrong-wrong", "new": NEW})
    assert wrong.status_code == 409 and "present passphrase is wrong" in words_of(wrong.text)
    weak = here.post("/account/passphrase", {"present": PASSPHRASE, "new": "password12345"})
    assert weak.status_code == 409 and "easily guessed" in words_of(weak.text)
    assert here.post("/account/passphrase", {"present": PASSPHRASE, "new": NEW}).status_code == 303
    assert here.get("/cases").status_code == 200 and there.get("/cases").status_code == 303
    assert Person(app, base=BASE).enter("desk", NEW, code=code(secret, clock, 1)).status_code == 303


def test_one_ends_one_s_other_sessions(app: FrontDoor, clock: HandClock) -> None:
    here, secret = signed_in(app, clock, "desk")
    there = Person(app, base=BASE)
    there.enter("desk", code=code(secret, clock))
    assert here.get("/account").text.count("last seen") == 2
    assert here.post("/account/sessions").status_code == 303
    assert here.get("/cases").status_code == 200 and there.get("/cases").status_code == 303


def test_the_language_of_an_account_is_kept(app: FrontDoor, gateway: Gateway, clock: HandClock) -> None:
    person, _ = signed_in(app, clock, "desk")
    person.post("/account/language", {"language": "xx"})
    assert '<html lang="en">' in person.get("/account").text
    person.post("/account/language", {"language": "lo"})
    assert '<html lang="lo">' in person.get("/account").text
    with gateway.outside.store.reading() as work:
        account = work.accounts.by_name("desk")
    assert account is not None and account.language == "lo"


def test_who_opens_very_many_cases_owes_a_fresh_code_and_a_supervisor_hears(
    app: FrontDoor, gateway: Gateway, clock: HandClock
) -> None:
    desk, secret = signed_in(app, clock, "desk")
    codes = [report(gateway, phone=f"{number:03}", danger="not_now") for number in range(1, 52)]
    for case in codes[:50]:
        assert desk.get(f"/cases/{case}").status_code == 200
    desk.get(f"/cases/{codes[0]}")
    assert desk.get("/cases").status_code == 200, "the same case twice is one case"
    assert desk.get(f"/cases/{codes[50]}").status_code == 200
    assert desk.get("/cases").headers["Location"] == "/account/code?next=/cases"
    assert desk.post("/account/code", {"code": "000000", "next": "/cases"}).status_code == 409
    assert desk.post("/account/code", {"code": code(secret, clock), "next": "//evil"}).headers["Location"] == "/"
    admin, _ = signed_in(app, clock, "admin")
    home = admin.get("/").text
    assert "Very many cases were opened by: desk" in words_of(home)
    seen = re.search(r'many cases were opened.*?action="(/alarms/[0-9a-f]+/seen)"', home, re.DOTALL)
    assert seen is not None and admin.post(seen[1]).status_code == 303
    assert "Very many cases" not in admin.get("/").text and admin.post(seen[1]).status_code == 404


def test_much_guessing_is_told_and_others_come_in(app: FrontDoor, clock: HandClock) -> None:
    guesser = Person(app, base=BASE)
    for _ in range(12):
        guesser.enter("desk", "wrong-wrong-wrong")
        clock.at += timedelta(seconds=65)
    clock.at += timedelta(minutes=2)
    admin, _ = signed_in(app, clock, "admin")
    assert "Somebody guesses passphrases: desk" in words_of(admin.get("/").text)


def test_a_carrier_that_refuses_us_is_told_to_whoever_runs_the_gateway(
    app: FrontDoor, gateway: Gateway, clock: HandClock
) -> None:
    with gateway.outside.store.writing() as work:
        work.alarms.sound(Alarm("a1", "channel_broken", "unitel", clock.at), clock.at)
    admin, _ = signed_in(app, clock, "admin")
    home = admin.get("/").text
    assert "our credit is used up: unitel" in words_of(home) and 'href="/health"' in home
    assert admin.post("/alarms/a1/seen").status_code == 303


def invitation_on(page: str) -> str:
    found = _INVITATION.search(page)
    assert found is not None, words_of(page)
    return found[1]
