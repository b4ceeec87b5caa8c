"""A three-step conversation by thousands of phones over signed HTTP, durable as shipped, beside two floors.

    scripts/bench/inbound [--phones 2000] [--seconds 60] [--rate 200] [--connections 16]

Prints messages/s, p50/p95/p99, CPU-seconds a thousand messages and memory for: the gateway as fast as it goes, the
gateway at a held rate by SMS and by USSD, a bare Flask TwiML echo, and one durable insert a message. Loopback only.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import urlencode

from twilio.request_validator import RequestValidator

from scripts.bench.loopback import Outcome, Post, drive
from scripts.bench.processes import cpu_seconds, rss_megabytes, running

ACCOUNT, TOKEN = "AC" + "0" * 32, "bench-token-of-no-account"
PORT = 8790
URL = f"http://127.0.0.1:{PORT}/hooks/twilio/inbound"
STEPS = ("ສະບາຍດີ", "1", "1")
KEYS = ("", "1", "1")
PYTHON = sys.executable


def texts(phone: int, step: int) -> bytes:
    """Return one signed SMS webhook."""
    form = {
        "MessageSid": f"SM{phone:028x}{step:04x}",
        "AccountSid": ACCOUNT,
        "From": f"+8562055{phone:06d}",
        "To": "1234",
        "Body": STEPS[step],
        "NumMedia": "0",
    }
    signature = RequestValidator(TOKEN).compute_signature(URL, form)
    return posted("/hooks/twilio/inbound", form, f"X-Twilio-Signature: {signature}\r\n")


def screens(token: str) -> Callable[[int, int], bytes]:
    """Return what makes one USSD webhook; the gateway's own secret is part of its address."""

    def dialled(phone: int, step: int) -> bytes:
        typed = "*".join(KEYS[1 : step + 1])
        form = {"sessionId": f"S{phone}", "phoneNumber": f"+8562055{phone:06d}", "serviceCode": "*123#", "text": typed}
        return posted(f"/hooks/africastalking/{token}/ussd", form)

    return dialled


def posted(path: str, form: dict[str, str], more: str = "") -> bytes:
    """Return a form as the bytes of its request."""
    body = urlencode(form).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{PORT}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\n{more}Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def talks(first: int, count: int, rate: float = 0.0, said: Callable[[int, int], bytes] = texts) -> list[list[Post]]:
    """Return ``count`` conversations of distinct phones; with a ``rate``, each message has its moment."""
    return [
        [
            Post(said(phone, step), (phone - first) * len(STEPS) / rate + step * 0.5 if rate else 0.0)
            for step in range(len(STEPS))
        ]
        for phone in range(first, first + count)
    ]


def one_at_a_time(conversations: list[list[Post]]) -> list[list[Post]]:
    """Return every message as a talk of its own, in order of its moment, for a held rate."""
    return [[post] for post in sorted((post for talk in conversations for post in talk), key=lambda post: post.at)]


def report(name: str, outcome: Outcome, cpu: float, rss: float) -> None:
    """Print one line."""
    count = len(outcome.latencies)
    speed = f"{count / outcome.seconds:8.0f} msg/s"
    shares = "  ".join(f"p{share} {outcome.percentile(share / 100):7.1f}" for share in (50, 95, 99))
    load = f"{cpu * 1000 / count:5.2f} cpu-s/1000   {rss:5.0f} MB   refused {outcome.refused}"
    print(f"{name:<38} {speed}   {shares} ms   {load}", flush=True)


def measured(name: str, pid: int, play: Sequence[Sequence[Post]], connections: int) -> Outcome:
    """Play, print, and return the outcome."""
    before = cpu_seconds(pid)
    outcome = drive(PORT, play, connections)
    report(name, outcome, cpu_seconds(pid) - before, rss_megabytes(pid))
    return outcome


