"""A case from new to closed, who may move it, and what an alert about it may say."""

import re
from collections.abc import Collection, Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.cases.alert import ALERT, MESSAGES, Alert
from gateway.cases.case import LIFE, Event, State, after, diagram
from gateway.errors import Conflict, Defect


def story(*events: Event) -> State:
    state: State = "new"
    for event in events:
        state = after(state, event)
    return state


def test_ok_note_close_and_new_facts() -> None:
    assert story("acknowledge", "act") == "in_progress"
    assert story("acknowledge", "act", "close", "reopen") == "in_progress"


def test_undo_and_pass_make_it_new_again() -> None:
    assert story("acknowledge", "undo") == "new"
    assert story("acknowledge", "act", "pass_on") == "new"


@pytest.mark.parametrize("events", [("undo",), ("close", "close"), ("close", "acknowledge"), ("act", "undo")])
def test_what_the_table_does_not_know_is_a_conflict(events: tuple[Event, ...]) -> None:
    with pytest.raises(Conflict):
        story(*events)


def test_every_open_state_can_be_closed_and_only_a_closed_one_reopened() -> None:
    assert {state for state, event in LIFE if event == "close"} == {"new", "acknowledged", "in_progress"}
    assert {state for state, event in LIFE if event == "reopen"} == {"closed"}
    assert "acknowledged --> new: undo" in diagram()


PLAIN = "{case_code} {level} new. Reply OK {case_code} or PASS {case_code}."
WITH_PLACE = "{case_code} {level} new, {district}. Reply OK {case_code} or PASS {case_code}."
REPEAT = "(ອີກຄັ້ງ) {case_code} {level} ໃໝ່. ຕອບ OK {case_code} ຫຼື PASS {case_code}."
TEMPLATES = (PLAIN, WITH_PLACE, REPEAT)
PLACES = ("Ta Oy", "ຕະໂອ້ຍ")
SLOT = re.compile(r"\{(\w+)\}")


def pattern(template: str, places: Collection[str]) -> re.Pattern[str]:
    """Return the pattern of every text that ``template`` can become; ``places`` are all names a district may have."""
    names = "|".join(re.escape(place) for place in sorted(places) if place) or "(?!)"
    slots = {"level": "P[0-2]", "district": f"(?:{names})"}
    parts, at, code_seen = [], 0, False
    for slot in SLOT.finditer(template):
        parts.append(re.escape(template[at : slot.start()]))
        name = slot[1]
        if name == "case_code":
            parts.append("(?P=code)" if code_seen else "(?P<code>[1-9][0-9]{5})")
            code_seen = True
        elif name in slots:
            parts.append(slots[name])
        else:
            raise AssertionError(f"an alert has no {name}")
        at = slot.end()
    return re.compile("".join(parts) + re.escape(template[at:]))


def may_leave(text: str, templates: Iterable[str], places: Collection[str]) -> bool:
    """Whether ``text`` is an alert and nothing more: of the fixed shape, and made of one of the templates."""
    return bool(ALERT.fullmatch(text)) and any(pattern(template, places).fullmatch(text) for template in templates)


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


def test_the_fields_are_closed() -> None:
    with pytest.raises(Defect):
        Alert("412707", "P0")
    with pytest.raises(Defect):
        Alert("412706", "P3")
