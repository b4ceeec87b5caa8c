"""A process that dies at a named point of the commit leaves all of a transaction, or nothing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from gateway.store.encryption import Keyring
from gateway.store.key_files import create_keys, load_keys
from gateway.store.migrating import migrate
from gateway.store.unit_of_work import open_store
from gateway.system.chance import SystemChance
from gateway.system.clock import SystemClock

CHILD = """
import sys
from pathlib import Path
from gateway.store.case_keys import open_case_keys
from gateway.store.key_files import load_keys
from gateway.store.unit_of_work import open_store
from gateway.system.chance import SystemChance
from gateway.system.clock import SystemClock
home = Path(sys.argv[1])
keyring = load_keys(home / "keys")
store = open_store(f"sqlite:///{home}/gateway.db", keyring, SystemClock(), SystemChance())
keys = open_case_keys(f"sqlite:///{home}/keys.db", keyring)
for number in range(5):
    with store.writing() as work:
        keys.create(f"c{number}", "e")
        work.duties.set_mark(f"c{number}", "stored")
        work.audit.append(SystemClock().now(), "a", "b", "c", f"c{number}")
print("through")
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    create_keys(tmp_path / "keys")
    migrate(f"sqlite:///{tmp_path}/gateway.db")
    return tmp_path


def stored(home: Path, keyring: Keyring) -> list[str]:
    store = open_store(f"sqlite:///{home}/gateway.db", keyring, SystemClock(), SystemChance())
    with store.reading() as work:
        marks = [name for name in (f"c{number}" for number in range(5)) if work.duties.mark(name)]
        assert [row.object for row in reversed(work.audit.rows())] == marks
        assert list(work.audit.verify()) == []
    store.dispose()
    return marks


@pytest.mark.parametrize(
    ("point", "left"),
    [("after-key-commit:3", 2), ("before-commit:3", 2), ("after-commit:3", 3), ("before-commit", 0), ("elsewhere", 5)],
)
def test_a_killed_process_leaves_whole_transactions(home: Path, point: str, left: int) -> None:
    environment = {**os.environ, "CRASH_AT": point}
    done = subprocess.run([sys.executable, "-c", CHILD, str(home)], env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == ((0, "through\n") if left == 5 else (137, "")), done.stderr
    assert stored(home, load_keys(home / "keys")) == [f"c{number}" for number in range(left)]
