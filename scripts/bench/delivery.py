"""Many texts handed over one by one while alerts come in, beside a floor: bare requests to the same stand-in.

    scripts/bench/delivery [--messages 100000] [--milliseconds 30] [--alerts 40]

Prints messages/s, CPU-seconds a thousand messages and memory for: bare requests to the stand-in, the engine with a
provider in its own process, and a worker of one lane beside one for alerts against the stand-in; and the time from a
new alert to its hand-over meanwhile. One row and one commit a message, SQLite as shipped, loopback only. The bulk goes
through the lane of replies: a broadcast's row without its campaign would be refused.
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

from gateway.assembly import build
from gateway.ports.outbox import Outgoing, OutKind
from gateway.settings import read_settings
from gateway.store.key_files import create_keys
from gateway.store.migrating import migrate
from gateway.wiring import Gateway
from scripts.bench.loopback import Outcome, Post, drive
from scripts.bench.processes import cpu_seconds, rss_megabytes, running
from scripts.bench.stand_in import WATCHED

PORT = 8795
PYTHON = sys.executable
CONNECTIONS = 32
STARTED = "99999 P0 new."
"""The alert by which we know that its worker stands: how long that takes to start is not what is measured."""
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def environment_of(home: Path) -> dict[str, str]:
    """Return the settings of the gateway under test."""
    return {
        "GATEWAY_HOME": str(home),
        "GATEWAY_CONFIG": str(home / "gateway.yaml"),
        "LOG_LEVEL": "error",
        "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
        "TWILIO_AUTH_TOKEN": "bench-token-of-no-account",
        "TWILIO_FROM": "1234",
        "TWILIO_API_BASE_URL": f"http://127.0.0.1:{PORT}",
    }


def prepared(home: Path) -> Gateway:
    """Make keys, database and configuration in ``home`` and open the gateway there."""
    home.mkdir(mode=0o700, exist_ok=True)
    create_keys(home / "keys")
    migrate(f"sqlite:///{home / 'gateway.db'}")
    (home / "gateway.yaml").write_text('channels:\n  twilio: {kind: twilio, rate: "10000"}\n', "utf-8")
    return build(read_settings(environment_of(home), home))


def queue(gateway: Gateway, kind: OutKind, numbers: list[str], text: str) -> None:
    """Put one text for each number into the outbox, in one transaction."""
    outside = gateway.outside
    now = outside.clock.now()
    with outside.store.writing() as work:
        rows = []
        for number in numbers:
            new_id, contact = outside.chance.new_id(), work.people.lock(number, now).id
            lane = "alerts" if kind == "alert" else "replies"
            life = now + timedelta(hours=12)
            rows.append(Outgoing(new_id, new_id, kind, lane, "twilio", contact, text, now, now, life))
        work.outbox.add_many(rows)


@contextmanager
def sender(environment: dict[str, str], lane: str, *options: str) -> Iterator[int]:
    """Run one sending process; yields its pid."""
    command = [PYTHON, "-m", "scripts.bench.sender", lane, *options]
    process = subprocess.Popen(command, env={**os.environ, **environment})
    try:
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def taken() -> dict[str, float | dict[str, float]]:
    """Ask the stand-in what it took."""
    with OPENER.open(f"http://127.0.0.1:{PORT}/taken", timeout=10) as answer:
        found: dict[str, float | dict[str, float]] = json.loads(answer.read())
        return found


def watched() -> dict[str, float]:
    """Return when each alert reached the stand-in, by its text."""
    found = taken()["watched"]
    assert isinstance(found, dict)
    return found


def unsent(gateway: Gateway) -> int:
    """Return how many texts of the broadcast nobody has taken yet."""
    with gateway.outside.store.reading() as work:
        return work.outbox.depth("replies", gateway.outside.clock.now())


def line(name: str, count: int, seconds: float, cpu: float, rss: float, more: str = "") -> float:
    """Print one line and return the messages a second."""
    speed = count / seconds
    load = f"{cpu * 1000 / count:6.2f} cpu-s/1000   {rss:5.0f} MB" if cpu else ""
    print(f"{name:<46} {speed:8.0f} msg/s   {load}   {more}", flush=True)
    return speed


def floor(messages: int) -> float:
    """Send bare requests over as many connections as the gateway uses."""
    body = b"To=%2B8562055000000&From=1234&Body=Market+day+is+on+Friday."
    head = f"POST /x HTTP/1.1\r\nHost: 127.0.0.1:{PORT}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    outcome = drive(PORT, [[Post(head + body)] for _ in range(messages)], CONNECTIONS)
    return line("floor: bare requests, kept-alive", messages, outcome.seconds, 0.0, 0.0)


def engine(home: Path, messages: int) -> float:
    """Drain a broadcast with a provider that takes everything at once, in the process."""
    gateway = prepared(home)
    queue(gateway, "news", numbers_of(messages), "Market day is on Friday.")
    with sender(environment_of(home), "replies", "--instant") as pid:
        while unsent(gateway) == messages:
            time.sleep(0.01)
        began, before, left = time.monotonic(), cpu_seconds(pid), unsent(gateway)
        while unsent(gateway):
            time.sleep(0.05)
        seconds = time.monotonic() - began
        speed = line(
            "engine: a row and a commit a message", left, seconds, cpu_seconds(pid) - before, rss_megabytes(pid)
        )
    gateway.close()
    return speed


def whole(home: Path, messages: int, alerts: int) -> tuple[float, Outcome]:
    """Drain a broadcast against the stand-in while alerts come in; return speed and the alerts' times."""
    gateway = prepared(home)
    queue(gateway, "news", numbers_of(messages), "Market day is on Friday.")
    environment, made = environment_of(home), dict[str, float]()
    with ExitStack() as stack:
        pids = [stack.enter_context(sender(environment, lane)) for lane in ("replies", "alerts")]
        queue(gateway, "alert", [f"{WATCHED}99999"], STARTED)
        while unsent(gateway) == messages or STARTED not in watched():
            time.sleep(0.01)
        began, before, left = time.monotonic(), sum(map(cpu_seconds, pids)), unsent(gateway)
        while unsent(gateway):
            if len(made) < alerts:
                code = f"{100_000 + len(made)} P0 new."
                made[code] = time.time()
                queue(gateway, "alert", [f"{WATCHED}{len(made):05d}"], code)
            time.sleep(0.1)
        seconds = time.monotonic() - began
        cpu, rss = sum(map(cpu_seconds, pids)) - before, sum(map(rss_megabytes, pids))
        speed = line("gateway: a worker for the bulk, one for alerts", left, seconds, cpu, rss)
    found = {text: at for text, at in watched().items() if text != STARTED}
    with gateway.outside.store.reading() as work:
        states = Counter(one.state for one in work.outbox.lines(None, "out", "news"))
    print(f"the bulk came to: {dict(states)}")
    gateway.close()
    return speed, Outcome([at - made[text] for text, at in found.items()], len(made) - len(found))


