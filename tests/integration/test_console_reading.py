"""What a case hides: shown to whom it is for, after a reason, once that is written down; a letter without either."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import create_engine, text
from werkzeug.test import TestResponse

from gateway.ports.audit import AuditRow
from gateway.web.app import FrontDoor, create_app
from gateway.wiring import Gateway
from tests.support.cases import STORY, report
from tests.support.console import SIMULATED, Person, open_demo, words_of
from tests.support.scripted import HandClock

NUMBER = SIMULATED + "001"
WHY = "she asked to be called back"
READERS = ("officer", "supervisor", "desk")


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    opened = open_demo(tmp_path_factory.mktemp("demo"), HandClock())
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def app(gateway: Gateway) -> FrontDoor:
    return create_app(gateway)


@pytest.fixture(scope="module")
def people(app: FrontDoor) -> dict[str, Person]:
    return {name: Person(app, name) for name in (*READERS, "auditor")}


@pytest.fixture
def code(gateway: Gateway) -> str:
    return report(gateway)


def asked(person: Person, code: str, what: str, reason: str = WHY) -> TestResponse:
    return person.post(f"/cases/{code}/{what}", {"reason": reason})


def written(gateway: Gateway, action: str) -> list[AuditRow]:
    with gateway.outside.store.reading() as work:
        return [row for row in work.audit.rows(50) if row.action == action]


def test_the_desk_and_a_supervisor_read_a_number_after_a_reason(
    gateway: Gateway, people: dict[str, Person], code: str
) -> None:
    for name in ("desk", "supervisor"):
        page = asked(people[name], code, "number")
        assert NUMBER in page.text and page.headers["Cache-Control"] == "no-store"
        assert page.headers["Refresh"] == f"60; url=/cases/{code}"
        newest = written(gateway, "case.number_read")[0]
        assert (newest.actor, newest.result, newest.why) == (name, "ok", WHY)
    assert NUMBER not in people["desk"].get(f"/cases/{code}").text
    with gateway.outside.store.reading() as work:
        assert not list(work.audit.verify())


def test_nothing_can_be_written_on_a_page_that_goes_away(people: dict[str, Person], code: str) -> None:
    desk = people["desk"]
    assert "<textarea" in desk.get(f"/cases/{code}").text
    for what in ("number", "texts"):
        assert "<textarea" not in asked(desk, code, what).text and "/note" not in asked(desk, code, what).text


@pytest.mark.parametrize("reason", ["", "    ", "why", " a b ", "\n\n\n\n\n\n"])
def test_without_a_reason_no_number_is_shown(people: dict[str, Person], code: str, reason: str) -> None:
    for name in ("desk", "supervisor"):
        page = asked(people[name], code, "number", reason)
        assert page.status_code == 409 and NUMBER not in page.text and "Say why" in words_of(page.text)


def test_an_officer_reads_once_the_case_is_hers(gateway: Gateway, people: dict[str, Person], code: str) -> None:
    officer = people["officer"]
    for what in ("number", "texts"):
        before = asked(officer, code, what)
        assert before.status_code == 403 and NUMBER not in before.text and STORY not in before.text
    assert [row.result for row in written(gateway, "case.number_read")][:1] == ["denied"]
    assert "It opens for whoever has accepted the case" in words_of(officer.get(f"/cases/{code}").text)
    officer.post(f"/cases/{code}/accept")
    assert STORY in asked(officer, code, "texts", "").text, "holding the post is the reason"
    assert NUMBER in asked(officer, code, "number").text
    assert asked(officer, code, "number", "").status_code == 409


def test_a_supervisor_says_why_before_a_story_and_the_desk_need_not(people: dict[str, Person], code: str) -> None:
    assert asked(people["supervisor"], code, "texts", "").status_code == 409
    assert STORY in asked(people["supervisor"], code, "texts").text
    assert STORY in asked(people["desk"], code, "texts", "").text


def test_the_auditor_sees_who_read_what_and_why_and_the_database_does_not(
    gateway: Gateway, people: dict[str, Person], code: str
) -> None:
    asked(people["desk"], code, "number", "zebra crossing at noon")
    assert "zebra crossing at noon" in words_of(people["auditor"].get("/audit").text)
    assert b"zebra crossing" not in b"".join(path.read_bytes() for path in gateway.settings.home.glob("gateway.db*"))


def test_what_cannot_be_written_down_is_not_shown(gateway: Gateway, people: dict[str, Person], code: str) -> None:
    with no_room_for(gateway, "case.number_read"):
        page = asked(people["desk"], code, "number")
    assert page.status_code >= 500 and NUMBER not in page.text and STORY not in page.text
    assert NUMBER in asked(people["desk"], code, "number").text


@contextmanager
def no_room_for(gateway: Gateway, action: str) -> Iterator[None]:
    """Let the database refuse audit rows of one action while the block runs."""
    engine = create_engine(gateway.settings.database_url)
    refuse = f"BEFORE INSERT ON audit WHEN NEW.action = '{action}' BEGIN SELECT RAISE(ABORT, 'no room'); END"
    with engine.begin() as connection:
        connection.execute(text(f"CREATE TRIGGER full {refuse}"))
    try:
        yield
    finally:
        with engine.begin() as connection:
            connection.execute(text("DROP TRIGGER full"))
        engine.dispose()


def test_a_stranger_s_text_is_text(gateway: Gateway, people: dict[str, Person], code: str) -> None:
    evil = "<script>x</script> \u202ehttp://evil.example </bdi> javascript:1"
    with gateway.outside.store.writing() as work:
        intake = gateway.inbound.conversing.effects.intake
        intake.tell_story(work, code, evil, frozenset(), gateway.outside.clock.now())
    page = asked(people["desk"], code, "texts").text
    assert "&lt;script&gt;x&lt;/script&gt; [U+202E]http://evil.example" in page
    assert "<script>x" not in page and 'href="http://evil' not in page


def test_a_letter_holds_neither_number_nor_story_until_the_number_is_asked_for(
    gateway: Gateway, people: dict[str, Person], code: str
) -> None:
    desk = people["desk"]
    plain = desk.get(f"/cases/{code}/letter?to=police")
    assert plain.status_code == 200 and "<script" not in plain.text
    assert NUMBER not in plain.text and STORY not in plain.text and "Public Security" in words_of(plain.text)
    assert written(gateway, "case.letter")[0].actor == "desk"
    assert desk.post(f"/cases/{code}/letter", {"to": "police", "reason": "no"}).status_code == 409
    full = desk.post(f"/cases/{code}/letter", {"to": "police", "reason": WHY})
    assert NUMBER in full.text and STORY not in full.text
    assert written(gateway, "case.number_read")[0].why == WHY
    assert people["officer"].post(f"/cases/{code}/letter", {"reason": WHY}).status_code == 403


@pytest.mark.parametrize("to", ["", "kings", "national_desk", "<b>"])
def test_a_letter_to_nobody_in_particular_leaves_room(people: dict[str, Person], code: str, to: str) -> None:
    assert "To: ....." in words_of(people["desk"].get(f"/cases/{code}/letter?to={to}").text)
