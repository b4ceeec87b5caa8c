"""Runs the whole gateway as child processes: starts, watches, restarts and stops them; one supervisor a home."""

import fcntl
import json
import os
import secrets
import signal
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from gateway.cli.children import Child, ChildPlan
from gateway.errors import ConfigurationError
from gateway.queueing import embedded
from gateway.queueing.wakeup import LANES
from gateway.settings import Settings, moved_to_port
from gateway.tuning import binds_of

Tell = Callable[[str], None]
Plans = Callable[[Settings, str, str], list[ChildPlan]]

_DEATHS, _WINDOW = 5, 60.0
_LOOK_SECONDS = 0.1
_START_SECONDS = 60.0
_STOP_SECONDS = 7.0  # of 10: the queue server is stopped after everybody who uses it
_QUEUE_SERVER = "valkey"


@dataclass(frozen=True, slots=True)
class Ready:
    """What stands, in the order it should be read out; ``queue_url`` is empty without a queue server."""

    settings: Settings
    names: tuple[str, ...]
    queue_url: str
    seconds: float


@contextmanager
def hold_home(settings: Settings) -> Iterator[None]:
    """Hold GATEWAY_HOME for this process alone.

    Raises ConfigurationError with the pid and address of the one that runs.
    """
    path = settings.home / "gateway.lock"
    with open(path, "a+", encoding="utf-8", opener=lambda file, flags: os.open(file, flags, 0o600)) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.seek(0)
            holder = lock.read().strip() or "an unknown process"
            cure = "Stop it, or choose another: GATEWAY_HOME=/path."
            raise ConfigurationError("GATEWAY_HOME", f"{settings.home} is in use by {holder}", cure) from None
        lock.truncate(0)
        lock.write(f"pid {os.getpid()} at {settings.public_base_url}\n")
        lock.flush()
        yield
        lock.truncate(0)


def choose_port(settings: Settings, tell: Tell) -> Settings:
    """Return the settings with the first free port of 20, saying so when it is another one."""
    port = embedded.free_port(settings.port, host=settings.host)
    if port is None:
        problem = f"{settings.port} and the 19 ports after it are taken"
        raise ConfigurationError("BIND", problem, f"Choose another: BIND={settings.host}:9000.")
    if port != settings.port:
        tell(f"{settings.port} is taken, using {port}")
    return moved_to_port(settings, port)


def web_command() -> tuple[str, ...]:
    """Return the command of the web server; it reads the settings again in its own process."""
    return (sys.executable, "-m", "gunicorn", "-c", "python:gateway.web.gunicorn_conf", "gateway.web.wsgi:open_app()")


class Supervisor:
    """All processes of one gateway; ``tell`` prints a line for the person who watches."""

    def __init__(self, settings: Settings, tell: Tell, plans: Plans | None = None) -> None:
        self.settings, self.tell = settings, tell
        self._plans: Plans = plans or gateway_plans
        self.token = secrets.token_hex(16)
        self.children: list[Child] = []
        self.queue_url = settings.redis_url
        self._logs = settings.home / "logs"
        self._stop = threading.Event()

    def run(self, on_ready: Callable[[Ready], None], each_second: Callable[[], None] = lambda: None) -> int:
        """Start everything, call ``on_ready`` once, watch until SIGINT or SIGTERM; returns the exit status."""
        before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
        for number in before:
            signal.signal(number, lambda _number, _frame: self.request_stop())
        self._logs.mkdir(mode=0o700, exist_ok=True)
        began = time.monotonic()
        try:
            self._start_queue_server()
            for plan in self._plans(self.settings, self.queue_url, self.token):
                self._start(plan)
            return self._watch(began, on_ready, each_second)
        finally:
            self.stop()
            for number, handler in before.items():
                signal.signal(number, handler)

    def request_stop(self) -> None:
        """Make ``run`` end soon; safe to call from a signal handler."""
        self._stop.set()

    def stop(self) -> None:
        """Stop every child within 10 s, the queue server last, and say who is done."""
        users = [child for child in self.children if child.plan.name != _QUEUE_SERVER]
        servers = [child for child in self.children if child.plan.name == _QUEUE_SERVER]
        done: list[str] = []
        for group, seconds in ((users, _STOP_SECONDS), (servers, 2.0)):
            for child in group:
                child.ask_to_stop()
            deadline = time.monotonic() + seconds
            for child in group:
                ended = child.wait(deadline)
                done.append(f"{child.plan.name} {'done' if ended else 'killed'}")
        if servers:
            embedded.withdraw_url(self.settings.home)
        self.children.clear()
        if done:
            self.tell(" · ".join(done) + f" · data kept in {self.settings.home}")

    def _start_queue_server(self) -> None:
        """Start the bundled server unless REDIS_URL names one; without any, the clock delivers by itself."""
        home = self.settings.home
        if self.queue_url and self.queue_url != embedded.running_url(home):
            return
        self.queue_url = ""  # an address found in our own home is that of a server whose launcher is gone
        binary = embedded.find_binary()
        port = embedded.free_port(embedded.FIRST_PORT, tries=200)
        if binary is None or port is None:
            self.tell("no queue server: messages leave up to 10 s later; not for production")
            return
        embedded.end_orphan(home)
        url = f"redis://127.0.0.1:{port}/0"
        command = tuple(embedded.server_command(binary, home, port))
        child = self._start(ChildPlan(_QUEUE_SERVER, command, dict(os.environ), lambda: embedded.answers(url)))
        if not self._await([child], time.monotonic() + 15.0):
            self.tell(
                "the queue server does not start: messages leave up to 10 s later; see its log in logs/valkey.log"
            )
            self.children.remove(child)
            child.ask_to_stop()
            child.wait(time.monotonic() + 2.0)
            return
        self.queue_url = url
        embedded.publish_url(home, url)

    def _start(self, plan: ChildPlan) -> Child:
        child = Child(plan, self._logs)
        child.start()
        self.children.append(child)
        return child

    def _await(self, children: list[Child], deadline: float) -> bool:
        """Wait until all are ready; False when one ended, time is up or the stop was asked for."""
        while time.monotonic() < deadline and not self._stop.is_set():
            if all([child.ready() for child in children]):
                return True
            if any(child.exit_status() is not None for child in children):
                return False
            self._stop.wait(_LOOK_SECONDS / 2)
        return False

    def _watch(self, began: float, on_ready: Callable[[Ready], None], each_second: Callable[[], None]) -> int:
        waiting, looked = True, began
        while not self._stop.wait(_LOOK_SECONDS):
            for child in self.children:
                if child.exit_status() is not None and not self._restart(child):
                    return 1
            now = time.monotonic()
            if waiting and all([child.ready() for child in self.children]):
                waiting = False
                names = tuple(child.plan.name for child in self.children if child.plan.name != _QUEUE_SERVER)
                on_ready(Ready(self.settings, names, self.queue_url, now - began))
            elif waiting and now - began > _START_SECONDS:
                late = [child for child in self.children if not child.ready()]
                for child in late:
                    self._quote(child, f"is not ready after {_START_SECONDS:.0f} s")
                return 1
            if now - looked >= 1.0:
                looked = now
                each_second()
        return 0

    def _restart(self, child: Child) -> bool:
        """Start a dead child again; False when it has died too often."""
        status = child.exit_status()
        if child.died(_WINDOW) >= _DEATHS:
            self._quote(child, f"died {_DEATHS} times in {_WINDOW:.0f} s, the last time with status {status}")
            return False
        child.start()
        self.tell(f"{child.plan.name} died (status {status}) and was started again, pid {child.pid}")
        return True

    def _quote(self, child: Child, what: str) -> None:
        self.tell(f"{child.plan.name} {what}; its last lines:")
        for line in child.last_lines():
            self.tell(f"  {line}")


