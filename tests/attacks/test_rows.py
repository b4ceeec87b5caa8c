"""Each row of the battery names a test that exists."""

import ast
import csv
from pathlib import Path

import pytest

from tests.conventions.sources import ROOT

ROWS = list(csv.DictReader((Path(__file__).parent / "rows.csv").read_text("utf-8").splitlines()))
CONSOLE = {"A-26", "A-27", *(f"A-{number}" for number in range(30, 39))}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['row']} {row['attack']}")
def test_the_test_of_a_row_exists(row: dict[str, str]) -> None:
    file, _, name = row["test"].partition("::")
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_every_row_of_the_console_is_answered() -> None:
    assert {row["row"] for row in ROWS} >= CONSOLE
