"""The ladder of a case, minute by minute: who is told, who is not, and that it never falls silent."""

import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from gateway.cases.alert import ALERT
from tests.support.gateway_in_process import (
    CHILD,
    DESK,
    DISTRICT,
    DUTY,
    LABOUR,
    MINUTE,
    POLICE,
    PROVINCIAL,
    ROTA,
    SECOND,
    House,
    beside,
    open_house,
)
from tests.support.scripted import TUESDAY_NOON

NAMES = {
    DUTY: "duty",
    SECOND: "second",
    PROVINCIAL: "province",
    DESK: "desk",
    LABOUR: "labour",
    CHILD: "child",
    POLICE: "police",
}
LOCAL = {DUTY, SECOND, LABOUR, CHILD, POLICE}
TOLD: dict[str, Any] = {"place": DISTRICT, "tell": ("women_union",)}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path) as opened:
        yield opened


def confirm(house: House) -> None:
    """Let every alert that was taken arrive on its handset."""
    for line in house.lines("out", "alert"):
        if line.state == "accepted":
            house.receive(line.id, "delivered", key=line.id)


def follow(house: House, for_minutes: float, *, arrives: bool = True, every: int = 1) -> dict[float, list[str]]:
    """Let time pass, ``every`` so many minutes, and return who was alerted at which minute from now."""
    began, timeline = house.clock.now(), {}
    while True:
        marks = len(house.alpha.sent), len(house.beta.sent)
        house.gateway.duties.catch_up()
        fresh = house.alpha.sent[marks[0] :] + house.beta.sent[marks[1] :]
        at = (house.clock.now() - began) / MINUTE
        if told := sorted(NAMES[message.to] for message in fresh if message.lane == "alerts"):
            timeline[at] = told
        if arrives:
            confirm(house)
        if at >= for_minutes:
            return timeline
        house.clock.forward(minutes=every)


def test_danger_now_tells_desk_and_province_at_once_and_the_district_once_released(house: House) -> None:
    code = house.report(danger="now", place=DISTRICT)
    assert follow(house, 76) == {
        0: ["desk", "province"],
        3: ["duty"],
        5: ["second"],
        10: ["province"],
        15: ["desk"],
        35: ["desk"],
        55: ["desk"],
        75: ["desk"],
    }
    assert house.steps(code) == {"8": 19.0}


def test_whoever_was_told_whom_to_tell_waits_for_nothing(house: House) -> None:
    house.report(danger="now", **TOLD)
    assert follow(house, 4) == {0: ["desk", "duty", "province"]}


def test_answers_keep_the_district_waiting_until_the_report_is_abandoned_by_sms(house: House) -> None:
    code = house.report(danger="now", place=DISTRICT)
    follow(house, 2)
    house.answers(code, who="me")
    timeline = follow(house, 40)
    assert [at for at, told in timeline.items() if "duty" in told] == [30], "30 minutes after the last answer"
    assert timeline[30] == ["duty", "second"], "released after step 2: duty and second post together"


def test_answers_keep_the_district_waiting_until_the_report_is_abandoned_by_ussd(house: House) -> None:
    code = house.report(danger="now", place=DISTRICT, channel="ussd")
    follow(house, 1)
    house.answers(code, under_18="no")
    timeline = follow(house, 12)
    assert [at for at, told in timeline.items() if "duty" in told] == [10]


def test_a_report_of_the_second_level_climbs_from_the_district_upwards(house: House) -> None:
    code = house.report(what="marriage", danger="not_now", **TOLD)
    assert house.case(code).level == "P1"
    assert follow(house, 181) == {
        0: ["duty"],
        15: ["second"],
        30: ["province"],
        60: ["desk"],
        120: ["desk"],
        180: ["desk"],
    }


