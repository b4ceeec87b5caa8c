"""The inbox and the case: within scope, facts in words, no number, no story, and one button that holds the ladder."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.web.app import FrontDoor, create_app
from gateway.wiring import Gateway
from tests.support.cases import ELSEWHERE, report
from tests.support.console import SIMULATED, Person, open_demo, words_of
from tests.support.scripted import HandClock


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


def test_an_officer_sees_and_accepts_a_case_and_the_others_learn_it(app: FrontDoor, gateway: Gateway) -> None:
    code, officer = report(gateway), Person(app, "officer")
    inbox = words_of(officer.get("/cases").text)
    assert code in inbox and "P0 danger now" in inbox and "Sanamxay" in inbox
    accepted = officer.post(f"/cases/{code}/accept")
    assert accepted.status_code == 303
    page = words_of(officer.get(accepted.headers["Location"]).text)
    assert "It is yours" in page and "Accepted by Lao Women's Union, Sanamxay district, Attapeu" in page
    gateway.duties.catch_up()
    assert f"{code}: taken. Thank you." in [text["text"] for text in officer.get("/simulator/phones/053").get_json()]


def test_a_case_tells_its_facts_in_words_and_its_timeline(app: FrontDoor, gateway: Gateway) -> None:
    code = report(
        gateway, who="family", under_18="no", what="forced", contact="sms", hours="evening", phone_only_mine="no"
    )
    page = words_of(Person(app, "officer").get(f"/cases/{code}").text)
    for said in (
        "Danger now? yes, now",
        "About whom? family",
        "Under 18? no",
        "What happens? locked in or forced",
        "Whom may we tell? Lao Women's Union",
        "Contact by SMS",
        "Time of day evening",
        "Phone is only theirs? no",
        "Report came in (P0)",
        "Told: national desk and province",
        "Sealed texts: 1.",
    ):
        assert said in page


def test_a_withdrawal_and_work_begun_stand_on_the_page_in_words_of_their_own(app: FrontDoor, gateway: Gateway) -> None:
    code, officer = report(gateway, contact="sms"), Person(app, "officer")
    with gateway.outside.store.writing() as work:
        gateway.inbound.conversing.effects.intake.withdraw(work, code, gateway.outside.clock.now())
    officer.post(f"/cases/{code}/accept")
    officer.get(f"/cases/{code}")
    page = words_of(officer.get(f"/cases/{code}").text)
    assert "Do not contact this person." in page and "The person asked: no contact, tell nobody else" in page
    assert page.count("Report came in") == 1 and "opened it and works on it" in page


def test_no_page_shows_a_number_or_a_story(app: FrontDoor, gateway: Gateway) -> None:
    code, number = report(gateway), SIMULATED + "001"
    for name in ("officer", "desk", "supervisor", "auditor"):
        person = Person(app, name)
        for path in ("/", "/cases", f"/cases/{code}", "/cases?show=closed", "/directory?province=LA17", "/audit"):
            page = person.get(path).text
            assert number not in page and number[4:] not in page and not re.search("zebra|umbrella", page), (name, path)


def test_who_may_never_be_contacted_is_said_in_red(app: FrontDoor, gateway: Gateway) -> None:
    page = Person(app, "officer").get(f"/cases/{report(gateway, contact='none')}").text
    assert "Do not contact this person." in words_of(page)


def test_a_case_of_another_district_answers_as_an_absent_one_and_is_written_down(
    app: FrontDoor, gateway: Gateway
) -> None:
    there, officer = report(gateway, place=ELSEWHERE), Person(app, "officer")
    absent = officer.get("/cases/999999")
    for answer in (officer.get(f"/cases/{there}"), officer.post(f"/cases/{there}/accept")):
        assert answer.status_code == absent.status_code == 404
        assert words_of(answer.text) == words_of(absent.text)
    assert there not in officer.get("/cases").text
    with gateway.outside.store.reading() as work:
        denied = [row for row in work.audit.rows() if row.action == "case.opened_page" and row.result == "denied"]
        case = work.caseload.by_code(there)
    assert len(denied) == 3 and case is not None and case.acknowledged_at is None


def test_opening_a_case_is_written_down(app: FrontDoor, gateway: Gateway) -> None:
    code = report(gateway)
    Person(app, "desk").get(f"/cases/{code}")
    with gateway.outside.store.reading() as work:
        assert [row.result for row in work.audit.rows() if row.action == "case.opened_page"] == ["ok"]


@pytest.mark.parametrize("typed", ["{code}", " {code} ", "{lao}"])
def test_a_code_leads_to_its_case(app: FrontDoor, gateway: Gateway, typed: str) -> None:
    code = report(gateway)
    lao = "".join(chr(0x0ED0 + int(digit)) for digit in code)
    found = Person(app, "officer").get("/cases?code=" + typed.format(code=code, lao=lao))
    assert found.headers["Location"] == f"/cases/{code}"


@pytest.mark.parametrize(
    "query",
    [
        "code=12",
        "code=abc",
        "page=0",
        "page=-1",
        "page=x",
        "page=99999999999999999999",
        "page=²",
        "show=<b>",
        "lang=xx",
        "lang=hmn",
        "code=%00",
        "level=P9&kind=<b>",
    ],
)
def test_no_question_to_the_inbox_breaks_it(app: FrontDoor, query: str) -> None:
    assert Person(app, "officer").get(f"/cases?{query}").status_code == 200


def test_cases_are_found_by_urgency_and_kind(app: FrontDoor, gateway: Gateway) -> None:
    danger, calmer = report(gateway, phone="003"), report(gateway, phone="004", danger="not_now", tick="")
    desk = Person(app, "desk")
    for query, found in (("level=P0", {danger}), ("level=P2", {calmer}), ("kind=suspicion", {danger, calmer})):
        page = desk.get(f"/cases?{query}").text
        assert {code for code in (danger, calmer) if code in page} == found, query
    assert "No case fits." in words_of(desk.get("/cases?kind=question").text)


def test_what_nobody_has_accepted_stands_first(app: FrontDoor, gateway: Gateway, clock: HandClock) -> None:
    taken = report(gateway, phone="003")
    clock.at += timedelta(minutes=1)
    waiting = report(gateway, phone="004")
    officer = Person(app, "officer")
    assert officer.get("/cases").text.index(taken) < officer.get("/cases").text.index(waiting)
    officer.post(f"/cases/{taken}/accept")
    assert officer.get("/cases").text.index(waiting) < officer.get("/cases").text.index(taken)


def test_the_first_page_says_how_many_wait(app: FrontDoor, gateway: Gateway) -> None:
    report(gateway, phone="002")
    assert "Open 1, nobody yet 1" in words_of(Person(app, "officer").get("/").text)


def test_the_inbox_is_cut_into_pages(app: FrontDoor, gateway: Gateway) -> None:
    for number in range(27):
        report(gateway, phone=f"{number + 1:03}", danger="not_now")
    desk = Person(app, "desk")
    first, second = desk.get("/cases").text, desk.get("/cases?page=2").text
    assert first.count('class="card case') == 25 and second.count('class="card case') == 2
    assert "page=2" in first and "page=1" in second


def test_a_case_that_somebody_else_took_meanwhile_says_so(app: FrontDoor, gateway: Gateway) -> None:
    code = report(gateway)
    officer, desk = Person(app, "officer"), Person(app, "desk")
    assert desk.post(f"/cases/{code}/accept").status_code == 303
    page = words_of(officer.get(f"/cases/{code}").text)
    assert "Accepted by desk" in page and "Accept or text OK" not in page
