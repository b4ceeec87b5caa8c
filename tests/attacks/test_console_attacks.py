"""The console under attack: other people's cases, other people's links, other sites, and the machine behind."""

import re
from collections.abc import Iterator

import pytest

from gateway.errors import NotFound
from gateway.web.app import FrontDoor, create_app
from gateway.wiring import Gateway
from tests.support.cases import ELSEWHERE, report
from tests.support.console import Person, open_demo, words_of
from tests.support.scripted import HandClock

EVIL = "evil.example"


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    opened = open_demo(tmp_path_factory.mktemp("demo"), HandClock())
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def app(gateway: Gateway) -> FrontDoor:
    return create_app(gateway)


@pytest.fixture(scope="module")
def officer(app: FrontDoor) -> Person:
    return Person(app, "officer")


@pytest.fixture(scope="module")
def admin(app: FrontDoor) -> Person:
    return Person(app, "admin")


@pytest.mark.parametrize(
    "typed", ["' OR 1=1 --", "%", "_", "LA%", "'; DROP TABLE cases; --", "LA1703' UNION SELECT", "\\", "LA0101"]
)
def test_a_search_is_taken_by_the_letter(gateway: Gateway, officer: Person, typed: str) -> None:
    here, there = report(gateway), report(gateway, place=ELSEWHERE, phone="002")
    for name in ("code", "place", "from", "to", "show", "page"):
        page = officer.client.get("/cases", query_string={name: typed}, base_url=officer.base)
        assert page.status_code == 200 and there not in page.text
    assert here in officer.get("/cases").text


def test_neither_search_nor_head_tells_of_a_case_elsewhere(gateway: Gateway, officer: Person) -> None:
    there = report(gateway, place=ELSEWHERE, phone="003")
    for path in (f"/cases/{there}", f"/cases/{there}/letter", f"/cases?code={there}"):
        found, absent = officer.client.head(path), officer.client.head(path.replace(there, "999999"))
        assert (found.status_code, found.data) == (absent.status_code, absent.data)
    for query in ("show=any", "place=LA01", f"place={ELSEWHERE}", "show=closed&place=LA01"):
        page = officer.get(f"/cases?{query}")
        assert there not in page.text and "Vientiane" not in words_of(page.text)


def test_no_link_changes_anything(app: FrontDoor, officer: Person, gateway: Gateway) -> None:
    code = report(gateway)
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or ()) and "GET" not in (rule.methods or ()):
            path = re.sub(r"<[^>]*code>", code, rule.rule)
            twin = {other.rule for other in app.url_map.iter_rules() if "GET" in (other.methods or ())}
            if rule.rule not in twin:
                assert officer.get(re.sub(r"<[^>]*>", "x", path)).status_code in (403, 404, 405), rule
    with gateway.outside.store.reading() as work:
        case = work.caseload.by_code(code)
    assert case is not None and case.state == "new"


def test_an_invitation_is_bound_to_its_account(app: FrontDoor, gateway: Gateway) -> None:
    token = gateway.membership.invite("translator", "test")
    stranger = Person(app)
    stranger.post(f"/invitation/{token}", {"passphrase": "demo-demo-demo", "name": "admin", "username": "admin"})
    assert "translator" in words_of(stranger.get("/account").text)
    assert stranger.get("/users").status_code == 403
    with pytest.raises(NotFound):
        gateway.membership.invited(token)


def test_links_hold_the_configured_address(gateway: Gateway, admin: Person) -> None:
    form = {"csrf": admin.token()}
    page = admin.client.post("/users/author/invite", data=form, headers={"Host": EVIL, "X-Forwarded-Host": EVIL})
    assert EVIL not in page.text
    kept = admin.client.post("/users/author/invite", data=form, headers={"X-Forwarded-Host": EVIL})
    assert f"{gateway.settings.public_base_url}/invitation/" in kept.text and EVIL not in kept.text


def test_no_other_site_frames_or_reads_a_page(officer: Person) -> None:
    page = officer.get("/cases?callback=steal", Origin=f"https://{EVIL}")
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert "Access-Control-Allow-Origin" not in page.headers and "steal" not in page.text.split("</head>")[1][:40]
    assert page.headers["Cross-Origin-Resource-Policy"] == "same-origin" and page.mimetype == "text/html"


@pytest.mark.parametrize(
    "path",
    [
        "/.git/config",
        "/.env",
        "/console",
        "/rq",
        "/debug",
        "/static/../wsgi.py",
        "/static/%2e%2e/wsgi.py",
        "/gateway.db",
        "/server-status",
        "/?__debugger__=yes&cmd=resource&f=debugger.js",
    ],
)
def test_nothing_of_the_machine_is_served(app: FrontDoor, path: str) -> None:
    answer = Person(app).get(path)
    assert answer.status_code in (303, 404) and "Traceback" not in answer.text and "import " not in answer.text