def stored(environment: dict[str, str]) -> int:
    """Return how many inbound messages the gateway has on disk."""
    command = [PYTHON, "-m", "gateway.cli.main", "messages", "list", "--json", "--direction", "in"]
    lines = subprocess.run(
        command, env={**os.environ, **environment}, capture_output=True, text=True, check=True
    ).stdout
    return sum(1 for line in lines.splitlines() if json.loads(line)["direction"] == "in")


def gateway_environment(home: Path) -> dict[str, str]:
    """Return the settings of the gateway under test: SQLite, signed webhooks, nothing leaves the machine."""
    return {
        "GATEWAY_HOME": str(home),
        "GATEWAY_MODE": "demo",
        "BIND": f"127.0.0.1:{PORT}",
        "LOG_LEVEL": "error",
        "PUBLIC_BASE_URL": f"http://127.0.0.1:{PORT}",
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_FROM": "1234",
        "TWILIO_API_BASE_URL": "http://127.0.0.1:9",
    }


def floor(name: str, app: str, home: Path, play: Sequence[Sequence[Post]], connections: int) -> Outcome:
    """Measure one of the floors with the same server, threads and load."""
    command = [
        PYTHON,
        "-m",
        "gunicorn",
        "-k",
        "gthread",
        "--workers",
        "1",
        "--threads",
        "16",
        "--keep-alive",
        "30",
        "-b",
        f"127.0.0.1:{PORT}",
        f"scripts.bench.floors:{app}()",
    ]
    environment = {"FLOOR_DATABASE": str(home / f"{app}.db")}
    with running(command, environment, f"http://127.0.0.1:{PORT}/healthz") as pid:
        return measured(name, pid, play, connections)


def main() -> int:
    """Run all four and judge; 0 when nothing was lost and the held rate kept its p99."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--phones", type=int, default=2000)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--rate", type=float, default=200.0)
    parser.add_argument("--connections", type=int, default=16)
    asked = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="saiduan-bench-"))
    try:
        return compare(asked, home)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def compare(asked: argparse.Namespace, home: Path) -> int:
    """Measure the floors and the gateway in one run."""
    fast = talks(0, asked.phones)
    echo = floor("floor: bare Flask TwiML echo", "echo_app", home, fast, asked.connections)
    insert = floor("floor: one durable insert a message", "durable_app", home, fast, asked.connections)
    environment = gateway_environment(home / "var")
    command = [PYTHON, "-m", "gateway.cli.main", "demo"]
    with running(command, environment, f"http://127.0.0.1:{PORT}/healthz") as pid:
        ours = measured("gateway: as fast as it goes", pid, fast, asked.connections)
        held_talks = one_at_a_time(talks(asked.phones, int(asked.rate * asked.seconds / len(STEPS)), asked.rate))
        held = measured(f"gateway: {asked.rate:.0f}/s held for {asked.seconds} s", pid, held_talks, 64)
        token = (home / "var" / "keys" / "africastalking.token").read_text("ascii").strip()
        first, count = asked.phones + len(held_talks), int(asked.rate * asked.seconds / len(KEYS))
        dialled = talks(first, count, asked.rate, screens(token))
        screened = measured(f"USSD: {asked.rate:.0f}/s held for {asked.seconds} s", pid, one_at_a_time(dialled), 64)
        played = (ours, held, screened)
        acked = sum(len(outcome.latencies) - outcome.refused for outcome in played)
        kept = stored(environment)
    speed = [len(outcome.latencies) / outcome.seconds for outcome in (ours, insert, echo)]
    print(
        f"ratio to the durable insert {speed[0] / speed[1]:.2f}, to the bare echo {speed[0] / speed[2]:.2f}; "
        f"answered {acked}, on disk {kept}, lost {max(0, acked - kept)}"
    )
    steady = all(outcome.refused == 0 and outcome.percentile(0.99) <= 2000 for outcome in (held, screened))
    good = kept >= acked and steady
    print("held" if good else "NOT held: see the lines above")
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main())
