"""A case from new to closed, who may move it, and what an alert about it may say."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.cases.alert import ALERT, MESSAGES, Alert, may_leave, pattern
from gateway.cases.case import LIFE, MAY, ON_LADDER, Actor, Case, Event, closed, diagram, levelled, moved, on_ladder
from gateway.cases.report import Answers
from gateway.errors import Conflict, Defect, Forbidden

NOW = datetime(2026, 11, 23, 14, 10, tzinfo=UTC)
OFFICER = Actor("post-lwu", "officer", "women_union")
POLICE = Actor("post-police", "officer", "police")
NEW = Case("c1", "412706", "new", "P1", "danger_not_sure", Answers(), NOW, routed_at=NOW)


def story(*events: Event) -> Case:
    case = NEW
    for minutes, event in enumerate(events):
        case = moved(case, event, OFFICER, NOW + timedelta(minutes=minutes))
    return case


def test_ok_note_and_close() -> None:
    case = story("acknowledge", "act")
    assert (case.state, case.acknowledged_at, case.acknowledged_by) == ("in_progress", NOW, "post-lwu")
    done = closed(case, "helped", OFFICER, NOW)
    assert (done.state, done.outcome) == ("closed", "helped")
    assert moved(done, "reopen", Actor("gateway", "gateway"), NOW).state == "in_progress"


def test_undo_and_pass_make_it_new_again() -> None:
    assert story("acknowledge", "undo").acknowledged_at is None
    assert story("acknowledge", "act", "pass_on").state == "new"


def test_a_second_ok_keeps_the_first_time() -> None:
    assert story("acknowledge", "acknowledge").acknowledged_at == NOW


def test_who_works_on_it_has_accepted_it() -> None:
    assert story("act").acknowledged_by == "post-lwu"


def test_what_the_table_does_not_know_is_a_conflict() -> None:
    with pytest.raises(Conflict):
        story("undo")
    with pytest.raises(Conflict):
        closed(closed(NEW, "helped", OFFICER, NOW), "helped", OFFICER, NOW)
    with pytest.raises(Conflict):
        moved(NEW, "close", OFFICER, NOW)


def test_a_manager_may_not_touch_a_case() -> None:
    with pytest.raises(Forbidden):
        moved(NEW, "acknowledge", Actor("m", "manager"), NOW)
    with pytest.raises(Forbidden):
        closed(NEW, "helped", Actor("m", "manager"), NOW)


@pytest.mark.parametrize(
    "second", [None, OFFICER, Actor("other", "officer", "women_union"), Actor("m", "manager", "police")]
)
def test_nobody_closes_as_unfounded_or_lowers_alone(second: Actor | None) -> None:
    with pytest.raises(Conflict):
        closed(NEW, "unfounded", OFFICER, NOW, second=second)
    with pytest.raises(Conflict):
        levelled(NEW, "P2", OFFICER, second=second)


def test_with_another_agency_it_can_be_lowered_and_raising_needs_nobody() -> None:
    assert levelled(NEW, "P2", OFFICER, second=POLICE).level == "P2"
    assert levelled(NEW, "P0", OFFICER).level == "P0"
    assert closed(NEW, "unfounded", OFFICER, NOW, second=POLICE).outcome == "unfounded"


@pytest.mark.parametrize("kept", [None, "412706", "412707"])
def test_a_duplicate_names_another_case(kept: str | None) -> None:
    with pytest.raises(Conflict):
        closed(NEW, "duplicate", OFFICER, NOW, kept=kept)


def test_the_tables_agree() -> None:
    events = {event for _, event in LIFE}
    assert events == set(MAY) == set(ON_LADDER)
    assert "acknowledged --> new: undo" in diagram()


def test_a_case_is_on_the_ladder_until_somebody_acts() -> None:
    assert on_ladder(NEW) and on_ladder(story("acknowledge"))
    assert not on_ladder(story("act"))


PLAIN = "{case_code} {level} new. Reply OK {case_code} or PASS {case_code}."
WITH_PLACE = "{case_code} {level} new, {district}. Reply OK {case_code} or PASS {case_code}."
REPEAT = "(ອີກຄັ້ງ) {case_code} {level} ໃໝ່. ຕອບ OK {case_code} ຫຼື PASS {case_code}."
TEMPLATES = (PLAIN, WITH_PLACE, REPEAT)
PLACES = ("Ta Oy", "ຕະໂອ້ຍ")


@pytest.mark.parametrize(
    ("alert", "message", "template"),
    [
        (Alert("412706", "P0"), "officer.alert", PLAIN),
        (Alert("412706", "P2", "ຕະໂອ້ຍ"), "officer.alert_place", WITH_PLACE),
        (Alert("412706", "P1", repeat=True), "officer.repeat", REPEAT),
    ],
)
def test_an_alert_of_the_documents_may_leave(alert: Alert, message: str, template: str) -> None:
    assert alert.message == message and message in MESSAGES
    text = template.format(**alert.values())
    assert may_leave(text, TEMPLATES, PLACES)
    assert not may_leave(text + " Noy", TEMPLATES, PLACES)
    assert not may_leave(text.replace("OK 412706", "OK 412707"), TEMPLATES, PLACES)


@given(st.text(max_size=30) | st.sampled_from(PLACES), st.sampled_from(["P0", "P1", "P2", "P3", "P9"]))
def test_nothing_but_code_level_and_district_gets_out(smuggled: str, level: str) -> None:
    text = f"412706 {level} new, {smuggled}. Reply OK 412706 or PASS 412706."
    assert may_leave(text, TEMPLATES, PLACES) == (smuggled in PLACES and level in ("P0", "P1", "P2"))


@pytest.mark.parametrize(
    "text",
    [
        "412706 P0 call 02055512345",
        "412706 P0 412707",
        "412706 P0 http://x",
        "412706 P3 new",
        "P0 412706",
        "412706 P0 ໒໐໕",
    ],
)
def test_the_shape_holds_no_other_digit_and_no_link(text: str) -> None:
    assert not ALERT.fullmatch(text)


def test_templates_and_fields_are_closed() -> None:
    with pytest.raises(Defect):
        pattern("{case_code} {name}", PLACES)
    with pytest.raises(Defect):
        Alert("412707", "P0")
    with pytest.raises(Defect):
        Alert("412706", "P3")
    assert not pattern(WITH_PLACE, ()).fullmatch("412706 P0 new, . Reply OK 412706 or PASS 412706.")
