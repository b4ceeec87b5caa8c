"""Broadcasts from the command line: planned, by dates of people, and in a disaster."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from icalendar import Calendar

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
        (("--by-date", "return:30:soon"), "DATE:DAYS"),
        (("--true-until", "soon"), "is not a day"),
        (("--budget", "much"), "no sum in kip"),
        (("--role", "king"), "is none of"),
        (("--substitute", "hmn"), "LANG=LANG"),
        (("--text", "lo"), "LANG=TEXT"),
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


def test_what_is_given_is_changed_and_the_rest_stays(gateway: CommandLine) -> None:
    asked = ("--at", "2026-12-04T09:00", "--budget", "100000", "--text", "lo=ວັນສຸກມີຕະຫຼາດ. ຢຸດ", "--role", "teacher")
    drafted = gateway("campaign", "new", "market", "--by", "manager", *HERE, *TEXTS, *asked).out.strip()
    change = ("--text", "en=Fair. To end text STOP", "--text", "lo=", "--budget", "-", "--role", "-")
    more = ("--by-date", "departure:-7:5", "--until", "2027-02-01T18:00", "--substitute", "hmn=none", "--name", "fair")
    edited = gateway("campaign", "edit", drafted, "--by", "manager", *change, *more)
    assert (edited.status, edited.out) == (0, "draft\n"), edited.err
    [shown] = gateway("campaign", "show", drafted, "--json").objects()
    assert (shown["name"], shown["texts"]) == ("fair", {"en": "Fair. To end text STOP"})
    assert shown["starts_at"] == "2026-12-04T02:00:00+00:00"
    assert shown["plan"] == {"drip": ["departure", -7, 5], "not_after": "2027-02-01T11:00:00+00:00"}
    audience = shown["audience"]
    assert (audience["districts"], audience["substitutes"]) == (["LA1703"], {"hmn": ""}) and "roles" not in audience


def test_an_edit_voids_the_approval_and_a_stranger_edits_nothing(gateway: CommandLine) -> None:
    drafted = gateway("campaign", "new", "again", "--by", "manager", *HERE, *TEXTS).out.strip()
    gateway("campaign", "submit", drafted, "--by", "manager")
    gateway("campaign", "approve", drafted, "--by", "approver", "--yes")
    assert "may not do that" in gateway("campaign", "edit", drafted, "--by", "approver", "--name", "x").err
    gateway("campaign", "edit", drafted, "--by", "manager", "--rest-days", "0")
    [shown] = gateway("campaign", "show", drafted, "--json").objects()
    assert (shown["state"], shown["approved_by"]) == ("draft", None)


def test_a_copy_has_the_same_texts_and_people_and_no_hours(gateway: CommandLine) -> None:
    asked = ("--at", "2026-12-04T09:00", "--repeats", "weekly", "--replies-to", "topics")
    drafted = gateway("campaign", "new", "weekly", "--by", "manager", *HERE, *TEXTS, *asked).out.strip()
    copied = gateway("campaign", "copy", drafted, "--by", "manager").out.strip()
    [shown] = gateway("campaign", "show", copied, "--json").objects()
    assert (shown["name"], shown["state"], shown["starts_at"]) == ("weekly", "draft", None)
    assert shown["plan"] == {"reply_flow": "topics"} and shown["audience"]["districts"] == ["LA1703"]


def test_the_calendar_is_a_list_and_a_file(gateway: CommandLine) -> None:
    asked = ("--at", "2026-12-05T09:00", "--repeats", "monthly")
    drafted = gateway("campaign", "new", "Law day", "--by", "manager", *HERE, *TEXTS, *asked).out.strip()
    assert "Law day" not in gateway("campaign", "calendar").out, "a draft may still become another"
    gateway("campaign", "submit", drafted, "--by", "manager")
    [entry] = [row for row in gateway("campaign", "calendar", "--json").objects() if row["name"] == "Law day"]
    assert (entry["state"], entry["repeats"]) == ("submitted", "monthly")
    assert "05/12/2026 09:00  Law day" in gateway("campaign", "calendar").out
    file = Calendar.from_ical(gateway("campaign", "calendar", "--ics").out)
    assert isinstance(file, Calendar)
    [event] = [event for event in file.events if event["SUMMARY"] == "Law day"]
    assert (str(event["STATUS"]), event.start) == ("TENTATIVE", datetime(2026, 12, 5, 2, tzinfo=UTC))
    assert [rule["FREQ"] for rule in event.rrules] == [["MONTHLY"]]


def test_readers_and_results_name_nobody(gateway: CommandLine) -> None:
    asked = ("--text", "en={district}: market. STOP", "--text", "lo={district}: ຕະຫຼາດ. ຢຸດ")
    drafted = gateway("campaign", "new", "read", "--by", "manager", *HERE, *asked).out.strip()
    [reader] = gateway("campaign", "readers", drafted, "--first", "1", "--json").objects()
    assert reader["district"] == "LA1703" and "{district}" not in reader["text"] and len(reader["phone"]) < 12
    assert len(gateway("campaign", "readers", drafted).out.splitlines()) == 3
    gateway("campaign", "submit", drafted, "--by", "manager")
    gateway("campaign", "approve", drafted, "--by", "approver", "--yes")
    [nothing] = gateway("campaign", "results", drafted, "--json").objects()
    assert nothing["districts"] == {} and nothing["answered"] == "0"
    assert gateway("campaign", "results", drafted).out.splitlines()[0].split() == ["by", "of", "delivered", "%"]
    assert "there is no broadcast" in gateway("campaign", "results", "nothing").err


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


def test_an_emergency_is_kept_for_a_district_and_asked_for_by_its_id(gateway: CommandLine) -> None:
    kept = gateway("emergency", "keep", "storm", *HERE, "--by", "manager").out.strip()
    gateway("campaign", "edit", kept, "--by", "manager", "--text", "en=Storm. Stay in the school. STOP")
    assert kept in gateway("emergency", "kept").out
    [row] = gateway("emergency", "kept", "--json").objects()
    assert (row["districts"], row["texts"]["en"]) == (["LA1703"], "Storm. Stay in the school. STOP")
    asked = gateway("emergency", "ask", kept, "--by", "manager").out.strip()
    assert asked != kept and gateway("campaign", "approve", asked, "--by", "approver", "--yes").out == "approved\n"
    assert "no such prepared text" in gateway("emergency", "ask", asked, "--by", "manager").err


def test_an_emergency_takes_two_people(gateway: CommandLine) -> None:
    names = [row["name"] for row in gateway("emergency", "texts", "--json").objects()]
    assert names == ["flood", "offers", "storm"] and "flood" in gateway("emergency", "texts").out
    asked = gateway("emergency", "ask", "flood", *HERE, "--by", "manager").out.strip()
    assert gateway("campaign", "approve", asked, "--by", "approver", "--yes").out == "approved\n"
    [shown] = gateway("campaign", "show", asked, "--json").objects()
    assert shown["state"] == "scheduled" and shown["plan"]["emergency"] and "not_after" in shown["plan"]