@pytest.mark.parametrize(("channel", "after"), [("sms", 30), ("ussd", 10)])
def test_an_abandoned_report_is_routed_as_it_stands(house: House, channel: str, after: int) -> None:
    house.report(what="marriage", danger="not_now", place=DISTRICT, channel=channel)
    assert list(follow(house, 44).items())[:1] == [(after, ["duty"])]


def test_a_report_of_the_third_level_counts_working_minutes(house: House) -> None:
    code = house.report(what="other", danger="not_now", **TOLD)
    assert house.case(code).level == "P2"
    noon_is_lunch_time = house.clock.now() == TUESDAY_NOON
    timeline = follow(house, 3 * 24 * 60, every=15)
    assert noon_is_lunch_time and list(timeline.items()) == [
        (0, ["duty"]),
        (5 * 60, ["second"]),  # Tuesday 17:00
        (24 * 60, ["province"]),  # Wednesday 12:00
        (48 * 60, ["desk"]),  # Thursday 12:00; the next repeat is on Monday
    ]


def test_wages_go_to_labour_and_children_to_the_child_post(house: House) -> None:
    house.report(what="wages", danger="not_now", **TOLD | {"tell": ("office",)})
    house.report("+8562055501002", what="other", danger="not_now", under_18="yes", **TOLD)
    house.report("+8562055501003", what="other", danger="not_now", **TOLD | {"tell": ("police",)})
    assert follow(house, 0) == {0: ["child", "labour", "police"]}


def test_nobody_local_is_told_when_the_person_asked_for_it(house: House) -> None:
    house.report(danger="now", place=DISTRICT, tell=("nobody_local",))
    timeline = follow(house, 90)
    assert timeline[0] == ["desk", "province"] and timeline[10] == ["province"] and timeline[15] == ["desk"]
    assert not any(house.alerts_to(phone) for phone in LOCAL)


def test_after_a_duress_word_no_local_post_hears_anything(house: House) -> None:
    code = house.report(what="other", danger="not_now", place=DISTRICT)
    house.answers(code, duress="yes")
    assert follow(house, 90)[0] == ["desk"]
    assert house.case(code).duress and {name for _, told in follow(house, 30).items() for name in told} <= {"desk"}


def test_a_silent_plea_is_danger_for_the_desk_alone(house: House) -> None:
    code = house.report(kind="plea")
    assert house.case(code).level == "P0" and follow(house, 14) == {0: ["desk"]}


def test_a_silent_plea_that_joins_an_open_case_is_danger_too(house: House) -> None:
    code = house.report(what="other", danger="not_now", **TOLD)
    follow(house, 1)
    with house.writing() as work:
        contact = work.people.lock_id(house.case(code).contact_id or "")
        house.intake.open(work, contact, "sms", "en", code, "plea", {}, house.clock.now())
    assert house.case(code).level == "P0"
    assert follow(house, 0) == {0: ["desk"]}


def test_without_receipts_the_first_posts_are_told_again_by_the_second_channel(house: House) -> None:
    house.report(danger="now", place=DISTRICT)
    timeline = follow(house, 2, arrives=False)
    assert timeline == {0: ["desk", "province"], 2: ["desk", "province"]}
    assert sorted(NAMES[message.to] for message in house.beta.sent) == ["desk", "province"]


def test_without_receipts_the_desk_is_told_at_its_minute_all_the_same(house: House) -> None:
    house.report(danger="now", place=DISTRICT)
    assert follow(house, 15, arrives=False)[15] == ["desk"], "what was sent 15 minutes ago is no copy within 15 minutes"


def test_the_post_whose_alert_did_not_arrive_is_told_again_alone(house: House) -> None:
    house.report(danger="now", place=DISTRICT)
    follow(house, 1, arrives=False)
    desk = next(line for line in house.lines("out", "alert") if house.row(line.id).to == DESK)
    house.receive(desk.id, "delivered")
    assert follow(house, 1, arrives=False) == {1: ["province"]}


