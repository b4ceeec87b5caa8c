"""Each row of the battery names a test that exists."""

import ast
import csv
from functools import cache
from pathlib import Path

import pytest

from tests.conventions.sources import ROOT

ROWS = list(csv.DictReader((Path(__file__).parent / "rows.csv").read_text("utf-8").splitlines()))
CASE_WORK = {"A-17", "A-18", "A-39", "A-40", "A-44", "A-45", *(f"work-{number}" for number in range(1, 10))}
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


def test_every_row_of_the_console_and_of_case_work_is_answered() -> None:
    assert {row["row"] for row in ROWS} >= CONSOLE | CASE_WORK
