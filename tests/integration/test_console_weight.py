"""What a page costs on a slow line: everything of a first visit, compressed, and few requests."""

import gzip
import re
from collections.abc import Iterator

import pytest

from gateway.web.app import create_app
from gateway.wiring import Gateway
from tests.support.cases import report
from tests.support.console import Person, open_demo

KILO = 1000
LINKED = re.compile(r'(?:href|src)="(/static/[^"]+\.(?:css|js)[^"]*)"')
FONTS = re.compile(r"url\((fonts/[^)]+)\)")


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    opened = open_demo(tmp_path_factory.mktemp("demo"))
    yield opened
    opened.close()


def weigh(person: Person, path: str) -> tuple[int, int, int]:
    """Return (bytes of a first visit, of a repeated one, requests of a first visit) as they travel."""
    page = person.get(path, **{"Accept-Encoding": "gzip"})
    assert page.headers["Content-Encoding"] == "gzip"
    wanted = set(LINKED.findall(gzip.decompress(page.data).decode()))
    files = {address: person.get(address, **{"Accept-Encoding": "gzip"}) for address in wanted}
    for style in [gzip.decompress(file.data).decode() for file in files.values() if file.mimetype == "text/css"]:
        for font in FONTS.findall(style):
            files[font] = person.get(f"/static/{font}", **{"Accept-Encoding": "gzip"})
    assert all(file.status_code == 200 and "immutable" in file.headers["Cache-Control"] for file in files.values())
    return len(page.data) + sum(len(file.data) for file in files.values()), len(page.data), 1 + len(files)


@pytest.mark.parametrize(
    "path", ["/", "/cases", "/cases?show=closed", "/nothing", "/account", "/cases/{code}", "/cases/{code}/letter"]
)
def test_an_officer_s_page_weighs_at_most_30_kilobytes(gateway: Gateway, path: str) -> None:
    code = report(gateway, who="family", what="forced", contact="sms", hours="evening", phone_only_mine="no")
    first, again, requests = weigh(Person(create_app(gateway), "officer", "lo"), path.format(code=code))
    assert first <= 30 * KILO and again <= 6 * KILO and requests <= 5


@pytest.mark.parametrize("path", ["/campaigns", "/campaigns/new", "/simulator"])
def test_other_pages_weigh_at_most_60_kilobytes(gateway: Gateway, path: str) -> None:
    first, _, requests = weigh(Person(create_app(gateway), "manager", "lo"), path)
    assert first <= 60 * KILO and requests <= 7


def test_the_scripts_are_small(gateway: Gateway) -> None:
    person = Person(create_app(gateway))
    assert len(person.get("/static/simulator.js").data) <= 10 * KILO
    assert len(person.get("/static/console.js").data) <= 4 * KILO


def test_another_content_has_another_address(gateway: Gateway) -> None:
    person = Person(create_app(gateway))
    address = LINKED.findall(person.get("/sign-in").text)[0]
    assert re.search(r"\?v=[0-9a-f]{10}$", address)


def test_a_browser_that_does_not_ask_gets_plain_text(gateway: Gateway) -> None:
    page = Person(create_app(gateway)).get("/sign-in")
    assert "Content-Encoding" not in page.headers and "Accept-Encoding" in page.headers["Vary"]


def test_style_is_written_for_old_browsers(gateway: Gateway) -> None:
    person = Person(create_app(gateway))
    for name in ("page.css", "simulator.css"):
        style = person.get(f"/static/{name}").text
        assert not re.search(
            r"display:\s*(inline-)?grid|:has\(|[^-]gap:|:is\(|:where\(|var\(|clamp\(|@layer|letter-spacing|justify;",
            style,
        )
        assert not re.search(r"text-transform|italic|!important(?!; \})", style)


def test_lao_lines_stand_far_enough_apart(gateway: Gateway) -> None:
    style = Person(create_app(gateway)).get("/static/page.css").text
    heights = [
        float(height)
        for height in re.findall(r"line-height: ([\d.]+)[;} ]|1rem/([\d.]+)", style)
        for height in height
        if height
    ]
    assert heights and min(heights) >= 1.6
