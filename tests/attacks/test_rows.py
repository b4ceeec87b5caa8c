"""Each row of the battery names a test that exists."""

import ast
import csv
from functools import cache
from pathlib import Path

import pytest

from tests.conventions.sources import ROOT

ROWS = list(csv.DictReader((Path(__file__).parent / "rows.csv").read_text("utf-8").splitlines()))
CONSOLE = {"A-26", "A-27", *(f"A-{number}" for number in range(30, 39))}


@cache
def functions_of(file: Path) -> frozenset[str]:
    """Return the names of a file's functions."""
    tree = ast.parse(file.read_text("utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['row']} {row['attack']}")
def test_the_test_of_a_row_exists(row: dict[str, str]) -> None:
    file, _, name = row["test"].partition("::")
    assert name in functions_of(ROOT / file)


def test_every_row_of_the_console_is_answered() -> None:
    assert {row["row"] for row in ROWS} >= CONSOLE
