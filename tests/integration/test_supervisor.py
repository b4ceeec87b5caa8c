"""The supervisor with small stand-in children: ready, restarted, given up, stopped, never left behind."""

import json
import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from gateway.cli.children import Child, ChildPlan
from gateway.cli.supervisor import (
    Ready,
    Supervisor,
    answers_as,
    child_environment,
    choose_port,
    gateway_plans,
    hold_home,
)
from gateway.errors import ConfigurationError
from gateway.queueing import embedded
from gateway.settings import Settings, make_home, read_settings

READY = "import os, signal; os.write(int(os.environ['GATEWAY_READY_FD']), b'ready');"
STEADY = READY + "signal.pause()"
STUBBORN = READY + "signal.signal(signal.SIGTERM, signal.SIG_IGN); [signal.pause() for _ in iter(int, 1)]"
BROKEN = "raise SystemExit('the roof is on fire')"


def small(code: str, name: str = "alerts") -> ChildPlan:
    return ChildPlan(name, (sys.executable, "-c", code), dict(os.environ))


def plans(*wanted: ChildPlan) -> Callable[[Settings, str, str], list[ChildPlan]]:
    return lambda _settings, _url, _token: list(wanted)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    # An address nobody connects to: these children need no queue server.
    found = read_settings({"REDIS_URL": "redis://127.0.0.1:1/0"}, tmp_path, mode="demo")
    make_home(found)
    return found


def test_a_dead_child_is_started_again_and_that_is_said(settings: Settings) -> None:
    lines: list[str] = []

    def tell(line: str) -> None:
        lines.append(line)
        if "started again" in line:
            supervisor.request_stop()

    supervisor = Supervisor(settings, tell, plans(small(STEADY), small(STEADY, "replies")))

    def kill_one(ready: Ready) -> None:
        assert ready.names == ("alerts", "replies")
        os.kill(supervisor.children[0].pid or 0, signal.SIGKILL)

    assert supervisor.run(kill_one) == 0
    assert lines[0].startswith("alerts died (status -9) and was started again, pid ")
    assert lines[1].startswith("alerts done · replies done · data kept in ")


def test_a_child_that_dies_five_times_ends_everything_with_its_last_lines(settings: Settings) -> None:
    lines: list[str] = []
    supervisor = Supervisor(settings, lines.append, plans(small(BROKEN, "clock"), small(STEADY)))
    assert supervisor.run(lambda _: None) == 1
    text = "\n".join(lines)
    assert text.count("started again") == 4
    assert "clock died 5 times in 60 s, the last time with status 1; its last lines:" in text
    assert "  the roof is on fire" in text and supervisor.children == []


def test_sigterm_stops_every_child(settings: Settings) -> None:
    supervisor = Supervisor(settings, lambda _: None, plans(small(STEADY), small(STEADY, "clock")))
    children: list[Child] = []

    def leave(_: Ready) -> None:
        children.extend(supervisor.children)
        os.kill(os.getpid(), signal.SIGTERM)

    assert supervisor.run(leave) == 0
    assert [child.exit_status() for child in children] == [-15, -15]


@pytest.mark.slow
def test_a_child_that_will_not_stop_is_killed(settings: Settings) -> None:
    lines: list[str] = []
    supervisor = Supervisor(settings, lines.append, plans(small(STUBBORN), small(STEADY, "clock")))
    assert supervisor.run(lambda _: supervisor.request_stop()) == 0
    assert lines[-1].startswith("alerts killed · clock done")


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's parent-death signal")
def test_children_do_not_outlive_a_killed_parent(tmp_path: Path) -> None:
    code = f"""
import sys
from pathlib import Path
from gateway.cli.children import Child, ChildPlan
child = Child(ChildPlan("alerts", (sys.executable, "-c", {STEADY!r}), {dict(os.environ)!r}), Path({str(tmp_path)!r}))
child.start()
print(child.pid, flush=True)
sys.stdin.read()
"""
    parent = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = os.pidfd_open(int(parent.stdout.readline()))
    try:
        parent.kill()
        parent.communicate()
        assert select.select([child], [], [], 10)[0], "the child still runs"
    finally:
        os.close(child)


