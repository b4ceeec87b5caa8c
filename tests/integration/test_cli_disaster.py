"""``gateway disaster``: two people at two terminals switch disaster mode on, and one switches it off."""

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
    declared = gateway("disaster", "on", "la1704", "--until", until, "--as", "desk")
    assert declared.status == 0 and declared.out.startswith("on: LA1704 Sanxay; a second person confirms")
    assert "cannot confirm" in gateway("disaster", "confirm", "LA1704", "--as", "desk").err
    assert gateway("disaster", "confirm", "LA1704", "--as", "supervisor").out == "confirmed: LA1704 Sanxay\n"
    listed = gateway("disaster", "list").out
    assert "LA1704" in listed and "supervisor" in listed
    [one] = gateway("disaster", "list", "--json").objects()
    assert one["place"] == "LA1704" and one["declared_by"] == "desk" and one["ended_at"] is None
    assert gateway("disaster", "off", "LA1704", "--as", "desk").out == "off: LA1704 Sanxay\n"
    assert "LA1704" not in gateway("disaster", "list").out


def test_what_cannot_be_is_refused_in_one_line(gateway: CommandLine) -> None:
    assert "within 90 days" in gateway("disaster", "on", "LA1704", "--until", "2099-01-01", "--as", "desk").err
    assert "no code of a province or district" in gateway("disaster", "off", "LA9999", "--as", "desk").err
    assert "not on in LA1704" in gateway("disaster", "off", "LA1704", "--as", "desk").err
    assert "not on in LA1704" in gateway("disaster", "confirm", "LA1704", "--as", "desk").err
    assert "needs the role" in gateway("disaster", "on", "LA1704", "--until", "2099-01-01", "--as", "manager").err