def numbers_of(messages: int) -> list[str]:
    """Return as many numbers as there are texts, of a thousand phones."""
    return [f"+8562055{number % 1000:06d}" for number in range(messages)]


def main() -> int:
    """Run all three and judge; 0 when the aims of performance are held."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--milliseconds", type=float, default=30.0)
    parser.add_argument("--alerts", type=int, default=40)
    asked = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="saiduan-bench-"))
    try:
        command = [PYTHON, "-m", "scripts.bench.stand_in", str(PORT), str(asked.milliseconds)]
        with running(command, {}, f"http://127.0.0.1:{PORT}/taken"):
            bare = floor(min(asked.messages, 5_000))
            alone = engine(home / "engine", asked.messages)
            ours, alerts = whole(home / "whole", asked.messages, asked.alerts)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    shares = "  ".join(f"p{share} {alerts.percentile(share / 100):.0f}" for share in (50, 95, 99))
    print(f"alerts while it ran: {len(alerts.latencies)}, {shares} ms, not handed over {alerts.refused}")
    print(f"ratio to bare requests {ours / bare:.2f}; a provider that takes {asked.milliseconds:g} ms")
    in_time = alerts.percentile(0.95) <= 100 and alerts.percentile(0.99) <= 5000 and not alerts.refused
    good = alone >= 1000 and ours >= 700 and in_time
    print("held" if good else "NOT held: see the lines above")
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main())
