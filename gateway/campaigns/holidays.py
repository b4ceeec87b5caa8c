"""Public holidays of the Lao PDR, from the dated table that ships with the gateway (source: data/README.md)."""

import csv
from datetime import date
from functools import cache
from importlib import resources


def read(table: str) -> frozenset[date]:
    """Return the days of a table with a column ``date`` (ISO)."""
    return frozenset(date.fromisoformat(row["date"]) for row in csv.DictReader(table.splitlines()))


@cache
def shipped() -> frozenset[date]:
    """Return the days of the shipped table."""
    return read((resources.files("gateway.campaigns") / "data" / "holidays.csv").read_text("utf-8"))
