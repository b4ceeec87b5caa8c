"""The nouns of the command line over a database in which a mother has reported and nobody has answered yet."""

from pathlib import Path

import pytest

from tests.support.command_line import CommandLine, home_with_story

STORY = """
flow: report
language: en
start: 2026-11-23 10:00
phones: mother=001 duty=050 second=051 province=052 desk=053
given: mother.district = LA1704

mother > HELP
mother < @help.menu
mother > 2
mother < @report.danger
mother > 1
mother < @report.who
province < @officer.alert
desk < @officer.alert
"""
MESSAGE_KEYS = {
    "id",
    "direction",
    "channel",
    "provider_id",
    "kind",
    "lane",
    "state",
    "reason",
    "attempts",
    "case",
    "campaign",
    "step",
    "created_at",
    "settled_at",
    "reply_sha256",
}
CASE_KEYS = {
    "id",
    "code",
    "state",
    "triage",
    "district",
    "opened_at",
    "acknowledged_at",
    "next_step_due_at",
    "message_ids",
}


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    return CommandLine(home_with_story(tmp_path_factory.mktemp("work"), STORY))


def test_messages_are_listed_without_numbers_and_words(gateway: CommandLine) -> None:
    done = gateway("messages", "list", "--json")
    rows = done.objects()
    assert done.status == 0 and all(set(row) == MESSAGE_KEYS for row in rows)
    assert {row["direction"] for row in rows} == {"in", "out"}
    assert "+856" not in done.out and "someone in danger" not in done.out


def test_messages_are_chosen_by_way_kind_and_time(gateway: CommandLine) -> None:
    assert {row["kind"] for row in gateway("messages", "list", "--json", "--kind", "alert").objects()} == {"alert"}
    assert {row["direction"] for row in gateway("messages", "list", "--json", "--direction", "in").objects()} == {"in"}
    assert gateway("messages", "list", "--json", "--since", "2027-01-01T00:00").objects() == []


def test_a_case_is_listed_shown_and_accepted(gateway: CommandLine) -> None:
    [case] = gateway("case", "list", "--json").objects()
    assert set(case) >= CASE_KEYS and case["triage"] == "P0" and case["acknowledged_at"] is None
    assert case["next_step_due_at"] is not None
    [view] = gateway("case", "show", case["code"], "--json").objects()
    assert {event["kind"] for event in view["events"]} >= {"opened"} and "answers" not in view
    assert gateway("case", "ack", case["code"]).out == f"{case['code']} accepted\n"
    assert gateway("case", "list", "--json").objects()[0]["acknowledged_at"] is not None
    assert case["code"] in gateway("case", "list").out


def test_a_broadcast_needs_two_people_and_exactly_what_was_read(gateway: CommandLine) -> None:
    drafted = gateway(
        "campaign",
        "new",
        "fair",
        "--by",
        "manager",
        "--district",
        "LA1703",
        "--text",
        "en=Job fair",
        "--text",
        "lo=ຕະຫຼາດວຽກ",
    )
    name = drafted.out.strip()
    assert drafted.status == 0 and len(name) == 32
    assert gateway("campaign", "submit", name, "--by", "manager").status == 0
    [shown] = gateway("campaign", "show", name, "--json").objects()
    unread = gateway("campaign", "approve", name, "--by", "approver", "--yes")
    assert unread.status == 2 and "--hash" in unread.err and "gateway campaign show" in unread.err
    read = ("--hash", shown["content_hash"], "--yes")
    refused = gateway("campaign", "approve", name, "--by", "manager", *read)
    assert refused.status == 1 and "approver" in refused.err
    stale = gateway("campaign", "approve", name, "--by", "approver", "--hash", "0" * 64, "--yes")
    assert stale.status == 1 and "changed" in stale.err
    assert gateway("campaign", "approve", name, "--by", "approver", *read).status == 0
    [shown] = gateway("campaign", "show", name, "--json").objects()
    assert shown["state"] == "approved" and shown["reach"] == {"en": 2, "lo": 3}
    assert gateway("campaign", "schedule", name, "--by", "manager").status == 0
    assert gateway("campaign", "stop", name, "--by", "manager").out == "stopped; 0 texts had already left\n"
    assert [row["state"] for row in gateway("campaign", "list", "--json").objects()] == ["stopped"]


def test_an_officer_cannot_draft_a_broadcast(gateway: CommandLine) -> None:
    done = gateway("campaign", "new", "x", "--by", "officer", "--district", "LA1703", "--text", "en=x")
    assert done.status == 1 and "needs the role manager" in done.err


PEOPLE = (
    "phone,language,district,consent\n020 5550 1111,lo,LA1703,yes\n8.56E+11,lo,LA1703,yes\n"
    "020 5550 2222,lo,LA9999,yes\n020 5550 3333,en,LA1703,no\n"
)
COUNTS = "1, without consent 1, refused 2, repeated 0"