def gateway_plans(settings: Settings, queue_url: str, token: str) -> list[ChildPlan]:
    """Return web, one worker a lane when there is a queue server, the clock, and one process a bind."""
    environment = child_environment(settings, queue_url, token)
    plans = [ChildPlan("web", web_command(), environment, lambda: answers_as(settings, token))]
    lanes = LANES if queue_url else ()
    for name in (*lanes, "clock"):
        plans.append(ChildPlan(name, (sys.executable, "-m", "workers", name), environment))
    for name in sorted(binds_of(settings)):
        plans.append(ChildPlan(f"smpp-{name}", (sys.executable, "-m", "workers", "smpp", name), environment))
    return plans


def child_environment(settings: Settings, queue_url: str, token: str) -> dict[str, str]:
    """Return the environment of every child: what this process was given, with what was decided since."""
    decided = {
        "GATEWAY_HOME": str(settings.home),
        "GATEWAY_MODE": settings.mode,
        "BIND": f"{settings.host}:{settings.port}",
        "PUBLIC_BASE_URL": settings.public_base_url,
        "GATEWAY_START_TOKEN": token,
        "PYTHONUNBUFFERED": "1",
    }
    if queue_url:
        decided["REDIS_URL"] = queue_url
    inherited = {name: value for name, value in os.environ.items() if name.removesuffix("_FILE") not in decided}
    return inherited | decided


def answers_as(settings: Settings, token: str) -> bool:
    """Whether the web server on our port is the one started with ``token``, not somebody else's or an orphan."""
    host = {"0.0.0.0": "127.0.0.1", "[::]": "[::1]"}.get(settings.host, settings.host)
    try:
        with _OPENER.open(f"http://{host}:{settings.port}/healthz", timeout=1.0) as answer:
            return bool(json.loads(answer.read(4096)).get("start") == token)
    except (OSError, ValueError, AttributeError, urllib.error.URLError):
        return False


# A proxy of the environment must not stand between the supervisor and its own child.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def run_everything(
    settings: Settings,
    tell: Tell,
    on_ready: Callable[[Ready], None],
    each_second: Callable[[], None] = lambda: None,
) -> int:
    """Run web, workers, clock and the queue server until told to stop; the caller holds the home (``hold_home``)."""
    return Supervisor(settings, tell).run(on_ready, each_second)


def run_demo(
    settings: Settings,
    tell: Tell,
    prepare: Callable[[Settings], None],
    on_ready: Callable[[Ready], None],
    each_second: Callable[[], None] = lambda: None,
) -> int:
    """Take the home, find a free port, let ``prepare`` make keys, database and seed data, then run everything.

    ``settings`` were read with ``mode="demo"`` and their home made (``make_home``).
    """
    with hold_home(settings):
        chosen = choose_port(settings, tell)
        prepare(chosen)
        return run_everything(chosen, tell, on_ready, each_second)
