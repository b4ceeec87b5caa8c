"""A whole broadcast, planned and sent by the shipped RQ workers, with alerts in the middle, beside plainer ways.

    scripts/bench/broadcast [--recipients 1000000] [--milliseconds 5] [--alerts 40] [--database postgresql+psycopg://...]

Prints: seconds to plan, messages/s and seconds in all, the largest resident memory of each process, the time from a
new alert to its hand-over meanwhile; and on 10,000 recipients one RQ job each, RapidSMS's bulk send, and a plain loop
that keeps a row and sends, as ratios. A row and a durable commit for each text, loopback only. Exit status 0 when
every aim holds.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from gateway.assembly import build
from gateway.campaigns.audience import AudienceRule
from gateway.ports.channel import Receipt
from gateway.queueing.embedded import answers, find_binary, free_port, server_command
from gateway.settings import read_settings
from gateway.store.key_files import create_keys
from gateway.store.migrating import migrate
from gateway.wiring import Gateway
from scripts.bench import plain_sending, seeding
from scripts.bench.delivery import CONNECTIONS, PORT, environment_of, queue, watched
from scripts.bench.loopback import Outcome, Post, drive
from scripts.bench.processes import cpu_seconds, running
from scripts.bench.stand_in import WATCHED

DISTRICT = "LA1704"
TEXT = {"en": "Market day is on Friday in {district}. To end text STOP", "lo": "ວັນສຸກມີຕະຫຼາດ. ເຊົາຮັບພິມ ຢຸດ"}
WORKERS = ("alerts", "broadcasts", "chores", "clock")
UNSENT = ("planned", "queued", "claimed", "wait_retry", "held", "ambiguous")
CONFIGURATION = """channels:
  twilio: {kind: twilio, rate: "2500"}
quiet_hours: {from: "00:00", to: "00:00"}
"""
AIMS = {"total": 1200.0, "plan": 15.0, "memory": 200.0, "alert": 5000.0}


def prepared(home: Path, environment: dict[str, str], recipients: int) -> Gateway:
    """Make keys, database, configuration and people in ``home``, and open the gateway there."""
    create_keys(home / "keys")
    migrate(environment["DATABASE_URL"])
    (home / "gateway.yaml").write_text(CONFIGURATION, "utf-8")
    gateway = build(read_settings(environment, home))
    began = time.monotonic()
    seeding.people(gateway, recipients, DISTRICT)
    print(f"{recipients:,} people written down in {time.monotonic() - began:.0f} s", flush=True)
    return gateway


@contextmanager
def queue_server(home: Path) -> Iterator[str]:
    """Run the bundled Valkey; yields its address."""
    binary, port = find_binary(), free_port(6490)
    if binary is None or port is None:
        raise SystemExit("no Valkey binary, or no free port for it")
    process = subprocess.Popen(server_command(binary, home, port), stdout=subprocess.DEVNULL)
    try:
        url = f"redis://127.0.0.1:{port}/0"
        while not answers(url):
            time.sleep(0.05)
        yield url
    finally:
        process.terminate()
        process.wait(15)


@contextmanager
def worker(part: str, environment: dict[str, str]) -> Iterator[int]:
    """Run one process as ``gateway`` runs it; yields its pid."""
    process = subprocess.Popen([sys.executable, "-m", "workers", part], env={**os.environ, **environment})
    try:
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def peak_megabytes(pid: int) -> float:
    """Return the largest resident memory that a process ever had, in MB."""
    fields = Path(f"/proc/{pid}/status").read_text().partition("VmHWM:")[2].split()
    return int(fields[0]) * 1024 / 1e6


def started(gateway: Gateway) -> str:
    """Write a broadcast, let a second person approve it, and let it go."""
    rule = AudienceRule(districts=frozenset({DISTRICT}))
    campaign = gateway.broadcasts.draft("bench", TEXT, rule, None, "writer")
    gateway.broadcasts.submit(campaign, "writer")
    gateway.broadcasts.approve(campaign, "reader", gateway.broadcasts.preview(campaign).content_hash)
    gateway.broadcasts.schedule(campaign, "reader")
    return campaign


def await_workers(gateway: Gateway) -> None:
    """Wait until every process has said that it lives."""
    alive: set[str] = set()
    while not alive >= set(WORKERS):
        time.sleep(0.2)
        with gateway.outside.store.reading() as work:
            alive = {beat.role for beat in work.duties.heartbeats()}


def tally(gateway: Gateway, campaign: str) -> dict[str, int]:
    """Count the broadcast by state."""
    with gateway.outside.store.reading() as work:
        return dict(work.campaigns.tally(campaign))


def state(gateway: Gateway, campaign: str) -> str | None:
    """Return where the broadcast stands."""
    with gateway.outside.store.reading() as work:
        row = work.campaigns.get(campaign)
    return row.state if row is not None else None


def settle_first(gateway: Gateway) -> None:
    """Report the first fifty as delivered, as their network would: the rest waits for that."""
    with gateway.outside.store.reading() as work:
        first = [line.id for line in work.outbox.lines(None, "out", "broadcast")]
    now = gateway.outside.clock.now()
    for one in first:
        gateway.delivery.record_receipt(Receipt("twilio", one, None, "delivered", "delivered", None, one, now))


def sent(gateway: Gateway, recipients: int, alerts: int) -> tuple[float, float, Outcome]:
    """Run the broadcast to its end; return seconds of planning, seconds in all, and the alerts' times."""
    began, made = time.monotonic(), dict[str, float]()
    campaign = started(gateway)
    while state(gateway, campaign) == "scheduled":
        time.sleep(0.02)
    planned = time.monotonic() - began
    print(f"{'planned':<46} {planned:8.2f} s", flush=True)
    while tally(gateway, campaign).get("accepted", 0) < min(50, recipients):
        time.sleep(0.05)
    settle_first(gateway)
    looked = 0.0
    while True:
        counts = tally(gateway, campaign) if time.monotonic() - looked > 2 else {}
        if counts:
            looked = time.monotonic()
        if counts and not any(counts.get(name) for name in UNSENT):
            break
        if len(made) < alerts:
            code = f"{100_000 + len(made)} P0 new."
            made[code] = time.time()
            queue(gateway, "alert", [f"{WATCHED}{len(made):05d}"], code)
            gateway.outside.wakeup.wake("alerts")
        time.sleep(0.25)
    seconds = time.monotonic() - began
    print(f"it came to: { {name: count for name, count in counts.items() if count} }")
    found = watched()
    return planned, seconds, Outcome([at - made[text] for text, at in found.items()], len(made) - len(found))


