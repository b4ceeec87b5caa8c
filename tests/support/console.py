"""A demo gateway in this process with its invented people, people who use its pages, and a server for browsers."""

import re
import shutil
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.test import TestResponse

from gateway.assembly import Replacements, build, content_root
from gateway.cli import demo_data
from gateway.cli.setting_up import make_stores, publish_shipped
from gateway.content.running import RunningContent
from gateway.ports.clock import Clock
from gateway.queueing.wakeup import NoWakeup
from gateway.services.installation import MODE, claim
from gateway.settings import Settings, make_home, read_settings
from gateway.system.crew import OneAfterAnother
from gateway.web.app import create_app
from gateway.wiring import Gateway

PASSPHRASE = demo_data.PASSWORD
Form = Mapping[str, str | list[str]]
SIMULATED = "+8562000000"
_TOKEN = re.compile(r'name="csrf" value="([^"]+)"')


def settings_of(home: Path, mode: str = "demo", **more: str) -> Settings:
    """Read the settings of a gateway under ``home``; whatever else is named is set in the environment."""
    return read_settings({"GATEWAY_HOME": str(home), "LOG_LEVEL": "error", **more}, home, mode=mode)


@cache
def _template() -> Path:
    """Return a home with keys, database and invented people, to be copied."""
    home = Path(tempfile.mkdtemp(prefix="sd-demo-"))
    settings = settings_of(home)
    make_home(settings, least_free=0)
    make_stores(settings)
    gateway = build(settings, Replacements(wakeup=NoWakeup()))
    claim(gateway.outside.store, settings.mode)
    publish_shipped(gateway)
    demo_data.seed(gateway)
    gateway.close()
    return home


@cache
def _content() -> RunningContent:
    """Compile flows and messages once for the whole run."""
    return RunningContent(content_root())


def open_demo(home: Path, clock: Clock | None = None, mode: str = "demo", **more: str) -> Gateway:
    """Open a gateway over a fresh copy of the demo; no thread sends, no queue server is asked."""
    shutil.copytree(_template(), home, dirs_exist_ok=True)
    if mode != "demo":
        _remark(home, mode)
    instead = Replacements(clock=clock, crew=OneAfterAnother(), wakeup=NoWakeup(), content=_content())
    return build(settings_of(home, mode, **more), instead)


def _remark(home: Path, mode: str) -> None:
    """Let invented people pass for real ones, where a test needs the other mode."""
    gateway = build(settings_of(home), Replacements(wakeup=NoWakeup(), content=_content()))
    with gateway.outside.store.writing() as work:
        work.duties.set_mark(MODE, mode)
    gateway.close()


class Person:
    """Somebody with a browser that runs no script: follows pages and sends their forms, token and all."""

    def __init__(
        self, app: Flask, name: str | None = None, language: str = "en", base: str = "http://localhost"
    ) -> None:
        self.client = app.test_client()
        self.base = base
        self.get(f"/sign-in?lang={language}")
        if name is not None:
            assert self.enter(name).status_code == 303

    def get(self, path: str, **headers: str) -> TestResponse:
        """Open a page."""
        return self.client.get(path, base_url=self.base, headers=headers, buffered=True)

    def post(self, path: str, form: Form | None = None, **headers: str) -> TestResponse:
        """Send a form as the page at hand would."""
        return self.client.post(path, data={"csrf": self.token(), **(form or {})}, base_url=self.base, headers=headers)

    def token(self) -> str:
        """Return the token that this browser's forms carry now."""
        found = _TOKEN.search(self.client.get("/sign-in", base_url=self.base, follow_redirects=True).text)
        assert found is not None
        return found[1]

    def enter(self, name: str, passphrase: str = PASSPHRASE, **form: str | list[str]) -> TestResponse:
        """Try to sign in."""
        return self.post("/sign-in", {"name": name, "passphrase": passphrase, **form})

    def text(self, number: str, *texts: str) -> list[str]:
        """Let a simulated phone text, and return the last replies."""
        replies: list[str] = []
        for text in texts:
            body = {"from": SIMULATED + number, "text": text, "channel": "sms"}
            replies = self.client.post("/simulator/messages", json=body, base_url=self.base).get_json()["replies"]
        return replies


def words_of(page: str) -> str:
    """Return what a page says, without its markup."""
    reader = _Reader()
    reader.feed(page)
    return " ".join(" ".join(reader.said).split())


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def handle_data(self, data: str) -> None:
        self.said.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.said += [value for name, value in attrs if name in ("aria-label", "placeholder", "title", "alt") and value]


class _Silent(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        """Say nothing: a test's output is its own."""


def _closing(app: WSGIApplication) -> WSGIApplication:
    """Close what an answer is read from also when the browser hangs up, where the server of tests forgets to."""

    def run(environ: WSGIEnvironment, start_response: StartResponse) -> Iterator[bytes]:
        body = app(environ, start_response)
        try:
            yield from body
        finally:
            if close := getattr(body, "close", None):
                close()

    return run


@contextmanager
def serving(gateway: Gateway, port: int = 0) -> Iterator[str]:
    """Serve the gateway on loopback while the block runs, on ``port`` or any free one; yields its address."""
    server = make_server("127.0.0.1", port, _closing(create_app(gateway)), threaded=True, request_handler=_Silent)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
