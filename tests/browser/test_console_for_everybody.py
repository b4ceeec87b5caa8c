"""Every page of the console, in Lao and at 320 px: axe-core finds nothing, nothing scrolls sideways, no script runs."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Error, Page, expect

from gateway.wiring import Gateway
from tests.browser.looks import assert_fit_for_a_thumb, assert_open_to_everybody, sideways, sign_in
from tests.doubles.servers import demand
from tests.support.cases import report
from tests.support.console import SIMULATED

pytestmark = [pytest.mark.slow, pytest.mark.needs("chromium"), pytest.mark.needs("axe-core")]
Visit = Callable[..., Page]
WHY = "ນາງຂໍໃຫ້ໂທຫາ"
PAGES = {
    "officer": ("/", "/cases", "/cases?show=any&place=LA1703&from=x", "/account"),
    "supervisor": ("/", "/cases?show=any", "/directory?province=LA17", "/users"),
    "manager": ("/campaigns", "/campaigns/new"),
    "author": ("/flows",),
    "auditor": ("/audit",),
    "admin": ("/", "/health", "/settings", "/settings/channels/simulator", "/users", "/nothing", "/cases"),
}


@dataclass(frozen=True)
class Eye:
    """Looks at a page with every measure, and keeps a picture in SCREENSHOTS if that folder is named."""

    folder: Path
    language: str
    width: int

    def look(self, page: Page, name: str) -> None:
        assert page.locator("html").get_attribute("lang") == self.language
        assert_fit_for_a_thumb(page)
        assert_open_to_everybody(page)
        file = f"{name.strip('/').replace('/', '-').partition('?')[0] or 'home'}-{self.language}-{self.width}.png"
        page.screenshot(path=self.folder / file, full_page=True)


@pytest.fixture(params=[("lo", 320), ("lo", 1280), ("en", 320)], ids=lambda shape: f"{shape[0]}-{shape[1]}")
def eye(request: pytest.FixtureRequest, tmp_path: Path) -> Eye:
    demand("axe-core")
    language, width = request.param
    return Eye(Path(os.environ.get("SCREENSHOTS", tmp_path)), language, width)


def test_every_page_is_open_to_everybody(visit: Visit, gateway: Gateway, eye: Eye, complaints: list[str]) -> None:
    report(gateway, what="forced", contact="sms", hours="evening", phone_only_mine="no")
    page = visit("/sign-in", eye.width, language=eye.language)
    eye.look(page, "sign-in")
    invitation = f"/invitation/{gateway.membership.invite('translator', 'test')}"
    page.goto(invitation)
    eye.look(page, "invitation")
    for name, paths in PAGES.items():
        page = visit("/sign-in", eye.width, language=eye.language)
        sign_in(page, name)
        for path in paths:
            page.goto(path)
            eye.look(page, f"{name}-{path}")
    assert [text for text in complaints if "404" not in text and "403" not in text] == []


def test_a_case_is_open_to_everybody_in_each_of_its_states(
    visit: Visit, gateway: Gateway, eye: Eye, complaints: list[str]
) -> None:
    code = report(gateway, what="forced", contact="sms", hours="evening", phone_only_mine="no")
    page = visit("/sign-in", eye.width, language=eye.language)
    sign_in(page, "desk")
    page.goto(f"/cases/{code}")
    eye.look(page, "case-new")
    page.click(".act button.main")
    expect(page.locator("[role=status]")).to_be_visible()
    eye.look(page, "case-accepted")
    page.click("summary:has-text('%s')" % {"lo": "ເຊື່ອງເບີໂທ", "en": "number hidden"}[eye.language])
    page.fill("#why_number", WHY)
    page.click("form[action$='number'] button")
    expect(page.locator(".number")).to_have_text(f"{SIMULATED}001")
    eye.look(page, "case-number")
    page.click("form[action$='texts'] button")
    expect(page.locator("blockquote")).to_contain_text("zebra")
    eye.look(page, "case-texts")
    page.goto(f"/cases/{code}/letter?to=police")
    eye.look(page, "letter")
    assert [text for text in complaints if "409" not in text] == []


@pytest.mark.parametrize("script", [True, False], ids=["with-script", "without-script"])
def test_an_officer_s_whole_day_needs_no_script(visit: Visit, gateway: Gateway, script: bool) -> None:
    code = report(gateway)
    page = visit("/sign-in", 320, script=script, language="lo")
    sign_in(page, "officer")
    page.goto("/cases")
    page.fill("#code", code)
    page.press("#code", "Enter")
    page.click("form[action$='accept'] button")
    page.click("form[action$='texts'] button")
    expect(page.locator("blockquote")).to_contain_text("zebra")
    page.click(".notice a")
    expect(page.locator("blockquote")).to_have_count(0)
    page.click("summary:has-text('ຂຽນບັນທຶກ')")
    page.fill("#text", "ໄດ້ລົມກັບປ້າຂອງລາວ")
    page.click("form[action$='note'] button")
    expect(page.locator("[role=status]")).to_be_visible()
    page.select_option("#to", "police")
    page.check("input[name=agreed]")
    page.click("form[action$='refer'] button")
    expect(page.locator("main")).to_contain_text("ລໍຖ້າຄຳຕອບ")
    page.select_option("#outcome", "helped")
    page.click("form[action$='close'] button")
    expect(page.locator("[role=status]")).to_be_visible()
    assert sideways(page) <= 0


def test_a_printed_letter_holds_the_letter_and_nothing_else(visit: Visit, gateway: Gateway) -> None:
    code = report(gateway)
    page = visit("/sign-in", language="lo")
    sign_in(page, "desk")
    page.goto(f"/cases/{code}/letter?to=women_union")
    page.emulate_media(media="print")
    for hidden in (".top", ".pages", ".demo", ".back", ".unprinted"):
        expect(page.locator(hidden)).to_be_hidden()
    expect(page.locator(".paper h1")).to_contain_text(code)
    assert page.locator("script").count() == 0


def test_a_number_hides_itself_after_a_minute(visit: Visit, gateway: Gateway) -> None:
    code = report(gateway)
    page = visit("/sign-in", language="lo")
    sign_in(page, "desk")
    page.goto(f"/cases/{code}")
    page.click("summary:has-text('ເຊື່ອງເບີໂທ')")
    page.fill("#why_number", WHY)
    with page.expect_response("**/number") as answered:
        page.click("form[action$='number'] button")
    assert answered.value.headers["refresh"] == f"60; url=/cases/{code}"
    page.click(".notice a")
    expect(page.locator(".number")).to_have_count(0)
    with pytest.raises(Error, match="ERR_CACHE_MISS"):  # nothing was kept that a step back could show
        page.go_back()