def test_a_file_is_shown_whole_before_anything_of_it_is_taken(gateway: CommandLine, tmp_path: Path) -> None:
    people = tmp_path / "people.csv"
    people.write_text(PEOPLE, "utf-8")
    dry = gateway("contacts", "import", str(people), "--dry-run")
    assert dry.out == f"would take {COUNTS}\n" and dry.status == 1
    assert dry.err.splitlines() == [
        "CSV, UTF-8, comma",
        'line 3, phone "8.56E+11": the spreadsheet broke this number: digits are lost; '
        "format the column as text and type the number again",
        'line 4, district "LA9999": an unknown district; write its code, such as LA1704, or its name',
    ]
    refused = gateway("contacts", "import", str(people))
    assert refused.out == "" and refused.status == 1 and "nothing was taken" in refused.err
    done = gateway("contacts", "import", str(people), "--yes", "--progress", "json")
    assert done.out == f"taken {COUNTS}, already here and unchanged 0\n" and done.status == 1
    assert '"state": "done"' in done.err
    again = gateway("contacts", "import", str(people), "--yes")
    assert again.out == f"taken {COUNTS}, already here and unchanged 1\n"


def test_a_file_without_a_column_of_numbers_is_refused_with_the_cure(gateway: CommandLine, tmp_path: Path) -> None:
    people = tmp_path / "people.csv"
    people.write_text("who,consent\nKham,yes\n", "utf-8")
    done = gateway("contacts", "import", str(people))
    assert done.status == 1 and "the first row must name one column phone" in done.err


def test_accounts_are_added_and_disabled(gateway: CommandLine) -> None:
    added = gateway("user", "add", "noy", "--role", "auditor", "--password-stdin", typed="a long enough phrase\n")
    assert added.status == 0
    weak = gateway("user", "add", "kham", "--role", "auditor", "--password-stdin", typed="short\n")
    assert weak.status == 1 and "12" in weak.err
    both = gateway(
        "user",
        "add",
        "kham",
        "--role",
        "officer",
        "--role",
        "manager",
        "--password-stdin",
        typed="a long enough phrase\n",
    )
    assert both.status == 1 and "No account may both" in both.err
    assert gateway("user", "disable", "noy").out == "noy is disabled\n"


def test_an_account_is_invited_and_invited_anew(gateway: CommandLine) -> None:
    added = gateway("user", "add", "mali", "--role", "officer", "--post", "women_union:LA1703")
    assert added.status == 0, added.err
    address = added.out.splitlines()[1]
    assert added.status == 0 and address.startswith("http://127.0.0.1:8000/invitation/") and "once" in added.err
    anew = gateway("user", "reset", "mali")
    assert anew.status == 0 and anew.out.startswith("http") and anew.out.strip() != address
    assert gateway("user", "reset", "nobody").status == 1
    for post in ("women_union:LA0101", "women_union:LA1703:9", "kings:LA1703", "women_union:LA1703:x"):
        assert gateway("user", "add", "kham", "--role", "officer", "--post", post).status == 1


def test_the_audit_holds_and_its_head_is_printed(gateway: CommandLine) -> None:
    assert gateway("audit", "verify").status == 0
    [head] = gateway("audit", "head", "--json").objects()
    assert head["seq"] > 0 and head["mac"]


def test_the_doctor_says_where_too_few_would_answer(gateway: CommandLine) -> None:
    def coverage() -> dict[str, object]:
        return {row["name"]: row for row in gateway("doctor", "--json").objects()}["coverage"]

    assert coverage()["state"] == "ok"
    posts = [post["id"] for post in gateway("rota", "show", "LA1703", "--json").objects()]
    for post in posts[1:]:
        gateway("rota", "set", post, "--duty", "off")
    assert coverage()["state"] == "warn" and "LA1703" in str(coverage()["fact"])
    for post in posts[1:]:
        gateway("rota", "set", post, "--duty", "on")


def test_the_doctor_says_what_is_missing_and_how_to_cure_it(gateway: CommandLine) -> None:
    rows = {row["name"]: row for row in gateway("doctor", "--json").objects()}
    assert rows["database"]["state"] == rows["content"]["state"] == rows["posts"]["state"] == "ok"
    assert rows["clock"]["state"] == "warn" and rows["clock"]["cure"].startswith("gateway clock")
    assert rows["hotlines"]["state"] == "warn"


def test_the_database_is_at_the_newest_revision(gateway: CommandLine) -> None:
    assert gateway("db", "current").status == 0


def test_an_export_holds_no_number_unless_somebody_answers_for_it(gateway: CommandLine, tmp_path: Path) -> None:
    people, out = tmp_path / "people.csv", tmp_path / "out.csv"
    people.write_text("phone,district,group,consent\n020 5550 7777,LA1703,weavers,yes\n", "utf-8")
    assert gateway("contacts", "import", str(people)).status == 0
    assert gateway("contacts", "export", str(out)).out.startswith("written ")
    plain = out.read_text("utf-8-sig")
    assert "weavers" in plain and "55507777" not in plain and out.stat().st_mode & 0o077 == 0
    assert gateway("contacts", "export", str(out), "--numbers").status == 2
    named = ("contacts", "export", str(out), "--numbers", "--by", "admin")
    assert gateway(*named).status == 1
    for name in ("noy", "manager", "officer"):
        nobody = gateway("contacts", "export", str(out), "--numbers", "--by", name, "--reason", "new server")
        assert nobody.status == 1 and "+856" not in out.read_text("utf-8-sig")
    assert gateway("contacts", "export", str(out), "--by", "officer").status == 1
    assert gateway("contacts", "export", str(out), "--by", "manager").status == 0
    assert gateway(*named, "--reason", "new server").status == 0
    assert "'+8562055507777" in out.read_text("utf-8-sig")
