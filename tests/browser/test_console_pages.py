"""The console in a browser: signing in, the inbox on a small screen, and a broadcast from draft to STOP."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from gateway.web.app import create_app
from gateway.wiring import Gateway
from tests.browser.looks import assert_fit_for_a_thumb, sign_in
from tests.support.console import Person

pytestmark = [pytest.mark.slow, pytest.mark.needs("chromium")]
Visit = Callable[..., Page]
PAGES = {
    "desk": ("/", "/cases", "/directory?province=LA17"),
    "supervisor": ("/directory?province=LA17", "/directory/rota?place=LA1704", "/directory/posts/new"),
    "manager": ("/", "/campaigns", "/campaigns/new"),
    "auditor": ("/audit",),
    "admin": ("/health", "/nothing"),
}


@pytest.fixture
def case(gateway: Gateway) -> str:
    """Return the code of a case that waits."""
    Person(create_app(gateway)).text("001", "HELP", "2", "1")
    gateway.duties.tick()
    return next(iter(gateway.case_desk.lines())).code


@pytest.fixture
def keep(tmp_path: Path) -> Callable[[Page, str], None]:
    """Keep a picture of a page: in SCREENSHOTS if that folder is named, else with the test's own files."""
    folder = Path(os.environ.get("SCREENSHOTS", tmp_path))

    def shoot(page: Page, name: str) -> None:
        page.screenshot(path=folder / f"{name}.png", full_page=True)

    return shoot


@pytest.mark.parametrize("script", [True, False], ids=["with-script", "without-script"])
def test_an_officer_signs_in_accepts_a_case_and_leaves(visit: Visit, gateway: Gateway, case: str, script: bool) -> None:
    page = visit("/cases", 320, script=script)
    assert "/sign-in?next=" in page.url
    sign_in(page, "desk")
    page.goto("/cases")
    page.click(".case button")
    expect(page.locator("[role=status]")).to_contain_text("It is yours")
    expect(page.locator("main")).to_contain_text("Accepted by desk")
    page.click(".leave button")
    expect(page.locator("#passphrase")).to_be_visible()
    page.goto("/cases")
    expect(page.locator("#passphrase")).to_be_visible()


def test_a_wrong_passphrase_is_refused_and_the_name_stays(visit: Visit) -> None:
    page = visit("/sign-in")
    page.fill("#name", "officer")
    page.fill("#passphrase", "wrong-wrong-wrong")
    page.press("#passphrase", "Enter")
    expect(page.locator("[role=alert]")).to_be_visible()
    expect(page.locator("#name")).to_have_value("officer")


@pytest.mark.parametrize("language", ["lo", "en"])
@pytest.mark.parametrize("width", [320, 1280])
def test_every_page_fits(
    visit: Visit, case: str, complaints: list[str], keep: Callable[[Page, str], None], language: str, width: int
) -> None:
    for name, paths in PAGES.items():
        page = visit("/sign-in", width, language=language)
        assert_fit_for_a_thumb(page)
        sign_in(page, name)
        for path in (*paths, *((f"/cases/{case}",) if name == "desk" else ())):
            page.goto(path)
            assert page.locator("html").get_attribute("lang") == language
            assert_fit_for_a_thumb(page)
            keep(page, f"{name}{path.partition('?')[0].replace('/', '-').replace(case, 'code')}-{language}-{width}")
    assert [text for text in complaints if "404" not in text] == []


def test_a_broadcast_is_written_approved_and_stopped(visit: Visit, gateway: Gateway, complaints: list[str]) -> None:
    manager, approver = visit("/sign-in"), visit("/sign-in")
    sign_in(manager, "manager")
    sign_in(approver, "approver")
    manager.goto("/campaigns/new")
    manager.fill("#name", "Market day")
    manager.click("summary:has-text('Attapeu')")
    manager.check("input[value='LA1703']")
    manager.click("button[value='next']")
    manager.fill("#text_lo", "ກ" * 71)
    expect(manager.locator("#size_lo")).to_have_text("71 characters, Lao or special letters, 2 SMS")
    manager.fill("#text_lo", "ເຊົາ: ຢຸດ")
    manager.click("button[value='next']")
    expect(manager.locator("main")).to_contain_text("price not set")
    manager.click("a.button.main")
    manager.click("button[value='next']")
    manager.click("text=Ask for approval")
    approver.goto(manager.url.partition("?")[0])
    approver.click("form[action$='approve'] button")
    expect(approver.locator("[role=status]")).to_have_text("Approved.")
    approver.click("summary:has-text('STOP')")
    approver.click("text=Yes, STOP now")
    expect(approver.locator("[role=status]")).to_contain_text("Stopped.")
    assert complaints == []


def test_the_keyboard_reaches_the_content_first(visit: Visit) -> None:
    page = visit("/sign-in")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.url.endswith("#content")
