"""Lock files, scripts, Procfile and README say the same as the code."""

import ast
import json
import os
import re
from pathlib import Path

import pytest

from gateway.environment import NAMES
from gateway.queueing.wakeup import JOBS, LANES
from tests.conventions.sources import ROOT, modules

PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)(?:\[[^\]]*\])?==([^\s;\\]+)", re.MULTILINE)


def pins(lock: str) -> dict[str, str]:
    return dict(PIN.findall((ROOT / lock).read_text("utf-8")))


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_every_locked_package_has_hashes_and_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8")
    entries = re.split(r"(?m)^(?=[a-z0-9])", text)[1:]
    assert len(entries) == len(pins(lock)) and all("--hash=sha256:" in entry for entry in entries)
    assert not re.search(r"://|--(extra-)?index|--find-links|^-e ", text, re.MULTILINE)


def test_the_counterparts_from_npm_have_hashes_and_no_address() -> None:
    folder = ROOT / "tests" / "counterparts"
    packages = json.loads((folder / "package-lock.json").read_text("utf-8"))["packages"]
    ours = {"", "nothing"}  # the folder itself, and what stands for whatever no counterpart here needs
    theirs = {name: entry for name, entry in packages.items() if name not in ours and entry.get("resolved") not in ours}
    assert theirs and all(entry["integrity"].startswith("sha512-") for entry in theirs.values())
    wanted = json.loads((folder / "package.json").read_text("utf-8"))["dependencies"]
    assert packages[""]["dependencies"] == wanted and all(re.fullmatch(r"[0-9.]+", pin) for pin in wanted.values())
    assert not any("resolved" in entry for entry in theirs.values())
    assert not any("://" in (folder / name).read_text("utf-8") for name in ("package.json", ".npmrc"))


def test_tests_run_on_what_ships() -> None:
    assert pins("requirements.lock").items() <= pins("requirements-dev.lock").items()


def test_every_dependency_is_locked() -> None:
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    block = re.search(r"(?ms)^dependencies = \[(.*?)^\]", text)
    assert block
    wanted = set(re.findall(r'"([a-z0-9-]+)', block[1])) | {"hatchling", "editables"}
    assert wanted <= set(pins("requirements.lock"))


def test_the_start_script_can_be_parsed_by_an_old_python_and_needs_nothing_installed() -> None:
    tree = ast.parse((ROOT / "scripts/start").read_text("utf-8"), feature_version=(3, 6))
    imports = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert imports <= {"argparse", "hashlib", "os", "shutil", "subprocess", "sys", "time"}
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr | ast.NamedExpr)]


def test_every_script_can_be_run_and_is_explained() -> None:
    explained = (ROOT / "scripts/README.md").read_text("utf-8")
    scripts = [
        path
        for path in (ROOT / "scripts").iterdir()
        if path.name != "README.md" and not path.name.startswith((".", "_"))
    ]
    for path in scripts:
        assert f"`{path.name}" in explained, f"scripts/README.md does not explain {path.name}"
        assert path.is_dir() or os.access(path, os.X_OK)


def test_every_queue_is_served_by_one_process() -> None:
    lines = (ROOT / "Procfile").read_text("utf-8").splitlines()
    served = {line.partition(":")[0]: line.partition(": ")[2] for line in lines}
    assert set(served) == {"release", "web", "clock", *LANES}
    assert all(served[lane] == f"python -m workers {lane}" for lane in LANES)
    for name in JOBS.values():
        module, _, function = name.rpartition(".")
        tree = ast.parse((ROOT / Path(*module.split("."))).with_suffix(".py").read_text("utf-8"))
        assert function in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_every_setting_is_in_the_readme() -> None:
    readme = ROOT / "README.md"
    if not readme.exists() or "GATEWAY_HOME" not in (text := readme.read_text("utf-8")):
        pytest.skip("README.md has no table of settings yet")
    assert not [name for name in NAMES if f"`{name}`" not in text]


def test_no_secret_or_place_of_one_machine_stands_in_the_code() -> None:
    for path in modules("gateway", "workers", "tests"):
        if path == Path(__file__):
            continue
        assert not re.search(r"/work/|/root/|/home/[a-z]+/", path.read_text("utf-8")), path
