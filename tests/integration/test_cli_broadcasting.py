"""Broadcasts from the command line: planned, tried, copied, in a calendar, read and measured."""

from datetime import UTC, datetime

import pytest
from icalendar import Calendar

from tests.support.command_line import CommandLine, approved, home_with_story

TEXTS = ("--text", "en=Market. To end text STOP")
HERE = ("--district", "LA1703")


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    return CommandLine(home_with_story(tmp_path_factory.mktemp("broadcasting")))


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
    earlier = gateway("campaign", "new", "market", "--by", "manager", *HERE, *TEXTS).out.strip()
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
        f"{earlier}:answered",
    )
    drafted = gateway("campaign", "new", "course", "--by", "manager", *HERE, *TEXTS, *asked)
    assert drafted.status == 0, drafted.err
    [shown] = gateway("campaign", "show", drafted.out.strip(), "--json").objects()
    named = {name: value for name, value in shown["audience"].items() if value}
    assert named == {
        "districts": ["LA1703"],
        "languages": ["en"],
        "roles": ["teacher"],
        "past": [[earlier, "answered"]],
        "purpose": "training",
    }


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--past", "c1:ignored"), "ID:DEED"),
        (("--past", "xyz:not_received"), "There is no such earlier broadcast: xyz."),
        (("--by-date", "return"), "DATE:DAYS"),
        (("--by-date", "birthday:3"), "DATE:DAYS"),
        (("--by-date", "return:30"), "needs a last day"),
        (("--by-date", "return:30:soon"), "DATE:DAYS"),
        (("--true-until", "soon"), "is not a day"),
        (("--budget", "much"), "no sum in kip"),
        (("--role", "king"), "is none of"),
        (("--substitute", "hmn"), "LANG=LANG"),
        (("--substitute", "hmn=xx"), "'xx' is none of lo, en, lo-Latn, hmn, kjg"),
        (("--substitute", "none=lo"), "'none' is none of"),
        (("--text", "lo"), "LANG=TEXT"),
        (("--text", "xx=Market. STOP"), "'xx' is none of lo, en, lo-Latn, hmn, kjg"),
        (("--language", "xx"), "'xx' is none of lo, en, lo-Latn, hmn, kjg"),
        (("--district", "LA17O3"), "'LA17O3' is no code of a district"),
        (("--district", "LA17"), "such as LA1704, nor its name; --province takes a whole province"),
        (("--province", "LA1704"), "'LA1704' is no code of a province, such as LA17, nor its name"),
        (("--province", "Atapeu"), "'Atapeu' is no code of a province"),
        (("--group", "weavers"), "'weavers' cannot be: there is none yet"),
        (("--rest-days", "367"), "no number of days up to 366"),
        (("--rest-days", "many"), "no number of days up to 366"),
        (("--until", ""), "is no instant"),
        (("--repeats", "weekly"), "its first day and hour"),
        (("--replies-to", "nowhere"), "no such flow for the replies; there are: after_disaster, call_me,"),
    ],
)
def test_a_plan_that_cannot_be_kept_is_refused(gateway: CommandLine, options: tuple[str, ...], said: str) -> None:
    done = gateway("campaign", "new", "x", "--by", "manager", *HERE, *TEXTS, *options)
    assert done.status != 0 and said in done.err


@pytest.mark.parametrize("name", ["", "  ", "x" * 81])
def test_a_broadcast_without_a_name_is_refused(gateway: CommandLine, name: str) -> None:
    done = gateway("campaign", "new", name, "--by", "manager", *HERE, *TEXTS)
    assert done.status == 1 and "a name of 1 to 80 characters" in done.err


def test_a_draft_is_tried_on_the_phones_of_the_team_and_sent_back(gateway: CommandLine) -> None:
    drafted = gateway("campaign", "new", "again", "--by", "manager", *HERE, *TEXTS).out.strip()
    assert gateway("campaign", "test", drafted, "--by", "manager").out.startswith("2 texts on their way")
    assert "may not do that" in gateway("campaign", "test", drafted, "--by", "approver").err
    gateway("campaign", "submit", drafted, "--by", "manager")
    assert "No test phone ends so" in gateway("campaign", "test", drafted, "--by", "manager", "--phone", "77").err
    back = ("campaign", "refuse", drafted, "--by", "approver")
    assert gateway(*back).status == 2 and gateway(*back, "--why", "no").status == 1
    assert gateway(*back, "--why", "the day is wrong").out == "draft\n"
    [shown] = gateway("campaign", "show", drafted, "--json").objects()
    assert (shown["state"], shown["sent_back"]) == ("draft", "approver: the day is wrong")


def test_a_step_needs_the_role_that_its_page_asks_for(gateway: CommandLine) -> None:
    drafted = gateway("campaign", "new", "ready", "--by", "manager", *HERE, *TEXTS).out.strip()
    gateway("campaign", "submit", drafted, "--by", "manager")
    assert approved(gateway, drafted).status == 0
    needed = {"schedule": "manager", "pause": "manager", "resume": "manager", "stop": "approver or manager"}
    for step, roles in needed.items():
        refused = gateway("campaign", step, drafted, "--by", "monitoring")
        assert refused.status == 1 and f"it needs the role {roles}" in refused.err, step
    assert "it needs the role manager" in gateway("campaign", "schedule", drafted, "--by", "approver").err
    assert gateway("campaign", "schedule", drafted, "--by", "manager").out == "scheduled\n"
    assert gateway("campaign", "stop", drafted, "--by", "approver").status == 0


def test_a_manager_of_a_province_broadcasts_there_alone(gateway: CommandLine) -> None:
    assert gateway("user", "add", "there", "--role", "manager", "--place", "LA17").status == 0
    refused = gateway("campaign", "new", "elsewhere", "--by", "there", "--district", "LA0101", *TEXTS)
    assert refused.status == 1 and "choose only districts of LA17" in refused.err
    assert gateway("campaign", "new", "here", "--by", "there", *HERE, *TEXTS).status == 0


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
    found = [event for event in file.events if event["SUMMARY"] == "Law day"]
    assert {str(event["STATUS"]) for event in found} == {"TENTATIVE"}
    first, second, *_, last = (event.start for event in found)
    assert (first, second) == (datetime(2026, 12, 5, 2, tzinfo=UTC), datetime(2027, 1, 5, 2, tzinfo=UTC))
    assert (len(found), last) == (13, datetime(2027, 12, 5, 2, tzinfo=UTC))
    both = gateway("campaign", "calendar", "--ics", "--json")
    assert both.status == 2 and "ask for one" in both.err


def test_readers_and_results_name_nobody(gateway: CommandLine) -> None:
    asked = ("--text", "en={district}: market. STOP", "--text", "lo={district}: ຕະຫຼາດ. ຢຸດ")
    drafted = gateway("campaign", "new", "read", "--by", "manager", *HERE, *asked).out.strip()
    [reader] = gateway("campaign", "readers", drafted, "--first", "1", "--json").objects()
    assert reader["district"] == "LA1703" and "{district}" not in reader["text"] and len(reader["phone"]) < 12
    assert len(gateway("campaign", "readers", drafted).out.splitlines()) == 3
    gateway("campaign", "submit", drafted, "--by", "manager")
    assert approved(gateway, drafted).status == 0
    [nothing] = gateway("campaign", "results", drafted, "--json").objects()
    assert nothing["districts"] == {} and nothing["answered"] == "0"
    assert gateway("campaign", "results", drafted).out.splitlines()[0].split() == ["by", "of", "delivered", "%"]
    assert "there is no broadcast" in gateway("campaign", "results", "nothing").err
