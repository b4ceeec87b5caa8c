"""Who gets through which door: every route of the URL map, by role and by district, against a table of its own."""

import itertools
from collections.abc import Iterator

import pytest
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from gateway.services.roles import READS_CASES, ROLES
from gateway.web.app import FrontDoor, create_app
from gateway.wiring import Gateway
from tests.support.cases import ELSEWHERE, report
from tests.support.console import Person, open_demo, words_of
from tests.support.scripted import HandClock

ALL = set(ROLES)
# What the design says, written here once more: neither the policy nor the roles are asked.
DOORS: dict[str, set[str]] = {
    "entry.sign_out": ALL,
    "dashboard.page": ALL,
    "cases.inbox": {"officer", "supervisor", "desk"},
    "cases.page": {"officer", "supervisor", "desk"},
    "case_steps.accept": {"officer", "supervisor", "desk"},
    "case_steps.pass_on": {"officer", "supervisor", "desk"},
    "case_steps.undo": {"officer", "supervisor", "desk"},
    "case_steps.note": {"officer", "supervisor", "desk"},
    "case_steps.answer": {"officer", "supervisor", "desk"},
    "case_steps.refer": {"officer", "supervisor", "desk"},
    "case_steps.close": {"officer", "supervisor", "desk"},
    "case_steps.exclude": {"supervisor", "desk"},
    "case_steps.judge": {"officer", "supervisor", "desk"},
    "holds.act": {"supervisor", "desk"},
    "case_secrets.number": {"officer", "supervisor", "desk"},
    "case_secrets.texts": {"officer", "supervisor", "desk"},
    "case_secrets.letter": {"officer", "supervisor", "desk"},
    "case_secrets.letter_with_number": {"officer", "supervisor", "desk"},
    "campaigns.index": {"manager", "approver", "monitoring"},
    "campaigns.page": {"manager", "approver", "monitoring"},
    "campaigns.progress": {"manager", "approver", "monitoring"},
    "campaigns.submit": {"manager"},
    "campaigns.approve": {"approver"},
    "campaigns.refuse": {"approver"},
    "campaigns.schedule": {"manager"},
    "campaigns.pause": {"manager"},
    "campaigns.resume": {"manager"},
    "campaigns.stop": {"manager", "approver"},
    "contact_import.index": {"manager"},
    "contact_import.upload": {"manager"},
    "contact_import.page": {"manager"},
    "contact_import.repair": {"manager"},
    "contact_import.accept": {"manager"},
    "contact_import.drop": {"manager"},
    "wizard.new": {"manager"},
    "wizard.begin": {"manager"},
    "wizard.who": {"manager"},
    "wizard.save_who": {"manager"},
    "wizard.message": {"manager"},
    "wizard.save_message": {"manager"},
    "wizard.try_out": {"manager"},
    "wizard.check": {"approver", "manager", "monitoring"},
    "wizard.when": {"manager"},
    "wizard.save_when": {"manager"},
    "wizard.copy": {"manager"},
    "wizard.count": {"manager"},
    "wizard.reached": {"manager"},
    "results.page": {"approver", "manager", "monitoring"},
    "calendar.page": {"approver", "manager", "monitoring"},
    "calendar.subscribe": {"approver", "manager", "monitoring"},
    "calendar.revoke": {"approver", "manager", "monitoring"},
    "emergencies.page": {"manager"},
    "emergencies.prepare": {"manager"},
    "emergencies.release": {"manager"},
    "disasters.page": {"desk", "supervisor"},
    "disasters.declare": {"desk", "supervisor"},
    "disasters.confirm": {"desk", "supervisor"},
    "disasters.end": {"desk", "supervisor"},
    "flows.page": {"author", "translator", "approver", "monitoring"},
    "flows.approve": {"approver"},
    "flows.rollback": {"author", "approver"},
    "directory.page": {"supervisor", "desk", "admin"},
    "directory_rota.page": {"supervisor", "desk", "admin"},
    "turns.page": {"officer"},
    "turns.ask": {"officer"},
    "turns.answer": {"officer"},
    "directory_posts.page": {"supervisor", "desk", "admin"},
    "directory_posts.change": {"supervisor", "admin"},
    "directory_posts.new": {"supervisor", "admin"},
    "directory_posts.create": {"supervisor", "admin"},
    "directory_posts.hand_over": {"supervisor", "admin"},
    "directory_posts.go_on": {"supervisor", "admin"},
    "office.page": {"officer", "supervisor", "desk"},
    "office.let_in": {"officer", "supervisor", "desk"},
    "audit.page": {"auditor"},
    "audit.verify": {"auditor"},
    "system.page": {"admin"},
    "account.page": ALL,
    "account.language": ALL,
    "account.passphrase": ALL,
    "account.close_others": ALL,
    "account.second_factor": ALL,
    "account.enrol": ALL,
    "account.code": ALL,
    "account.confirm": ALL,
    "settings.page": {"admin"},
    "settings.channel": {"admin"},
    "users.page": {"supervisor", "desk", "admin"},
    "users.stop": {"supervisor", "desk", "admin"},
    "users.seen": {"supervisor", "desk", "admin"},
    "users.add": {"admin"},
    "users.invite": {"admin"},
}
OPEN = {"static", "calendar.feed", "entry.sign_in", "entry.enter", "entry.invitation", "entry.join"}
ABSENT = "999999"


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    opened = open_demo(tmp_path_factory.mktemp("demo"), HandClock())
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def app(gateway: Gateway) -> FrontDoor:
    return create_app(gateway)


