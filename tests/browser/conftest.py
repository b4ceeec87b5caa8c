"""A browser for the run, a gateway for each story, and what every page is held to."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, ViewportSize, sync_playwright

from gateway.wiring import Gateway
from tests.doubles.servers import demand, find_chromium
from tests.support.console import open_demo, serving

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    demand("chromium")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[Gateway]:
    opened = open_demo(tmp_path / "home")
    yield opened
    opened.close()


@pytest.fixture
def url(gateway: Gateway) -> Iterator[str]:
    with serving(gateway) as address:
        yield address


@pytest.fixture
def complaints() -> list[str]:
    """Collect what browsers write to their console: a refused script, a file that was not found."""
    return []


@pytest.fixture
def visit(browser: Browser, url: str, complaints: list[str]) -> Iterator[Callable[..., Page]]:
    """Open a page in a browser of its own: ``visit("/cases", width=320, script=False)``."""
    with ExitStack() as opened:

        def note(message: ConsoleMessage) -> None:
            if message.type in ("error", "warning"):
                complaints.append(message.text)

        def to(path: str, width: int = 1280, *, script: bool = True, language: str = "en") -> Page:
            size = ViewportSize(width=width, height=640 if width < 600 else 900)
            context: BrowserContext = browser.new_context(viewport=size, java_script_enabled=script, base_url=url)
            opened.callback(context.close)
            page = context.new_page()
            page.set_default_timeout(10_000)
            page.on("console", note)
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.goto(f"/sign-in?lang={language}")
            page.goto(path)
            return page

        yield to
