"""OWASP ASVS 5.0 by numbers (owasp.org/asvs): each row says where it is met and which test proves it, or why not."""

import csv
import re
from pathlib import Path

import pytest

from tests.attacks.test_rows import functions_of
from tests.conventions.sources import ROOT

ROWS = list(csv.DictReader((Path(__file__).parent / "asvs.csv").read_text("utf-8").splitlines()))
PROVEN = {"met", "partly"}
REASONED = {"deployment", "gap", "not used"}
NUMBER = re.compile(r"V(1?[0-9])\.[0-9]+\.[0-9]+")
OF_A_WEB_APPLICATION = {str(chapter) for chapter in (*range(1, 9), *range(11, 17))}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["asvs"])
def test_a_row_is_proven_by_a_test_that_exists_or_says_why_not(row: dict[str, str]) -> None:
    assert row["status"] in PROVEN | REASONED and row["level"] in ("1", "2", "3") and len(row["how"]) > 10
    assert (ROOT / row["where"]).is_file(), "the place where it is met"
    assert bool(row["test"]) == (row["status"] in PROVEN), "what is met is proven, what is not met is not"
    if row["test"]:
        file, _, name = row["test"].partition("::")
        assert name in functions_of(ROOT / file)


def test_each_number_stands_once_and_in_order() -> None:
    numbers = [row["asvs"] for row in ROWS]
    assert all(map(NUMBER.fullmatch, numbers))
    order = [tuple(map(int, number[1:].split("."))) for number in numbers]
    assert order == sorted(set(order))


def test_every_chapter_that_concerns_a_web_application_is_answered() -> None:
    chapters = {found[1] for row in ROWS if row["status"] in PROVEN and (found := NUMBER.fullmatch(row["asvs"]))}
    assert chapters >= OF_A_WEB_APPLICATION


def test_what_is_not_met_is_said_in_the_open() -> None:
    assert {row["asvs"] for row in ROWS if row["status"] == "gap"} == {"V15.1.1", "V15.3.4"}
