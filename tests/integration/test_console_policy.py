"""Every route says who may open it, every role opens its own pages and no other, and every answer is hardened."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.errors import Defect
from gateway.services.roles import MAY
from gateway.web.app import FrontDoor, create_app
from gateway.web.headers import HEADERS
from gateway.web.policy import OPEN, POLICY, SIGNED_IN, require_complete
from gateway.wiring import Gateway
from tests.support.console import Person, open_demo

PAGES = {
    "/": SIGNED_IN,
    "/cases": "cases",
    "/campaigns": "campaigns",
    "/campaigns/new": "campaigns:write",
    "/flows": "flows",
    "/directory": "directory",
    "/directory/contacts": "campaigns:write",
    "/audit": "audit",
    "/health": "health",
    "/account": SIGNED_IN,
    "/users": "sessions",
    "/settings": "settings",
}
PROVIDERS = {
    "webhooks.signed_inbound",
    "webhooks.inbound",
    "webhooks.ussd",
    "webhooks.ussd_verb",
    "webhooks.signed_status",
    "webhooks.status",
    "health_probes.healthz",
    "health_probes.readyz",
    "health_probes.metrics",
}


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    opened = open_demo(tmp_path_factory.mktemp("demo"))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def app(gateway: Gateway) -> FrontDoor:
    return create_app(gateway)


def test_every_route_has_a_policy_and_every_policy_a_route(app: FrontDoor) -> None:
    assert {rule.endpoint for rule in app.url_map.iter_rules()} == set(POLICY)
    assert set(POLICY.values()) <= {OPEN, SIGNED_IN}.union(*MAY.values())


def test_the_providers_app_holds_webhooks_and_probes_alone(app: FrontDoor) -> None:
    assert {rule.endpoint for rule in app.providers.url_map.iter_rules()} == PROVIDERS


def test_an_app_with_a_route_nobody_thought_of_does_not_start(gateway: Gateway) -> None:
    app = create_app(gateway)
    app.add_url_rule("/forgotten", endpoint="forgotten", view_func=lambda: "secret")
    with pytest.raises(Defect, match="forgotten"):
        require_complete(app)


def test_a_route_added_later_opens_for_nobody(gateway: Gateway) -> None:
    forgotten = create_app(gateway)
    forgotten.add_url_rule("/forgotten", view_func=lambda: "secret")
    answer = forgotten.test_client().get("/forgotten")
    assert answer.status_code == 500
    assert "secret" not in answer.text


def test_what_changes_something_is_a_post(app: FrontDoor) -> None:
    for rule in app.url_map.iter_rules():
        methods = (rule.methods or set()) - {"HEAD", "OPTIONS"}
        assert len(methods) == 1, rule
        if POLICY[rule.endpoint] != OPEN and rule.endpoint.split(".")[1] in (
            "accept",
            "stop",
            "approve",
            "sign_out",
            "save",
        ):
            assert methods == {"POST"}


@pytest.mark.parametrize("role", sorted(MAY))
def test_a_role_opens_its_pages_and_no_other(app: FrontDoor, gateway: Gateway, role: str) -> None:
    person = Person(app, role)
    for path, permission in PAGES.items():
        allowed = permission == SIGNED_IN or permission in MAY[role]
        assert person.get(path).status_code == (200 if allowed else 403), (role, path)
        assert (f'href="{path}"' in person.get("/").text) is (allowed and path != "/campaigns/new") or path == "/"
    with gateway.outside.store.reading() as work:
        refused = {row.object for row in work.audit.rows() if row.actor == role and row.result == "denied"}
    assert len(refused) == sum(permission not in MAY[role] for permission in PAGES.values() if permission != SIGNED_IN)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/cases",
        "/cases/412706",
        "/campaigns",
        "/campaigns/x",
        "/campaigns/x/progress",
        "/flows",
        "/directory",
        "/audit",
        "/health",
        "/campaigns/new",
    ],
)
def test_a_stranger_is_asked_to_sign_in(app: FrontDoor, path: str) -> None:
    answer = Person(app).get(path)
    assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (303, "/sign-in")


@pytest.mark.parametrize(
    "path",
    [
        "/sign-in",
        "/nothing",
        "/static/page.css",
        "/hooks/twilio/inbound",
        "/healthz",
        "/simulator",
        "/simulator/phones/001",
        "/simulator/phones/x",
        "/cases",
    ],
)
def test_every_answer_is_hardened(app: FrontDoor, path: str) -> None:
    answer = Person(app).get(path)
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    kept = answer.headers["Cache-Control"]
    assert kept.endswith("immutable") if path.startswith("/static") else kept == "no-store"
    assert "Strict-Transport-Security" not in answer.headers  # the demo speaks http on loopback


def test_no_page_holds_a_script_or_a_style_of_its_own(app: FrontDoor) -> None:
    for role in ("desk", "manager", "author", "auditor", "admin"):
        person = Person(app, role)
        for path in (*PAGES, "/simulator", "/nothing"):
            page = person.get(path).text
            assert "<style" not in page and " style=" not in page and " onclick" not in page
            assert page.count("<script") == page.count("<script src=")


def test_errors_of_people_are_pages_and_tell_nothing(app: FrontDoor, gateway: Gateway) -> None:
    broken = create_app(gateway)

    def page() -> str:
        raise ZeroDivisionError("12,345 secret")

    broken.view_functions["entry.sign_in"] = page
    answer = broken.test_client().get("/sign-in?lang=en")
    assert (answer.status_code, answer.mimetype) == (500, "text/html")
    assert "secret" not in answer.text and "Number of the fault" in answer.text


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404),
        ("DELETE", "/cases", 405),
        ("POST", "/static/page.css", 405),
        ("GET", "/static/../app.py", 404),
    ],
)
def test_what_is_not_there_is_a_page_too(app: FrontDoor, method: str, path: str, status: int) -> None:
    answer = app.test_client().open(path, method=method)
    assert (answer.status_code, answer.mimetype) == (status, "text/html")


def test_a_form_over_64_kilobytes_is_refused(app: FrontDoor) -> None:
    answer = app.test_client().post("/sign-in", data={"name": "x" * 70_000})
    assert (answer.status_code, answer.mimetype) == (413, "text/html")


def test_reading_the_audit_is_in_the_audit(app: FrontDoor, tmp_path: Path) -> None:
    assert "audit.read" in Person(app, "auditor").get("/audit").text
