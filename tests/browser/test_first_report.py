"""The simulator as a newcomer meets it: a report is told, officers' phones ring, one accepts, the others learn it."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from gateway.ports.scope import EVERYWHERE
from gateway.wiring import Gateway
from tests.browser.looks import assert_fit_for_a_thumb, sideways

pytestmark = [pytest.mark.slow, pytest.mark.needs("chromium")]
Visit = Callable[..., Page]


def text(page: Page, words: str, phone: str = "#sms") -> None:
    """Write a text, and wait for what comes back."""
    received = page.locator(f"{phone} .log .in")
    before = received.count()
    page.fill(f"{phone} textarea", words)
    page.press(f"{phone} textarea", "Enter")
    expect(received.nth(before)).to_be_visible()


def test_a_report_is_told_and_accepted(visit: Visit, gateway: Gateway, complaints: list[str]) -> None:
    page = visit("/simulator", language="lo")
    page.click("#sms [data-word='ຊ່ວຍ']")
    expect(page.locator("#sms .log .in")).to_have_count(1)
    text(page, "2")
    text(page, "1")
    gateway.duties.tick()
    expect(page.locator("[data-number='053'] .badge")).to_have_text("1")
    page.click("[data-number='053']")
    alert = page.locator("#officer .log .in").first
    expect(alert).to_contain_text(re.compile(r"^\d{6} P0 "))
    text(page, "OK", "#officer")
    with gateway.outside.store.reading() as work:
        cases = list(work.caseload.lines(EVERYWHERE))
    assert [case.state for case in cases] == ["acknowledged"]
    expect(page.locator("[data-number='053'] .badge")).to_be_hidden()
    assert complaints == []


def test_a_phone_that_is_loaded_again_still_holds_its_conversation(visit: Visit) -> None:
    page = visit("/simulator")
    text(page, "HELP")
    said = page.locator("#sms .log li").all_inner_texts()
    page.reload()
    expect(page.locator("#sms .log .in")).to_have_count(1)
    assert page.locator("#sms .log li").all_inner_texts() == said


def test_a_dial_by_the_number_pad(visit: Visit, complaints: list[str]) -> None:
    page = visit("/simulator")
    screen = page.locator("#ussd .screen")
    page.click("[data-do='dial']")
    expect(screen).to_contain_text("2 ")
    first = screen.inner_text()
    page.click("#ussd [data-key='2']")
    page.click("#ussd .say button")
    expect(screen).not_to_have_text(first)
    page.click("[data-do='hang-up']")
    expect(screen).to_have_text("The session is over.")
    assert complaints == []


def test_the_clock_is_moved_and_the_ladder_climbs(visit: Visit) -> None:
    page = visit("/simulator")
    text(page, "HELP")
    text(page, "2")
    text(page, "1")
    before = page.locator("#now b").inner_text()
    page.click(".clock button[value='10m']")
    expect(page.locator("#now b")).not_to_have_text(before)
    expect(page.locator("[data-number='053'] .badge")).to_be_visible()


def test_what_one_writes_is_measured_as_it_grows(visit: Visit) -> None:
    page = visit("/simulator")
    page.fill("#sms textarea", "ກ" * 71)
    expect(page.locator("#sms .size")).to_have_text("71/70 · 2 SMS")
    page.fill("#sms textarea", "a{")
    expect(page.locator("#sms .size")).to_have_text("3/160 · 1 SMS")


@pytest.mark.parametrize("language", ["lo", "en"])
def test_on_a_small_screen_one_phone_at_a_time(visit: Visit, language: str) -> None:
    page = visit("/simulator", 320, language=language)
    for name in ("sms", "ussd", "officer"):
        page.click(f".which a[href='#{name}']")
        expect(page.locator(".phone:visible")).to_have_count(1)
        expect(page.locator(f"#{name}")).to_be_visible()
        assert_fit_for_a_thumb(page)


def test_without_script_everything_stands_and_a_form_sends(visit: Visit) -> None:
    page = visit("/simulator", 320, script=False)
    page.fill("#sms textarea", "HELP")
    page.click("#sms .say button")
    expect(page.locator("#sms .log .in")).to_contain_text("1 Information")
    expect(page.locator(".phone:visible")).to_have_count(3)
    expect(page.locator(".pad")).to_be_hidden()
    assert sideways(page) <= 0