def test_an_empty_rota_climbs_at_once_and_raises_an_alarm(tmp_path: Path) -> None:
    with open_house(tmp_path, staffed=False) as house:
        house.staff(tuple(row for row in ROTA if row[1] != "district"))
        code = house.report(what="marriage", danger="not_now", **TOLD)
        assert follow(house, 0) == {0: ["province"]}
        assert house.counted("steps_without_anybody") == 2
        with house.reading() as work:
            events = work.caseload.events(house.case(code).id)
        assert sorted(event.detail for event in events if event.kind == "nobody") == ["0", "2"]
        assert follow(house, 30) == {30: ["desk"]}


def test_nobody_anywhere_keeps_a_due_step_all_the_same(tmp_path: Path) -> None:
    with open_house(tmp_path, staffed=False) as house:
        code = house.report(danger="now", place=DISTRICT)
        follow(house, 120)
        assert house.steps(code), "the ladder never ends"
        house.staff()
        assert "desk" in follow(house, 20).popitem()[1]


def test_an_answer_that_makes_it_worse_begins_a_new_ladder(house: House) -> None:
    code = house.report(what="marriage", danger="not_now", **TOLD)
    assert follow(house, 20) == {0: ["duty"], 15: ["second"]}
    house.answers(code, danger="now")
    timeline = follow(house, 15)
    assert house.case(code).level == "P0" and set(timeline[0]) >= {"desk", "province"} and timeline[15] == ["desk"]


def test_the_place_that_comes_later_brings_the_province_in(house: House) -> None:
    code = house.report(danger="now")
    assert follow(house, 1) == {0: ["desk"]}
    house.answers(code, place=DISTRICT)
    assert follow(house, 0) == {0: ["province"]}


def test_two_clocks_at_once_fire_each_step_once(house: House) -> None:
    codes = [house.report(f"+85620555020{number:02}", danger="now", place=DISTRICT) for number in range(10)]
    house.clock.forward(minutes=3)
    with beside(house) as other:
        clocks = [threading.Thread(target=each.gateway.case_work.escalate_due) for each in (house, other)]
        for clock in clocks:
            clock.start()
        for clock in clocks:
            clock.join()
    sent = [line for line in house.lines("out", "alert") if line.step == "0d"]
    assert len(sent) == len(codes) and len({line.case for line in sent}) == len(codes)


def test_every_alert_says_code_and_level_and_nothing_else(house: House) -> None:
    for number, values in enumerate(({"danger": "now"}, {"what": "marriage"}, {"what": "wages"}, {"what": "missing"})):
        code = house.report(f"+85620555020{number:02}", **(TOLD | values))
        with house.writing() as work:
            house.intake.tell_story(
                work, code, "Mr Kham of Ban Nongbok took her, call 02055512345", frozenset(), house.clock.now()
            )
    follow(house, 60)
    alerts = [message.text for message in (*house.alpha.sent, *house.beta.sent) if message.lane == "alerts"]
    assert len(alerts) > 10
    assert all(ALERT.fullmatch(text) and not re.search("Kham|Nongbok|555", text) for text in alerts)


def test_a_clock_that_was_down_takes_up_where_it_must(house: House) -> None:
    code = house.report(danger="now", place=DISTRICT)
    house.deliver("alerts")
    house.clock.at = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
    house.gateway.duties.catch_up()
    assert house.alerts_to(DUTY) == 1 and house.alerts_to(SECOND) == 1
    assert house.steps(code)


def test_a_case_whose_step_raises_holds_up_no_other_case(house: House) -> None:
    poisoned = house.report(danger="now", place=DISTRICT)
    other = house.report("+8562055501002", danger="now", place=DISTRICT)
    with house.writing() as work:
        case = work.caseload.by_code(poisoned)
        assert case is not None
        work.caseload.save(replace(case, level="P9"))
    house.clock.forward(minutes=3)
    house.gateway.duties.tick()
    assert "0d" in house.steps(other, "sent")
    assert house.counted("case_steps_failed") >= 1