@pytest.mark.needs("valkey")
def test_the_bundled_server_is_started_published_and_stopped(tmp_path: Path) -> None:
    settings = read_settings({}, tmp_path, mode="demo")
    make_home(settings)
    seen: list[str] = []
    supervisor = Supervisor(settings, seen.append, plans(small(STEADY)))

    def look(ready: Ready) -> None:
        assert ready.queue_url == embedded.running_url(settings.home) and embedded.answers(ready.queue_url)
        seen.append(ready.queue_url)
        supervisor.request_stop()

    assert supervisor.run(look) == 0
    assert not embedded.answers(seen[0]) and embedded.running_url(settings.home) == ""
    assert seen[-1].startswith("alerts done · valkey done")
    assert (settings.home / "redis" / "appendonlydir").is_dir()


@pytest.mark.needs("valkey")
def test_an_address_left_in_the_home_by_a_killed_launcher_is_not_believed(tmp_path: Path) -> None:
    left = "redis://127.0.0.1:1/0"
    settings = read_settings({"REDIS_URL": left}, tmp_path, mode="demo")
    make_home(settings)
    embedded.publish_url(settings.home, left)
    seen: list[str] = []
    supervisor = Supervisor(settings, lambda _: None, plans(small(STEADY)))

    def look(ready: Ready) -> None:
        seen.append(ready.queue_url)
        supervisor.request_stop()

    assert supervisor.run(look) == 0
    assert seen and seen[0] != left


def test_one_home_has_one_supervisor(settings: Settings) -> None:
    with hold_home(settings), pytest.raises(ConfigurationError) as caught, hold_home(settings):
        pass
    assert f"in use by pid {os.getpid()} at http://127.0.0.1:8000" in str(caught.value)
    with hold_home(settings):
        pass


def test_a_taken_port_moves_the_gateway_and_says_so(settings: Settings, tmp_path: Path) -> None:
    server = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    port = server.server_port
    lines: list[str] = []
    chosen = choose_port(read_settings({"BIND": f"127.0.0.1:{port}"}, tmp_path, mode="demo"), lines.append)
    server.server_close()
    assert chosen.port != port and lines == [f"{port} is taken, using {chosen.port}"]
    assert chosen.public_base_url == f"http://127.0.0.1:{chosen.port}"


def test_only_our_own_child_counts_as_ready(tmp_path: Path) -> None:
    class Orphan(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps({"ok": True, "start": "yesterday"}).encode())

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Orphan)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        settings = read_settings({"BIND": f"127.0.0.1:{server.server_port}"}, tmp_path)
        assert answers_as(settings, "yesterday") and not answers_as(settings, "today")
    finally:
        server.shutdown()
        server.server_close()
    assert not answers_as(settings, "yesterday")


def test_children_hear_what_was_decided(settings: Settings) -> None:
    environment = child_environment(settings, "redis://127.0.0.1:6390/0", "token")
    assert environment["REDIS_URL"] == "redis://127.0.0.1:6390/0" and environment["GATEWAY_MODE"] == "demo"
    again = read_settings(environment, settings.home.parent)
    assert (again.home, again.port, again.public_base_url) == (settings.home, settings.port, settings.public_base_url)


def test_every_lane_has_one_process_and_the_clock_needs_no_queue(settings: Settings) -> None:
    names = [plan.name for plan in gateway_plans(settings, "redis://127.0.0.1:6390/0", "token")]
    assert names == ["web", "alerts", "replies", "broadcasts", "chores", "clock"]
    assert [plan.name for plan in gateway_plans(settings, "", "token")] == ["web", "clock"]
