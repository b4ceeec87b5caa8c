"""Broadcasts from the command line: planned, by dates of people, and in a disaster."""

from pathlib import Path

import pytest

from tests.support.command_line import CommandLine, home_with_story

STORY = """
flow: welcome
language: en
start: 2026-11-23 10:00
phones: reader=001

reader > hello
reader < @welcome.menu
"""
TEXTS = ("--text", "en=Market. To end text STOP")
HERE = ("--district", "LA1703")


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    return CommandLine(home_with_story(tmp_path_factory.mktemp("broadcasting"), STORY))


def test_a_plan_is_shown_as_it_was_asked_for(gateway: CommandLine) -> None:
    asked = ("--repeats", "weekly", "--at", "2026-12-04T09:00", "--until", "2027-02-01T18:00", "--replies-to", "topics")
    drafted = gateway(
        "campaign", "new", "market", "--by", "manager", *HERE, *TEXTS, *asked, "--true-until", "2027-03-01"
    )
    assert drafted.status == 0, drafted.err
    [shown] = gateway("campaign", "show", drafted.out.strip(), "--json").objects()
    assert shown["plan"] == {
        "repeats": "weekly",
        "not_after": "2027-02-01T11:00:00+00:00",
        "reply_flow": "topics",
        "facts_until": "2027-03-01",
    }


def test_an_audience_is_named_by_what_people_are_agreed_to_and_did(gateway: CommandLine) -> None:
    asked = (
        "--role",
        "teacher",
        "--language",
        "en",
        "--agreed-to",
        "training",
        "--rest-days",
        "0",
        "--past",
        "c1:answered",
    )
    drafted = gateway("campaign", "new", "course", "--by", "manager", *HERE, *TEXTS, *asked)
    assert drafted.status == 0, drafted.err
    [shown] = gateway("campaign", "show", drafted.out.strip(), "--json").objects()
    named = {name: value for name, value in shown["audience"].items() if value}
    assert named == {
        "districts": ["LA1703"],
        "languages": ["en"],
        "roles": ["teacher"],
        "past": [["c1", "answered"]],
        "purpose": "training",
    }


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--past", "c1:ignored"), "ID:DEED"),
        (("--by-date", "return"), "DATE:DAYS"),
        (("--by-date", "birthday:3"), "DATE:DAYS"),
        (("--by-date", "return:30"), "needs a last day"),
        (("--true-until", "soon"), "is not a day"),
        (("--repeats", "weekly"), "its first day and hour"),
        (("--replies-to", "nowhere"), "no such flow"),
    ],
)
def test_a_plan_that_cannot_be_kept_is_refused(gateway: CommandLine, options: tuple[str, ...], said: str) -> None:
    done = gateway("campaign", "new", "x", "--by", "manager", *HERE, *TEXTS, *options)
    assert done.status != 0 and said in done.err


def test_a_draft_is_tried_on_the_phones_of_the_team_and_sent_back(gateway: CommandLine) -> None:
    drafted = gateway("campaign", "new", "again", "--by", "manager", *HERE, *TEXTS).out.strip()
    assert gateway("campaign", "test", drafted, "--by", "manager").out.startswith("2 texts on their way")
    assert "may not do that" in gateway("campaign", "test", drafted, "--by", "approver").err
    gateway("campaign", "submit", drafted, "--by", "manager")
    assert gateway("campaign", "refuse", drafted, "--by", "approver").out == "draft\n"
    [shown] = gateway("campaign", "show", drafted, "--json").objects()
    assert shown["state"] == "draft"


def test_dates_of_people_are_kept_and_bad_lines_named(gateway: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "returned.csv"
    file.write_text(
        "phone,date,day\n020 5550 1111,return,2026-10-24\nnobody,return,2026-10-24\n"
        "020 5550 2222,birthday,2026-10-24\n020 5550 3333,return,24/10/2026\n020 5550 4444,departure,\n",
        "utf-8",
    )
    assert gateway("campaign", "dates", str(file), "--by", "manager", "--dry-run").out == "would keep 2, refused 3\n"
    done = gateway("campaign", "dates", str(file), "--by", "manager")
    assert (done.status, done.out) == (1, "kept 2, refused 3\n")
    assert [line.split(":")[0] for line in done.err.splitlines()[-3:]] == ["line 3", "line 4", "line 5"]
    file.write_text("phone,day\n", "utf-8")
    assert "lacks the columns date" in gateway("campaign", "dates", str(file), "--by", "manager").err


def test_an_emergency_takes_two_people(gateway: CommandLine) -> None:
    names = [row["name"] for row in gateway("emergency", "texts", "--json").objects()]
    assert names == ["flood", "offers", "storm"] and "flood" in gateway("emergency", "texts").out
    asked = gateway("emergency", "ask", "flood", *HERE, "--by", "manager").out.strip()
    assert gateway("campaign", "approve", asked, "--by", "approver", "--yes").out == "approved\n"
    [shown] = gateway("campaign", "show", asked, "--json").objects()
    assert shown["state"] == "scheduled" and shown["plan"] == {"emergency": True}
