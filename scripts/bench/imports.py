"""How fast a list of contacts is checked and taken, and in how much memory, beside a bare reading of the same file.

The command runs as an operator runs it, in a folder of its own; then people are counted as the wizard counts them.
"""

import argparse
import csv
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from openpyxl import Workbook, load_workbook

from gateway.campaigns.audience import AudienceRule
from gateway.geography.shipped import shipped
from gateway.store.encryption import Keyring
from gateway.store.key_files import load_keys
from gateway.store.unit_of_work import SqlStore, open_store
from gateway.system.chance import SystemChance
from gateway.system.clock import SystemClock
from scripts.bench.processes import cpu_seconds, rss_megabytes

ROWS = 1_000_000
AIM_SECONDS, AIM_MEGABYTES = 300, 150
AGREEING = 0.97  # of the people in a list
LOOK_EVERY = 0.25  # seconds between two looks at the memory
COLUMNS = ("phone", "language", "district", "village", "group", "consent", "consent_on", "name")


@dataclass(frozen=True, slots=True)
class Run:
    """One command: its wall and processor time in seconds, and its largest resident memory in MB."""

    seconds: float
    cpu: float
    megabytes: float


def invented(rows: int) -> Iterator[tuple[str, ...]]:
    """Yield a list: every way of writing a number, all districts, most people agreeing."""
    chance, districts = random.Random(6), [place.code for place in shipped().districts()]
    forms = ("020 {a} {b}", "20{a}{b}", "+85620{a}{b}", "020{a}{b}")
    yield COLUMNS
    for number in chance.sample(range(50_000_000, 60_000_000), rows):
        first, second = f"{number:08}"[:4], f"{number:08}"[4:]
        yield (
            chance.choice(forms).format(a=first, b=second),
            chance.choice(("lo", "lo", "hmn", "en", "")),
            chance.choice(districts),
            "ບ້ານ ໂພນ",
            chance.choice(("weavers", "market", "")),
            "yes" if chance.random() < AGREEING else "",
            "01/03/2026",
            "",
        )


def write_list(file: Path, rows: int) -> None:
    """Write an invented list as CSV, or as XLSX where the file is called so."""
    if file.suffix == ".xlsx":
        book = Workbook(write_only=True)
        sheet = book.create_sheet()
        for row in invented(rows):
            sheet.append(row)
        book.save(file)
        return
    with file.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows(invented(rows))


def floor(file: Path) -> float:
    """Read the file with csv, or openpyxl, alone, in this process; return its rows a second."""
    began, rows = time.perf_counter(), 0
    if file.suffix == ".xlsx":
        for _ in load_workbook(file, read_only=True).worksheets[0].iter_rows(values_only=True):
            rows += 1
        return rows / (time.perf_counter() - began)
    with file.open(newline="", encoding="utf-8") as text:
        for _ in csv.reader(text):
            rows += 1
    return rows / (time.perf_counter() - began)


def ran(command: list[str], home: Path) -> Run:
    """Run a gateway command to its end; refuse one that fails."""
    environment = {**os.environ, "GATEWAY_HOME": str(home)}
    began, peak, cpu = time.perf_counter(), 0.0, 0.0
    process = subprocess.Popen([sys.executable, "-m", "gateway.cli.main", *command], env=environment)
    while process.poll() is None:
        cpu, peak = max(cpu, cpu_seconds(process.pid)), max(peak, rss_megabytes(process.pid))
        try:
            process.wait(LOOK_EVERY)
        except subprocess.TimeoutExpired:
            continue
    if process.returncode:
        raise SystemExit(f"gateway {' '.join(command)}: exit {process.returncode}")
    return Run(time.perf_counter() - began, cpu, peak)


def head_counts(home: Path) -> list[tuple[str, float, int]]:
    """Return (audience, seconds, people) of counts as the wizard asks for them, the best of three."""
    keyring: Keyring = load_keys(home / "keys")
    clock = SystemClock()
    store: SqlStore = open_store(f"sqlite:///{home / 'gateway.db'}", keyring, clock, SystemChance())
    rules = {
        "one district": AudienceRule(districts=frozenset({"LA1704"})),
        "one province": AudienceRule(provinces=frozenset({"LA17"})),
        "a group": AudienceRule(groups=frozenset({"weavers"})),
        "everybody": AudienceRule(),
    }
    found = []
    for name, rule in rules.items():
        times = []
        for _ in range(3):
            began = time.perf_counter()
            with store.reading() as work:
                reach = work.audience.count(rule, ("en", "lo"), clock.now())
            times.append(time.perf_counter() - began)
        found.append((name, min(times), sum(reach.by_language.values())))
    store.dispose()
    return found


def told(name: str, run: Run, rows: int, bare: float) -> None:
    """Print one command beside the floor."""
    rate = rows / run.seconds
    print(
        f"{name:<7} {run.seconds:.1f} s, processor {run.cpu:.1f} s, {rate:,.0f} rows/s, "
        f"{rate / bare:.4f} of the floor, peak {run.megabytes:.0f} MB",
        flush=True,
    )


def main() -> None:
    """Measure and print; exit 1 when an aim is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=ROWS, help="people in the list (default: 1,000,000)")
    parser.add_argument("--xlsx", action="store_true", help="the list as a workbook")
    asked = parser.parse_args()
    rows: int = asked.rows
    with tempfile.TemporaryDirectory(prefix="bench-imports-") as folder:
        home, file = Path(folder) / "home", Path(folder) / ("people.xlsx" if asked.xlsx else "people.csv")
        write_list(file, rows)
        bare = floor(file)
        ran(["init"], home)
        print(f"{rows:,} rows, {file.stat().st_size / 1e6:.0f} MB; load {os.getloadavg()[0]:.1f}", flush=True)
        check = ran(["contacts", "import", str(file), "--dry-run"], home)
        told("check", check, rows, bare)
        take = ran(["contacts", "import", str(file), "--progress", "json"], home)
        told("take", take, rows, bare)
        print(f"floor   reading alone: {bare:,.0f} rows/s before, {floor(file):,.0f} after", flush=True)
        people = 0
        for name, seconds, people in head_counts(home):
            print(f"count   {name:<13} {seconds * 1000:8.0f} ms  {people:,} people")
        if people < rows * AGREEING / 2:
            raise SystemExit(f"of {rows:,} people only {people:,} are there")
    total, memory = check.seconds + take.seconds, max(check.megabytes, take.megabytes)
    print(f"aims: {total:.0f} of {AIM_SECONDS} s, {memory:.0f} of {AIM_MEGABYTES} MB")
    sys.exit(total > AIM_SECONDS or memory > AIM_MEGABYTES)


if __name__ == "__main__":
    main()
