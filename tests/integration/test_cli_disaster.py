"""``gateway disaster``: two people at two terminals declare a disaster, and one ends it."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.support.command_line import CommandLine, home_with_story

STORY = """
flow: welcome
language: en
start: 2026-11-23 10:00
phones: mother=001

mother > hello
mother < @welcome.menu
"""


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    return CommandLine(home_with_story(tmp_path_factory.mktemp("disaster"), STORY))


def test_it_is_declared_confirmed_listed_and_ended(gateway: CommandLine) -> None:
    until = (datetime.now(UTC) + timedelta(days=5)).date().isoformat()
    where = ("--place", "la1704", "--place", "LA1703", "--until", until, "--lift-quiet-hours")
    declared = gateway("disaster", "declare", "Flood", *where, "--as", "desk")
    flood = declared.out.strip()
    assert declared.status == 0 and f"gateway disaster confirm {flood}" in declared.err
    assert "Somebody else has to" in gateway("disaster", "confirm", flood, "--as", "desk").err
    assert gateway("disaster", "confirm", flood, "--as", "supervisor").out == "confirmed\n"
    listed = gateway("disaster", "list").out
    assert "LA1704 Sanxay" in listed and "supervisor" in listed and flood in listed
    [one] = gateway("disaster", "list", "--json").objects()
    assert one["places"] == ["LA1703", "LA1704"] and one["declared_by"] == "desk" and one["ended_at"] is None
    assert (one["name"], one["lifts_quiet"], one["confirmed_by"]) == ("Flood", True, "supervisor")
    assert gateway("disaster", "end", flood, "--as", "desk").out == "ended\n"
    assert "LA1704" not in gateway("disaster", "list").out
    assert f"no disaster {flood} holds now" in gateway("disaster", "end", flood, "--as", "desk").err


def test_what_cannot_be_is_refused_in_one_line(gateway: CommandLine) -> None:
    def refused(place: str, account: str) -> str:
        return gateway("disaster", "declare", "x", "--place", place, "--until", "2099-01-01", "--as", account).err

    assert "within 90 days" in refused("LA1704", "desk")
    assert "no code of a province or district" in refused("LA9999", "desk")
    assert "no disaster nothing holds now" in gateway("disaster", "confirm", "nothing", "--as", "desk").err
