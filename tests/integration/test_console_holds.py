"""The legal hold on the case page: two people's buttons, a reason each, in both languages, and no officer's."""

from collections.abc import Iterator

import pytest

from gateway.web.app import FrontDoor, create_app
from gateway.wiring import Gateway
from tests.support.cases import report
from tests.support.console import Person, open_demo, words_of

WHY = "the court of Attapeu asked"


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    opened = open_demo(tmp_path_factory.mktemp("demo"))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def app(gateway: Gateway) -> FrontDoor:
    return create_app(gateway)


@pytest.fixture
def code(gateway: Gateway) -> str:
    return report(gateway)


def page(person: Person, code: str, language: str = "en") -> str:
    return words_of(person.get(f"/cases/{code}?lang={language}").text)


def step(person: Person, code: str, named: str, reason: str = "") -> int:
    return person.post(f"/cases/{code}/hold", {"step": named, "reason": reason}).status_code


def test_two_people_place_and_lift_a_hold(app: FrontDoor, code: str) -> None:
    desk, supervisor = Person(app, "desk"), Person(app, "supervisor")
    assert "No hold: it is deleted when its time is over." in page(desk, code)
    assert step(desk, code, "ask", WHY) == 303
    asked = page(desk, code)
    assert "desk asked for a hold" in asked and WHY in asked and "Agree to the hold" not in asked
    assert "Agree to the hold" in page(supervisor, code)
    assert step(desk, code, "agree") == 409, "not the one who asked"
    assert step(supervisor, code, "agree") == 303
    assert "desk and supervisor. Nothing of this case is deleted." in page(desk, code)
    assert step(supervisor, code, "ask_lift", "the court is done") == 303
    assert step(supervisor, code, "lift") == 409 and step(desk, code, "lift") == 303
    assert "No hold" in page(desk, code)


def test_an_officer_sees_the_hold_and_neither_its_reason_nor_a_button(app: FrontDoor, code: str) -> None:
    desk, officer = Person(app, "desk"), Person(app, "officer")
    assert "legal hold" not in page(officer, code).lower()
    step(desk, code, "ask", WHY)
    shown = page(officer, code)
    assert "desk asked for a hold" in shown and WHY not in shown and "No hold" not in shown
    assert step(officer, code, "agree") == 403


def test_it_is_said_in_lao(app: FrontDoor, code: str) -> None:
    desk, supervisor = Person(app, "desk"), Person(app, "supervisor")
    assert "ຮັກສາໄວ້ຕາມກົດໝາຍ" in page(desk, code, "lo")
    step(desk, code, "ask", WHY)
    step(supervisor, code, "agree")
    assert "ຈະບໍ່ລຶບຫຍັງຂອງເລື່ອງນີ້" in page(desk, code, "lo")
    assert "ຍ້ອນຫຍັງບໍ່ຕ້ອງຮັກສາໄວ້ອີກ?" in page(supervisor, code, "lo")
    for person in (desk, supervisor):
        page(person, code)


@pytest.mark.parametrize("form", [("ask", ""), ("ask", "why"), ("lift", ""), ("explode", ""), ("", "")])
def test_what_makes_no_sense_changes_nothing(
    app: FrontDoor, gateway: Gateway, code: str, form: tuple[str, str]
) -> None:
    assert step(Person(app, "desk"), code, *form) == 409
    with gateway.outside.store.reading() as work:
        case = work.caseload.by_code(code)
        assert case is not None and work.holds.newest(case.id) is None


def test_the_reason_stands_in_the_audit_sealed(app: FrontDoor, gateway: Gateway, code: str) -> None:
    step(Person(app, "desk"), code, "ask", WHY)
    with gateway.outside.store.reading() as work:
        row = next(row for row in work.audit.rows() if row.action == "hold.ask")
    assert (row.actor, row.why) == ("desk", WHY)
