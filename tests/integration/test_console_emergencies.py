"""Emergency texts and disasters by page: prepared, worded for a district, declared, and let go by two people."""

import re
from datetime import UTC, datetime

from gateway.web.app import FrontDoor
from gateway.wiring import Gateway
from tests.integration.test_console_campaigns import seen, take
from tests.support.console import Person, words_of
from tests.support.scripted import HandClock

AT_NIGHT = datetime(2026, 11, 24, 16, 30, tzinfo=UTC)  # 23:30 in Vientiane


def test_an_emergency_is_asked_for_and_released_in_two_steps(
    manager: Person, approver: Person, gateway: Gateway
) -> None:
    asked = manager.post("/campaigns/emergency", {"template": "flood", "district": ["LA1703"]})
    page = asked.headers["Location"].partition("?")[0]
    assert "Emergency: it leaves as soon as a second person approves." in words_of(approver.get(page).text)
    take(approver, page, "approve", seen=seen(approver, page))
    gateway.duties.catch_up()
    assert "high ground" in manager.get("/simulator/phones/042").text
    assert manager.post("/campaigns/emergency", {"template": "flood"}).status_code == 409


def test_an_emergency_asked_for_at_night_says_that_it_waits_until_a_disaster_lifts_the_quiet_hours(
    app: FrontDoor, clock: HandClock, gateway: Gateway
) -> None:
    clock.at = AT_NIGHT
    manager, approver, desk = Person(app, "manager"), Person(app, "approver"), Person(app, "desk")
    form: dict[str, str | list[str]] = {"template": "flood", "district": ["LA1703"]}
    page = manager.post("/campaigns/emergency", form).headers["Location"].partition("?")[0]
    waits, at_once = "Quiet hours: nobody gets it before 25/11/2026 07:00. A declared disaster lifts them", "as soon as"
    before = words_of(approver.get(page).text)
    assert waits in before and at_once not in before
    approved = take(approver, page, "approve", seen=seen(approver, page))
    assert "Approved." in approved and waits in approved and at_once not in approved
    assert "ເວລາງຽບ: ບໍ່ມີໃຜໄດ້ຮັບກ່ອນ 25/11/2026 07:00." in words_of(Person(app, "manager", "lo").get(page).text)
    desk.post("/disasters", {"name": "Flood", "district": ["LA1703"], "lifts_quiet": "yes"})
    assert waits not in words_of(manager.get(page).text)
    gateway.duties.catch_up()
    assert "high ground" in manager.get("/simulator/phones/042").text


def test_an_emergency_is_worded_for_a_district_beforehand_and_its_copy_released(
    manager: Person, approver: Person
) -> None:
    form: dict[str, str | list[str]] = {"go": "keep", "template": "flood", "district": ["LA1703", "LA1704"]}
    worded = manager.post("/campaigns/emergency", form).headers["Location"]
    manager.post(worded, {"go": "leave", "text_en": "Water comes. Go to the school of Phouvong."})
    assert "Ask for approval" not in words_of(manager.get(worded.removesuffix("/message")).text)
    shown = manager.get("/campaigns/emergency").text
    assert "Prepared for some districts" in words_of(shown) and "+ 1" in shown and "school of Phouvong" in shown
    release = worded.replace("/message", "").replace("/campaigns/", "/campaigns/emergency/")
    page = manager.post(release).headers["Location"].partition("?")[0]
    take(approver, page, "approve", seen=seen(approver, page))
    assert "scheduled" in words_of(manager.get(page).text)
    assert "school of Phouvong" in manager.get("/campaigns/emergency").text, "the prepared one stays"
    assert manager.post(page.replace("/campaigns/", "/campaigns/emergency/")).status_code == 409


def test_a_disaster_is_declared_and_confirmed_by_two(app: FrontDoor) -> None:
    desk, supervisor = Person(app, "desk"), Person(app, "supervisor")
    form: dict[str, str | list[str]] = {"name": "Flood", "district": ["LA1703"], "lifts_quiet": "yes"}
    assert desk.post("/disasters", form).status_code == 303
    shown = desk.get("/disasters").text
    assert "holds" in words_of(shown) and "/confirm" not in shown
    confirm = re.findall(r"/disasters/[^/]+/confirm", supervisor.get("/disasters").text)[0]
    assert supervisor.post(confirm).status_code == 303
    assert "confirmed by supervisor" in words_of(desk.get("/disasters").text)
    assert supervisor.post(confirm.replace("confirm", "end")).status_code == 303
    assert "over" in words_of(desk.get("/disasters").text)
    assert desk.post("/disasters", {"name": "", "day": "x"}).status_code == 409
