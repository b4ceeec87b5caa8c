"""The console with 100,000 cases and 30 officers at once, beside a bare page of 25 rows from the same database.

    scripts/bench/console [--cases 100000] [--officers 30] [--seconds 30] [--every 3]

Prints pages/s, p50/p95/p99, CPU-seconds a thousand pages and memory for: a floor (Flask, Jinja and one indexed
SELECT), the gateway with each officer opening a page every few seconds, and the gateway as fast as it goes. Judges the
p95 of the second: 300 ms. Loopback only.
"""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from gateway.assembly import Replacements, build
from gateway.queueing.wakeup import NoWakeup
from gateway.settings import read_settings
from scripts.bench.console_cases import fill, people, prepare
from scripts.bench.loopback import Outcome, Post, drive
from scripts.bench.processes import cpu_seconds, rss_megabytes, running

PORT = 8791
TARGET_MS = 300
PYTHON = sys.executable
Officer = tuple[str, list[str]]  # the token of a session, the codes of cases in its scope
MIX = ("/cases", "/cases/{code}", "/", "/cases?show=closed", "/cases?show=any&place=LA1703", "/cases/{code}")


def page(path: str, token: str, at: float = 0.0) -> Post:
    """Return the request of a page in somebody's session, as a browser sends it."""
    head = (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{PORT}\r\nAccept-Encoding: gzip\r\n"
        f"Cookie: saiduan-session={token}\r\n\r\n"
    )
    return Post(head.encode(), at)


def visits(officers: Sequence[Officer], each: int, every: float = 0.0) -> list[list[Post]]:
    """Return for each officer ``each`` pages in turn; with ``every``, that many seconds apart and not all at once."""
    return [
        [
            page(
                MIX[(officer + turn) % len(MIX)].format(code=codes[(officer * each + turn) % len(codes)]),
                token,
                every * (turn + officer / len(officers)) if every else 0.0,
            )
            for turn in range(each)
        ]
        for officer, (token, codes) in enumerate(officers)
    ]


def measured(name: str, pid: int, play: Sequence[Sequence[Post]]) -> Outcome:
    """Play with a connection for each officer, print one line, and return the outcome."""
    before = cpu_seconds(pid)
    outcome = drive(PORT, play, len(play))
    count = len(outcome.latencies)
    shares = "  ".join(f"p{share} {outcome.percentile(share / 100):7.1f}" for share in (50, 95, 99))
    cpu = (cpu_seconds(pid) - before) * 1000 / count
    speed = f"{count / outcome.seconds:7.1f} pages/s"
    print(f"{name:<44}{speed}  {shares} ms  {cpu:6.2f} cpu-s/1000  {rss_megabytes(pid):5.0f} MB", flush=True)
    if outcome.refused:
        print(f"{'':<44}{outcome.refused} answers were not 200")
    return outcome


def floor(database: Path, officers: int, each: int) -> Outcome:
    """Measure a bare page with the same server, threads and load."""
    server = ["-m", "gunicorn", "-k", "gthread", "--workers", "1", "--threads", "16", "--keep-alive", "30"]
    command = [PYTHON, *server, "-b", f"127.0.0.1:{PORT}", "scripts.bench.floors:page_app()"]
    with running(command, {"FLOOR_DATABASE": str(database)}, f"http://127.0.0.1:{PORT}/healthz") as pid:
        return measured("floor: Flask, Jinja, one indexed SELECT", pid, [[page("/", "x")] * each] * officers)


def main() -> int:
    """Fill a database, measure, judge; 0 when the p95 held and every page was answered."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--officers", type=int, default=30)
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--every", type=float, default=3.0)
    asked = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="saiduan-bench-"))
    try:
        return compare(asked, home)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def compare(asked: argparse.Namespace, home: Path) -> int:
    """Measure the floor and the gateway in one run."""
    environment = {
        "GATEWAY_HOME": str(home / "var"),
        "GATEWAY_MODE": "demo",
        "BIND": f"127.0.0.1:{PORT}",
        "LOG_LEVEL": "error",
        "PUBLIC_BASE_URL": f"http://127.0.0.1:{PORT}",
    }
    settings = read_settings(environment, home)
    prepare(settings)
    gateway = build(settings, Replacements(wakeup=NoWakeup()))
    signed_in = people(gateway, asked.officers)
    codes = fill(gateway, asked.cases)
    gateway.close()
    officers = [(token, codes[min(account.places)] if "officer" in account.roles else sum(codes.values(), []))
                for token, account in signed_in]  # fmt: skip
    each = max(1, int(asked.seconds / asked.every))
    bare = floor(settings.home / "gateway.db", asked.officers, each)
    command = [PYTHON, "-m", "gateway.cli.main", "serve"]
    with running(command, environment, f"http://127.0.0.1:{PORT}/healthz") as pid:
        drive(PORT, visits(officers[:3], len(MIX)), 3)  # the first pages of a process read its texts
        held = measured(f"gateway: {asked.officers} officers, a page each {asked.every:g} s", pid,
                        visits(officers, each, asked.every))  # fmt: skip
        fast = measured(f"gateway: {asked.officers} officers, as fast as it goes", pid, visits(officers, each))
    speed = [len(outcome.latencies) / outcome.seconds for outcome in (fast, bare)]
    p95 = held.percentile(0.95)
    print(f"ratio to the bare page {speed[0] / speed[1]:.2f}; p95 {p95:.0f} ms of {TARGET_MS} with {asked.cases} cases")
    good = p95 <= TARGET_MS and not held.refused and not fast.refused
    print("held" if good else "NOT held: see the lines above")
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main())