def bare(messages: int) -> float:
    """Return the messages a second of bare requests over as many connections."""
    body = b"To=%2B8562055000000&From=1234&Body=Market+day+is+on+Friday."
    head = f"POST /x HTTP/1.1\r\nHost: 127.0.0.1:{PORT}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    return messages / drive(PORT, [[Post(head + body)] for _ in range(messages)], CONNECTIONS).seconds


def shown(name: str, speed: float, ours: float) -> None:
    """Print a speed beside ours."""
    print(f"{name:<46} {speed:8.0f} msg/s   ours is {ours / speed:5.2f} times that", flush=True)


def measured(home: Path, asked: argparse.Namespace) -> bool:
    """Run everything; say whether every aim holds."""
    environment = environment_of(home) | {"DATABASE_URL": asked.database or f"sqlite:///{home / 'gateway.db'}"}
    with ExitStack() as stack:
        environment["REDIS_URL"] = stack.enter_context(queue_server(home))
        gateway = prepared(home, environment, asked.recipients)
        stand_in = [sys.executable, "-m", "scripts.bench.stand_in", str(PORT), str(asked.milliseconds)]
        stack.enter_context(running(stand_in, {}, f"http://127.0.0.1:{PORT}/taken"))
        pids = {part: stack.enter_context(worker(part, environment)) for part in WORKERS}
        await_workers(gateway)
        started_with = sum(map(cpu_seconds, pids.values()))
        planned, seconds, alerts = sent(gateway, asked.recipients, asked.alerts)
        ours = asked.recipients / seconds
        cpu = (sum(map(cpu_seconds, pids.values())) - started_with) * 1000 / asked.recipients
        print(f"{'gateway: its workers':<46} {ours:8.0f} msg/s   {cpu:.2f} cpu-s/1000   {seconds:.0f} s")
        peaks = {part: peak_megabytes(pid) for part, pid in pids.items()}
        print("peak memory: " + "  ".join(f"{part} {peak:.0f} MB" for part, peak in peaks.items()))
        shares = "  ".join(f"p{share} {alerts.percentile(share / 100):.0f}" for share in (50, 95, 99))
        print(f"alerts meanwhile: {len(alerts.latencies)}, {shares} ms, not handed over {alerts.refused}")
        few = min(10_000, asked.recipients)
        shown("one RQ job a recipient (SimpleWorker)", plain_sending.by_jobs(environment["REDIS_URL"], PORT, few), ours)
        shown("RapidSMS 2.2: its database router", plain_sending.by_rapidsms(home, PORT, few), ours)
        shown("a loop: keep a row, commit, send", plain_sending.by_loop(home / "plain.db", PORT, few), ours)
        shown("floor: bare requests, kept-alive", bare(few), ours)
        gateway.close()
    aim = max(60.0, AIMS["total"] * asked.recipients / 1_000_000)
    held = {
        f"total {seconds:.0f} s of {aim:.0f}": seconds <= aim,
        f"planning {planned:.1f} s of {AIMS['plan']:.0f}": planned <= AIMS["plan"],
        f"memory {max(peaks.values()):.0f} MB of {AIMS['memory']:.0f}": max(peaks.values()) <= AIMS["memory"],
        f"alert p99 {alerts.percentile(0.99):.0f} ms": alerts.percentile(0.99) <= AIMS["alert"] and not alerts.refused,
    }
    for name, good in held.items():
        print(f"{'held' if good else 'NOT held'}: {name}")
    return all(held.values())


def main() -> int:
    """Measure in a folder of its own."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--recipients", type=int, default=1_000_000)
    parser.add_argument("--milliseconds", type=float, default=5.0)
    parser.add_argument("--alerts", type=int, default=40)
    parser.add_argument("--database", default="")
    home = Path(tempfile.mkdtemp(prefix="saiduan-bench-"))
    try:
        return 0 if measured(home, parser.parse_args()) else 1
    finally:
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    raise SystemExit(main())
