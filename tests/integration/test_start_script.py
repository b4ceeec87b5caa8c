"""``scripts/start`` before anything is installed: what it says and hands on; and what a missing counterpart means."""

import importlib.util
import os
import shutil
import subprocess
import sys
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType

import pytest

from tests.doubles.servers import insist

SCRIPT = Path(__file__).parents[2] / "scripts" / "start"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    loader = SourceFileLoader("start_script", str(SCRIPT))
    spec = importlib.util.spec_from_loader("start_script", loader)
    assert spec
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def run(*arguments: str, path: str | None = None, code: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run the script, or ``code`` after it was loaded under the name ``start``."""
    load = f"import runpy, types; start = types.SimpleNamespace(**runpy.run_path({str(SCRIPT)!r})); "
    command = [sys.executable, "-B", *(["-c", load + code] if code else [str(SCRIPT)]), *arguments]
    environment = os.environ | ({"PATH": path} if path is not None else {})
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60)


def test_help_lists_the_options() -> None:
    text = run("--help").stdout
    for option in ("--reset", "--port", "--home", "--lan", "--no-venv", "--wheels"):
        assert option in text


@pytest.mark.parametrize("arguments", [["--port", "0"], ["--port", "70000"], ["--port", "http"], ["--colour"]])
def test_a_wrong_option_is_a_usage_error(arguments: list[str]) -> None:
    done = run(*arguments)
    assert done.returncode == 2 and "usage:" in done.stderr


def test_a_shim_that_does_not_run_is_passed_over(tmp_path: Path) -> None:
    for name, body in (("python3.13", "exit 127"), ("python3.12", f'exec "{sys.executable}" "$@"')):
        (tmp_path / name).write_text(f"#!/bin/sh\n{body}\n")
        (tmp_path / name).chmod(0o755)
    found = run(path=str(tmp_path), code="print(start.newer_python())")
    assert found.stdout.strip() == "python3.12", found.stderr
    assert run(path="/nonexistent", code="print(start.newer_python())").stdout.strip() == "None"


def test_options_become_settings(script: ModuleType, tmp_path: Path) -> None:
    def said(*arguments: str) -> dict[str, str]:
        options: dict[str, object] = {
            "reset": False,
            "port": None,
            "home": None,
            "lan": False,
            "no_venv": False,
            "wheels": None,
        }
        options |= dict(zip(arguments[::2], arguments[1::2], strict=True))
        found: dict[str, str] = script.environment_of(type("Options", (), options)(), {"BIND": "127.0.0.1:9000"})
        return found

    assert said()["BIND"] == "127.0.0.1:9000"
    assert said("port", "8123")["BIND"] == "127.0.0.1:8123"
    assert said("lan", "yes")["BIND"] == "0.0.0.0:9000"
    assert said("home", str(tmp_path))["GATEWAY_HOME"] == str(tmp_path)
    assert ".packages" in said("no_venv", "yes")["PYTHONPATH"]


def test_an_unchanged_lock_file_installs_nothing(script: ModuleType, tmp_path: Path) -> None:
    for name in ("requirements.lock", "pyproject.toml"):
        shutil.copy(SCRIPT.parents[1] / name, tmp_path)
    before = script.fingerprint(str(tmp_path), "requirements.lock")
    assert script.fingerprint(str(tmp_path), "requirements.lock") == before
    with open(tmp_path / "requirements.lock", "a") as lock:
        lock.write("\n")
    assert script.fingerprint(str(tmp_path), "requirements.lock") != before
    assert script.packages_in(str(tmp_path), "requirements.lock") > 30


def test_a_missing_counterpart_is_skipped_by_name_and_fails_where_it_is_required() -> None:
    insist(None, {"CI": "true"})
    with pytest.raises(pytest.skip.Exception, match="apt install kannel"):
        insist("kannel is not on this machine (apt install kannel)", {})
    with pytest.raises(pytest.fail.Exception, match="required counterpart missing: kannel"):
        insist("kannel is not on this machine (apt install kannel)", {"CI": "true"})
