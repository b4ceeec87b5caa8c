"""The whole wizard by keyboard alone, in a browser: from an empty form to results; an emergency in two steps."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from gateway.wiring import Gateway
from tests.browser.looks import assert_fit_for_a_thumb, sign_in

pytestmark = [pytest.mark.slow, pytest.mark.needs("chromium")]
Visit = Callable[..., Page]
FOCUSED = "() => document.activeElement.matches(':focus') && document.activeElement.getBoundingClientRect().height > 0"
MOST_TABS = 260


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the control has the focus, as somebody without a mouse does."""
    wanted = page.locator(selector).first
    for _ in range(MOST_TABS):
        if wanted.evaluate("control => control === document.activeElement"):
            assert page.evaluate(FOCUSED), f"{selector}: nobody sees where the focus is"
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never reaches {selector} on {page.url}")


def write(page: Page, selector: str, text: str) -> None:
    """Reach a field and type into it."""
    tab_to(page, selector)
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(text)


def press(page: Page, selector: str, key: str = "Enter") -> None:
    """Reach a control and press it; a button or link brings another page."""
    tab_to(page, selector)
    if key == "Enter":
        with page.expect_navigation():
            page.keyboard.press(key)
    else:
        page.keyboard.press(key)


def open_province(page: Page, name: str) -> None:
    """Unfold the districts of a province."""
    tab_to(page, f"summary:has-text('{name}')")
    page.keyboard.press("Enter")


@pytest.mark.parametrize("script", [True, False], ids=["with-script", "without-script"])
def test_the_whole_wizard_by_keyboard(visit: Visit, gateway: Gateway, complaints: list[str], script: bool) -> None:
    manager, approver = visit("/sign-in", 320, script=script), visit("/sign-in", script=script)
    sign_in(manager, "manager")
    sign_in(approver, "approver")
    manager.goto("/campaigns")
    press(manager, "a[href='/campaigns/new']")
    write(manager, "#name", "Market day")
    open_province(manager, "Attapeu")
    press(manager, "input[value='LA1703']", "Space")
    assert_fit_for_a_thumb(manager)
    press(manager, "button[value='count']")
    expect(manager.locator("[role=status]")).to_contain_text("5 people")
    press(manager, "button[value='next']")
    write(manager, "#text_lo", "ມີຕະຫຼາດຢູ່ {district}. ເຊົາ: ຢຸດ")
    write(manager, "#text_en", "Market day in {district}. To end text STOP")
    press(manager, "button[value='count']")
    expect(manager.locator("main")).to_contain_text("With the longest name")
    assert_fit_for_a_thumb(manager)
    press(manager, "button[value='next']")
    expect(manager.locator("main")).to_contain_text("5 people get it.")
    assert_fit_for_a_thumb(manager)
    press(manager, "a.button.main")
    write(manager, "#facts_until", "31/12/2027")
    assert_fit_for_a_thumb(manager)
    press(manager, "button[value='next']")
    press(manager, "form[action$='submit'] button")
    approver.goto(manager.url.partition("?")[0])
    press(approver, "form[action$='approve'] button")
    expect(approver.locator("[role=status]")).to_have_text("Approved.")
    manager.reload()
    press(manager, "form[action$='schedule'] button")
    now = gateway.outside.clock.now()
    morning = gateway.broadcasts.pacing.quiet.next_open(now)
    gateway.move_clock(max(morning - now, timedelta(minutes=1)))  # whatever the hour at which this test runs
    manager.reload()
    press(manager, "a[href$='/results']")
    assert manager.locator("svg").count() == manager.locator("table").count() == 2
    assert_fit_for_a_thumb(manager)
    assert complaints == []


def test_the_people_are_counted_while_boxes_are_ticked(visit: Visit, complaints: list[str]) -> None:
    manager = visit("/sign-in")
    sign_in(manager, "manager")
    manager.goto("/campaigns/new")
    open_province(manager, "Attapeu")
    press(manager, "input[value='LA1703']", "Space")
    expect(manager.locator("#people")).to_contain_text("5 people")
    press(manager, "input[value='LA1704']", "Space")
    expect(manager.locator("#people")).to_contain_text("10 people")
    assert complaints == []


def test_a_page_is_left_with_what_stands_in_it_and_back_is_harmless(visit: Visit) -> None:
    page = visit("/sign-in", script=False)
    sign_in(page, "manager")
    page.goto("/campaigns/new")
    write(page, "#name", "Half")
    press(page, "button[value='leave']")
    press(page, "a.code")
    expect(page.locator("h1")).to_have_text("Half")
    page.go_back()
    page.go_forward()
    expect(page.locator("main")).to_contain_text("draft")


def test_an_emergency_is_asked_for_and_released_by_keyboard(visit: Visit, gateway: Gateway) -> None:
    manager, approver = visit("/sign-in"), visit("/sign-in")
    sign_in(manager, "manager")
    sign_in(approver, "approver")
    manager.goto("/campaigns/emergency")
    open_province(manager, "Attapeu")
    press(manager, "input[value='LA1703']", "Space")
    assert_fit_for_a_thumb(manager)
    press(manager, "main button.main")
    approver.goto(manager.url.partition("?")[0])
    press(approver, "form[action$='approve'] button")
    expect(approver.locator("main")).to_contain_text("scheduled")


@pytest.mark.parametrize("language", ["lo", "en"])
def test_the_other_pages_fit(visit: Visit, complaints: list[str], language: str) -> None:
    for name, paths in {"manager": ("/campaigns/calendar", "/campaigns/emergency"), "desk": ("/disasters",)}.items():
        page = visit("/sign-in", 320, language=language)
        sign_in(page, name)
        for path in paths:
            page.goto(path)
            assert page.locator("html").get_attribute("lang") == language
            assert_fit_for_a_thumb(page)
    assert complaints == []
