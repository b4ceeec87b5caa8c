"""Imports run one way, and the pure core reaches nothing but itself and a short list of libraries."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conventions.sources import ROOT, modules, named, tree_of

PURE = (
    "text",
    "contacts",
    "geography",
    "directory",
    "conversation",
    "cases",
    "campaigns",
    "delivery",
    "ports",
    "services",
)

EVERYWHERE = frozenset(
    "abc bisect collections contextlib dataclasses datetime decimal difflib enum fractions functools gateway hashlib "
    "heapq itertools json math operator re string types typing unicodedata zoneinfo".split()
)
"""What computes from what it is given. A forbidden list can miss a module; this one must be added to."""

SOMEWHERE = {
    "base64": ("gateway/services/totp.py",),
    "hmac": ("gateway/services/totp.py",),  # codes are a function of secret and time, nothing more
    "phonenumbers": ("gateway/contacts/",),
    "regex": ("gateway/text/",),
    "rapidfuzz": ("gateway/text/", "gateway/geography/"),
    "csv": ("gateway/geography/", "gateway/directory/", "gateway/campaigns/"),
    "calendar": ("gateway/campaigns/",),  # how long a month is
    "html": ("gateway/conversation/",),  # its escape alone, for pictures and pages
    "importlib": (
        "gateway/geography/",
        "gateway/directory/",
        "gateway/campaigns/",
    ),  # tables that ship inside the package
}


def imported(path: Path) -> set[str]:
    """Return the top-level names a file imports."""
    found: set[str] = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").partition(".")[0])
    return found


@pytest.mark.parametrize("path", modules(*(f"gateway/{name}" for name in PURE)), ids=named)
def test_a_pure_module_imports_only_what_is_allowed(path: Path) -> None:
    here = named(path)
    allowed = EVERYWHERE | {name for name, places in SOMEWHERE.items() if here.startswith(places)}
    assert imported(path) <= allowed


@pytest.mark.parametrize("path", modules(*(f"gateway/{name}" for name in PURE)), ids=named)
def test_a_pure_module_opens_no_file_and_asks_nobody(path: Path) -> None:
    calls = {node.func for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call)}
    names = {function.id for function in calls if isinstance(function, ast.Name)}
    assert not names & {"open", "input", "print", "exec", "eval", "__import__", "globals"}


def test_the_import_contracts_are_kept() -> None:
    tool = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([tool, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
