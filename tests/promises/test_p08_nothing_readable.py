"""P8: database, queue, logs, temporary files and backups alone reveal no number and no text."""

import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

from tests.doubles.servers import running_valkey
from tests.promises.conftest import Cluster
from tests.support.canaries import Planted, beginnings, betrayals, plant, spellings

ROOT = Path(__file__).resolve().parent.parent.parent
CHANNEL = """
channels:
  unitel: {kind: kannel, url: "http://127.0.0.1:9", username: us, password: pw, short_code: "1234", smsc: unitel}
"""


def play(home: Path, redis_url: str, planted: list[Planted], **more: str) -> str:
    """Run the gateway of the planted people; return everything it said."""
    (home / "gateway.yaml").write_text(CHANNEL)
    foreign = ("GATEWAY_", "TWILIO_", "DATABASE_URL", "KEY_STORE_URL")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    temporary = home / "tmp"
    temporary.mkdir()
    environment |= {"GATEWAY_HOME": str(home), "GATEWAY_CONFIG": str(home / "gateway.yaml"), "LOG_LEVEL": "debug"}
    environment |= {"REDIS_URL": redis_url, "TMPDIR": str(temporary), "PYTHONHASHSEED": "0", **more}
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-W", "default", "-m", "tests.support.canary_child", str(home)],
        cwd=ROOT, env=environment, input=json.dumps([asdict(one) for one in planted]), capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout + done.stderr


def test_the_scan_finds_what_it_looks_for_in_every_spelling(tmp_path: Path) -> None:
    wanted = spellings(plant(2))
    assert len(wanted) > 70 and all(any(stem in spelling for stem in beginnings()) for spelling in wanted)
    for number, spelling in enumerate(wanted):
        (tmp_path / f"{number}.bin").write_bytes(b"before" + spelling + b"after")
    assert len({line.partition(":")[0] for line in betrayals([tmp_path], wanted)}) == len(wanted)
    others = spellings(plant(5_000)[4_999:])
    assert list(betrayals([tmp_path], others)) == [], "and it tells one from another"


@pytest.mark.slow
@pytest.mark.needs("valkey")
def test_no_planted_number_or_text_lies_anywhere(tmp_path: Path) -> None:
    planted, home, queue = plant(), tmp_path / "home", tmp_path / "queue"
    home.mkdir()
    queue.mkdir()
    with running_valkey(queue) as (redis_url, _):
        (tmp_path / "log.txt").write_text(play(home, redis_url, planted))
    names = {path.name for path in home.iterdir()}
    assert {
        "gateway.db",
        "keys.db",
        "gateway.backup",
        "gateway.backup.opened",
        "gateway.db-wal.copy",
        "keys.db.copy",
    } <= names
    assert list((home / "apart").glob("*.backup")), "keys of cases are kept, too, and elsewhere"
    assert any(path.stat().st_size for path in queue.rglob("*.aof")), "or there was no queue to look at"
    assert "case_opened" in (tmp_path / "log.txt").read_text(), "or there was no log to look at"
    assert list(betrayals([tmp_path], spellings(planted))) == []


@pytest.mark.slow
@pytest.mark.needs("valkey")
def test_no_planted_number_or_text_lies_in_a_cluster_of_postgresql(tmp_path: Path, cluster: Cluster) -> None:
    planted, home, queue = plant(10), tmp_path / "home", tmp_path / "queue"
    home.mkdir()
    queue.mkdir()
    with running_valkey(queue) as (redis_url, _):
        said = play(home, redis_url, planted, DATABASE_URL=cluster.data_url, KEY_STORE_URL=cluster.keys_url)
    (tmp_path / "log.txt").write_text(said)
    pages = [cluster.folder / "data" / "base", cluster.folder / "data" / "pg_wal", cluster.folder / "log"]
    assert sum(path.stat().st_size for path in pages[0].rglob("*") if path.is_file()) > 1_000_000
    assert list(betrayals([tmp_path, *pages], spellings(planted))) == []
