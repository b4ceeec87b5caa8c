"""Counterparts from npm: where they are installed, and scripts of tests/counterparts run over JSON lines."""

import json
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent.parent / "counterparts"


def find_package(name: str) -> Path | None:
    """Return the folder of an installed package, or None where it or Node is missing."""
    folder = FOLDER / "node_modules" / name
    return folder if shutil.which("node") and (folder / "package.json").exists() else None


def answers(script: str, rows: Iterable[object]) -> list[Any]:
    """Run a script of tests/counterparts over one JSON value a line and return its answers."""
    lines = "".join(f"{json.dumps(row)}\n" for row in rows)
    command = ("node", script)
    done = subprocess.run(command, cwd=FOLDER, input=lines, capture_output=True, text=True, check=True, timeout=120)
    return [json.loads(line) for line in done.stdout.splitlines()]
