"""A case worked on by page: each officer's word as a button, and nothing overwritten by whoever came second."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from werkzeug.test import TestResponse

from gateway.ports.caseload import CaseRow
from gateway.web.app import FrontDoor, create_app
from gateway.wiring import Gateway
from tests.support.cases import ELSEWHERE, report
from tests.support.console import Person, open_demo, words_of
from tests.support.scripted import HandClock

_VERSION = re.compile(r'name="version" value="(\d+)"')
_KNOWN = re.compile(r'name="known" value="(\d+)"')


@pytest.fixture(scope="module")
def clock() -> HandClock:
    return HandClock()


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory, clock: HandClock) -> Iterator[Gateway]:
    opened = open_demo(tmp_path_factory.mktemp("demo"), clock)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def app(gateway: Gateway) -> FrontDoor:
    return create_app(gateway)


@pytest.fixture(scope="module")
def officer(app: FrontDoor) -> Person:
    return Person(app, "officer")


@pytest.fixture(scope="module")
def desk(app: FrontDoor) -> Person:
    return Person(app, "desk")


@pytest.fixture
def code(gateway: Gateway) -> str:
    return report(gateway)


def form_on(person: Person, code: str) -> dict[str, str | list[str]]:
    """Open a case, and return what its forms carry."""
    page = person.get(f"/cases/{code}").text
    version, known = _VERSION.search(page), _KNOWN.search(page)
    assert version is not None and known is not None
    return {"version": version[1], "known": known[1]}


def take(person: Person, code: str, step: str, **fields: str) -> TestResponse:
    """Take a step from a page that was just opened."""
    return person.post(f"/cases/{code}/{step}", {**form_on(person, code), **fields})


def said(person: Person, answer: TestResponse) -> str:
    assert answer.status_code == 303, words_of(answer.text)
    return words_of(person.get(answer.headers["Location"]).text)


def row(gateway: Gateway, code: str) -> CaseRow:
    with gateway.outside.store.reading() as work:
        found = work.caseload.by_code(code)
    assert found is not None
    return found


def notes(gateway: Gateway, code: str) -> list[str]:
    with gateway.outside.store.reading() as work:
        case = work.caseload.by_code(code)
        assert case is not None
        entries = work.caseload.entries(case.id)
    keys = gateway.outside.case_keys
    return [keys.open(sealed, case.id, entry) for entry, kind, sealed, _, _ in entries if kind == "note"]


def test_a_case_is_accepted_noted_and_passed_on(gateway: Gateway, officer: Person, code: str) -> None:
    assert "It is yours" in said(officer, take(officer, code, "accept"))
    assert "sealed to the case" in said(officer, take(officer, code, "note", text="  Spoke with her aunt.  "))
    assert notes(gateway, code) == ["Spoke with her aunt."]
    assert "Passed on" in said(officer, take(officer, code, "pass"))
    assert row(gateway, code).state == "new"


def test_what_was_accepted_can_be_taken_back_for_a_quarter_of_an_hour(
    gateway: Gateway, officer: Person, desk: Person, clock: HandClock, code: str
) -> None:
    take(desk, code, "accept")
    form = {"version": str(row(gateway, code).version)}
    assert "Taken back" in said(desk, desk.post(f"/cases/{code}/undo", form))
    late = take(officer, code, "undo")
    assert late.status_code == 409 and "too late" in words_of(late.text)


def test_a_case_that_somebody_has_is_neither_accepted_nor_passed_by_another(
    gateway: Gateway, officer: Person, desk: Person, code: str
) -> None:
    take(officer, code, "accept")
    for step in ("accept", "pass"):
        refused = take(desk, code, step)
        assert refused.status_code == 409 and "Somebody else has accepted this case" in words_of(refused.text)
    assert row(gateway, code).acknowledged_by not in (None, "desk")


@pytest.mark.parametrize("text", ["", "   ", "x" * 2001])
def test_a_note_that_is_not_taken_stands_in_the_form_again(
    gateway: Gateway, desk: Person, code: str, text: str
) -> None:
    refused = take(desk, code, "note", text=text)
    assert refused.status_code == 409 and f">{text}</textarea>" in refused.text
    assert notes(gateway, code) == []


def test_the_second_of_two_notes_is_shown_beside_the_first_and_neither_is_lost(
    gateway: Gateway, officer: Person, desk: Person, code: str
) -> None:
    take(officer, code, "accept")
    here, there = form_on(officer, code), form_on(desk, code)
    assert desk.post(f"/cases/{code}/note", {**there, "text": "The desk called the embassy."}).status_code == 303
    lost = officer.post(f"/cases/{code}/note", {**here, "text": "I go there at noon."})
    assert lost.status_code == 409 and "It changed since you read it" in words_of(lost.text)
    assert "The desk called the embassy." in lost.text and ">I go there at noon.</textarea>" in lost.text
    again = _VERSION.search(lost.text)
    assert again is not None
    saved = officer.post(f"/cases/{code}/note", {"version": again[1], "text": "I go there at noon."})
    assert saved.status_code == 303
    assert notes(gateway, code) == ["The desk called the embassy.", "I go there at noon."]


@pytest.mark.parametrize("step", ["pass", "undo", "note", "refer", "close", "level"])
@pytest.mark.parametrize("version", ["0", "", "x", "-1", "²"])
def test_a_form_of_an_older_page_changes_nothing(
    gateway: Gateway, desk: Person, code: str, step: str, version: str
) -> None:
    form: dict[str, str | list[str]] = {"version": version, "text": "x", "to": "women", "outcome": "helped"}
    assert desk.post(f"/cases/{code}/{step}", form).status_code == 409
    assert (row(gateway, code).state, notes(gateway, code)) == ("new", [])


def test_a_referral_needs_agreement_is_written_and_can_be_printed(gateway: Gateway, desk: Person) -> None:
    code = report(gateway, tick="", danger="not_now", what="other", under_18="no")
    refused = take(desk, code, "refer", to="police")
    assert refused.status_code == 409 and "agreement is not recorded" in words_of(refused.text)
    assert "Referred" in said(desk, take(desk, code, "refer", to="police", agreed="yes"))
    page = words_of(desk.get(f"/cases/{code}").text)
    assert "Public Security waits for an answer letter" in page
    assert "the person asked for it" in words_of(desk.get(f"/cases/{code}/letter?to=police").text)
    unknown = take(desk, code, "refer", to="kings")
    assert unknown.status_code == 409 and "There is no such office" in words_of(unknown.text)


def test_closing_waits_and_closes(gateway: Gateway, officer: Person, desk: Person, clock: HandClock, code: str) -> None:
    take(officer, code, "accept")
    assert "It closes in 15 minutes" in said(officer, take(officer, code, "close", outcome="helped"))
    assert "has asked to close it (helped)" in words_of(officer.get(f"/cases/{code}").text)
    for minutes in (8, 8):  # in two strides, with a look at a page in between: nobody is signed out for being idle
        clock.at += timedelta(minutes=minutes)
        gateway.duties.catch_up()
        assert officer.get("/").status_code == desk.get("/").status_code == 200
    assert (row(gateway, code).state, row(gateway, code).outcome) == ("closed", "helped")
    assert "Note" not in words_of(officer.get(f"/cases/{code}").text)


def test_unfounded_is_nobody_s_word_alone(gateway: Gateway, officer: Person, desk: Person, code: str) -> None:
    take(officer, code, "accept")
    assert "A second person" in said(officer, take(officer, code, "close", outcome="unfounded"))
    assert "A second person" in said(officer, take(officer, code, "close", outcome="unfounded"))
    assert row(gateway, code).state != "closed"
    assert "It closes in 15 minutes" in said(desk, take(desk, code, "close", outcome="unfounded"))


def test_a_case_is_made_more_urgent_by_one_and_less_urgent_by_two(
    gateway: Gateway, officer: Person, desk: Person, code: str
) -> None:
    assert row(gateway, code).level == "P0"
    take(officer, code, "accept")
    for _ in range(2):
        assert "Until then nothing changes" in said(officer, take(officer, code, "level", level="P2"))
    assert "finds it less urgent (P2)" in words_of(desk.get(f"/cases/{code}").text)
    assert "two agencies agreed" in said(desk, take(desk, code, "level", level="P2"))
    assert row(gateway, code).level == "P2"
    assert "alerted anew" in said(officer, take(officer, code, "level", level="P1"))
    refused = take(officer, code, "level", level="P1")
    assert refused.status_code == 409 and "at that level already" in words_of(refused.text)


def test_a_wish_for_less_urgency_is_taken_back(gateway: Gateway, desk: Person, officer: Person, code: str) -> None:
    take(officer, code, "accept")
    take(officer, code, "level", level="P3")
    assert "Taken back" in said(officer, take(officer, code, "undo"))
    assert row(gateway, code).acknowledged_by is not None, "the acceptance stands"
    assert "Until then nothing changes" in said(desk, take(desk, code, "level", level="P3"))


def test_a_desk_keeps_local_offices_out_and_a_local_officer_has_lost_the_case(
    officer: Person, desk: Person, code: str
) -> None:
    take(officer, code, "accept")
    assert "Somebody of a local office" not in words_of(officer.get(f"/cases/{code}").text)
    assert "Somebody of a local office is involved" in words_of(desk.get(f"/cases/{code}").text)
    assert "Local offices hear nothing of it any more" in said(desk, take(desk, code, "exclude"))
    assert officer.get(f"/cases/{code}").status_code == 404 and code not in officer.get("/cases?show=any").text
    page = words_of(desk.get(f"/cases/{code}").text)
    assert "keeps local offices out" in page and "is involved" not in page


@pytest.mark.parametrize(
    ("outcome", "kept", "reason"), [("won", "", "Choose how"), ("duplicate", "999999", "Name the code")]
)
def test_a_closing_that_lacks_something_says_what(
    desk: Person, code: str, outcome: str, kept: str, reason: str
) -> None:
    refused = take(desk, code, "close", outcome=outcome, kept=kept)
    assert refused.status_code == 409 and reason in words_of(refused.text)


def test_fields_that_no_form_has_change_nothing(gateway: Gateway, desk: Person, code: str) -> None:
    before = row(gateway, code)
    take(desk, code, "note", text="x", level="P3", state="closed", contact_id="", district="LA0101", role="admin")
    after = row(gateway, code)
    assert (after.level, after.contact_id, after.district) == (before.level, before.contact_id, before.district)


def test_cases_are_found_by_place_day_and_state(gateway: Gateway, desk: Person, clock: HandClock) -> None:
    here, there = report(gateway, place="LA1704", phone="005"), report(gateway, place=ELSEWHERE, phone="006")
    day = f"{clock.at.astimezone(gateway.settings.timezone):%d/%m/%Y}"
    by_place = desk.get("/cases?place=LA01").text
    assert there in by_place and here not in by_place
    assert here in desk.get(f"/cases?place=LA1704&from={day}&to={day}").text
    assert here not in desk.get("/cases?to=01/01/2020").text
    assert here not in desk.get("/cases?place=LA1704&show=closed").text
    assert here in desk.get("/cases?place=LA1704&show=any").text


@pytest.mark.parametrize(
    "query",
    ["from=x", "to=32/01/2026", "from=%00", "place=%27%20OR%201=1", "place=LA", "to=31/12/9999", "from=໒໗/໑໑/໒໐໒໖"],
)
def test_no_search_breaks_the_inbox(desk: Person, query: str) -> None:
    assert desk.get(f"/cases?{query}").status_code == 200


def test_a_supervisor_is_offered_her_own_places_and_an_officer_none(app: FrontDoor, officer: Person) -> None:
    supervisor = Person(app, "supervisor").get("/cases").text
    assert 'value="LA1703"' in supervisor and 'value="LA01"' not in supervisor
    assert '<select id="place"' not in officer.get("/cases").text


def test_words_to_the_person_wait_for_her_and_stand_in_the_record(
    gateway: Gateway, app: FrontDoor, officer: Person, desk: Person, code: str
) -> None:
    assert "Write to the person" not in officer.get(f"/cases/{code}").text, "nobody has accepted it"
    refused = officer.post(f"/cases/{code}/answer", {**form_on(officer, code), "words": "We come."})
    assert refused.status_code == 409 and "Accept it first" in words_of(refused.text)
    take(officer, code, "accept")
    kept = said(officer, take(officer, code, "answer", words="We come on Friday."))
    assert "hears it when writing to us next" in kept and "Texts that the person has not heard yet: 1" in kept
    assert "wrote to the person" in words_of(officer.get(f"/cases/{code}").text)
    assert "We come on Friday." in desk.post(f"/cases/{code}/texts", {"reason": "looking after it"}).text
    assert "Write to the person" not in Person(app, "supervisor").get(f"/cases/{code}").text


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("They call it trafficking", "One word may harm"),
        ("Call 020 5512 3456", "Leave out phone numbers"),
        ("long " * 80, "too long"),
        (" ", "Nothing is written"),
    ],
)
def test_words_that_could_harm_stand_in_the_form_again(officer: Person, code: str, words: str, why: str) -> None:
    take(officer, code, "accept")
    refused = take(officer, code, "answer", words=words)
    assert refused.status_code == 409 and why in words_of(refused.text)
    assert words.strip() in refused.text
