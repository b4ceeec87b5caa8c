"""A case about an official: whatever a local office can see, hear or count stays as if there were no such case."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from gateway.web.app import FrontDoor, create_app
from gateway.web.policy import POLICY
from gateway.wiring import Gateway
from tests.support.cases import report
from tests.support.console import Person, open_demo
from tests.support.scripted import HandClock

NOON = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
LOCAL = ("050", "051", "054")
"""The phones of every post of the two districts of the demo."""
SEARCHES = (
    "/", "/cases", "/cases?show=any", "/cases?show=closed", "/cases?place=LA1703", "/cases?place=LA17",
    "/cases?from=24/11/2026&to=24/11/2026", "/cases?page=2",
)  # fmt: skip
ORDERS = ("LIST", "OK {code}", "PASS {code}", "NOTE {code} seen", "REFER {code} police", "CLOSE {code} 1 4711")
TOKEN = re.compile(r'name="csrf" value="[^"]*"')


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[Gateway]:
    opened = open_demo(tmp_path / "demo", HandClock(NOON))
    yield opened
    opened.close()


def pages_of(app: FrontDoor, person: Person) -> list[str]:
    """Return every page without an argument that a role may open."""
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and not rule.arguments]
    mine = [rule.rule for rule in rules if POLICY[rule.endpoint] not in ("open", "signed in")]
    return [path for path in sorted(mine) if person.get(path).status_code == 200]


def seen(person: Person, paths: list[str]) -> dict[str, tuple[int, str]]:
    """Return what each page says, without the token of its forms."""
    answers = {path: person.get(path) for path in paths}
    return {path: (answer.status_code, TOKEN.sub("", answer.text)) for path, answer in answers.items()}


def heard(gateway: Gateway, person: Person) -> dict[str, Any]:
    """Return every text that reached a local phone."""
    gateway.duties.catch_up()
    return {phone: person.get(f"/simulator/phones/{phone}").get_json() for phone in LOCAL}


@pytest.mark.parametrize("said", [{"tell": ("nobody_local",)}, {"signals": ("CHIEF",)}, {"names_official": "yes"}])
def test_nothing_that_a_local_office_is_shown_or_sent_depends_on_it(gateway: Gateway, said: dict[str, Any]) -> None:
    app = create_app(gateway)
    officer, desk = Person(app, "officer"), Person(app, "desk")
    report(gateway, place="LA1703", phone="010")
    paths = [*SEARCHES, *(path for path in pages_of(app, officer) if path not in SEARCHES)]
    assert len(paths) > len(SEARCHES)
    texts = heard(gateway, officer)
    pages = seen(officer, paths)
    hidden = report(gateway, place="LA1703", phone="011", **said)
    assert hidden in desk.get("/cases").text, "the national desk sees it"
    assert heard(gateway, officer) == texts
    assert seen(officer, paths) == pages
    absent = "999999" if hidden != "999999" else "888888"
    for path in ("/cases/{code}", "/cases/{code}/letter", "/cases?code={code}"):
        there, nowhere = (officer.get(path.format(code=code)) for code in (hidden, absent))
        assert there.status_code == nowhere.status_code
        assert TOKEN.sub("", there.text).replace(hidden, absent) == TOKEN.sub("", nowhere.text), path
    for order in ORDERS:
        said_of_it, said_of_none = (officer.text("050", order.format(code=code)) for code in (hidden, absent))
        assert [text.replace(hidden, absent) for text in said_of_it] == said_of_none, order