@pytest.fixture(scope="module")
def doors(app: FrontDoor) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if not rule.endpoint.startswith("simulator.")]


@pytest.fixture(scope="module")
def people(app: FrontDoor) -> dict[str, Person]:
    return {role: Person(app, role) for role in sorted(ROLES)}


def knock(person: Person, rule: Rule, token: str, code: str = ABSENT) -> TestResponse:
    """Ask for a route by its own method, with the session's token, as its page's form would."""
    values = {name: code if name == "code" else "unknown" for name in rule.arguments}
    address = rule.build(values, append_unknown=False)
    assert address is not None
    if "POST" in (rule.methods or ()):
        return person.client.post(address[1], data={"csrf": token}, base_url=person.base)
    return person.get(address[1])


def asks_to_sign_in(answer: TestResponse) -> bool:
    return answer.status_code == 303 and answer.headers["Location"].startswith("/sign-in")


def test_the_table_knows_every_route_and_no_other(doors: list[Rule]) -> None:
    assert {rule.endpoint for rule in doors} == set(DOORS) | OPEN


def test_a_stranger_gets_through_no_door(app: FrontDoor, doors: list[Rule]) -> None:
    stranger = Person(app)
    token = stranger.token()
    for rule in doors:
        if rule.endpoint not in OPEN:
            assert asks_to_sign_in(knock(stranger, rule, token)), rule


@pytest.mark.parametrize("role", sorted(ROLES))
def test_a_role_gets_through_its_own_doors_and_no_other(
    gateway: Gateway, people: dict[str, Person], doors: list[Rule], role: str
) -> None:
    person, denied = people[role], set()
    token = person.token()
    for rule in doors:
        if rule.endpoint in OPEN or rule.endpoint == "entry.sign_out":
            continue
        answer = knock(person, rule, token)
        assert not asks_to_sign_in(answer), rule
        assert (answer.status_code != 403) is (role in DOORS[rule.endpoint]), (role, rule, answer.status_code)
        denied |= {rule.endpoint} if answer.status_code == 403 else set()
    with gateway.outside.store.reading() as work:
        written = {row.object for row in work.audit.rows(2_000) if (row.actor, row.result) == (role, "denied")}
    assert denied <= written


def test_a_case_elsewhere_answers_as_one_that_never_was(
    gateway: Gateway, people: dict[str, Person], doors: list[Rule]
) -> None:
    here, there = report(gateway), report(gateway, place=ELSEWHERE, phone="002")
    gates = [rule for rule in doors if "code" in rule.arguments]
    assert gates
    for rule, role in itertools.product(gates, sorted(READS_CASES & ALL)):
        if role not in DOORS[rule.endpoint]:
            continue
        person = people[role]
        token = person.token()
        absent = knock(person, rule, token)
        beyond = knock(person, rule, token, there)
        assert absent.status_code == 404, (rule, role)
        if role == "desk":
            assert beyond.status_code != 404, (rule, role)
        else:
            assert (beyond.status_code, words_of(beyond.text)) == (404, words_of(absent.text)), (rule, role)
        assert knock(person, rule, token, here).status_code != 404, (rule, role)


def test_each_try_at_a_case_elsewhere_is_written_down(
    gateway: Gateway, people: dict[str, Person], doors: list[Rule]
) -> None:
    there = report(gateway, place=ELSEWHERE, phone="003")
    gates = [rule for rule in doors if "code" in rule.arguments and "officer" in DOORS[rule.endpoint]]
    token = people["officer"].token()
    with gateway.outside.store.reading() as work:
        before = work.audit.rows(1)[0].seq
        case = work.caseload.by_code(there)
    for rule in gates:
        knock(people["officer"], rule, token, there)
    with gateway.outside.store.reading() as work:
        rows = [row for row in work.audit.rows(2_000) if row.seq > before and row.result == "denied"]
    assert case is not None and [row.object for row in rows] == [case.id] * len(gates)
