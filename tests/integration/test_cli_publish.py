"""``gateway publish``, ``rollback`` and ``versions``: two people at two terminals, over a folder of files."""

import shutil
from pathlib import Path

import pytest

from tests.support.command_line import ROOT, CommandLine, home_with_story
from tests.support.editions import files_to_edit

STORY = """
flow: welcome
language: en
start: 2026-11-23 10:00
phones: mother=001

mother > hello
mother < @welcome.menu
"""
TOLD = """
flow: report
language: en
start: 2026-11-23 10:00
phones: mother=001

mother > help
mother < @help.menu
mother > 2
mother < @report.danger
mother > 2
mother < @report.who
"""
SIX_PEOPLE = """
flow: welcome
language: en
start: 2026-11-23 10:00
phones: a=001 b=002 c=003 d=004 e=005 f=006

""" + "".join(f"{name} > hello\n{name} < @welcome.menu\n{name} > 2\n{name} < @welcome.text_now\n" for name in "abcdef")
WELCOME = "messages/en/welcome.yaml"
PROPOSE = ("publish", "--as", "author", "--untried", "one story is enough for this test")


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("publish")
    home_with_story(folder, STORY)
    files_to_edit(folder / "content")
    (folder / "content/tests/conversations").mkdir(parents=True)
    (folder / "content/tests/conversations/hello.chat").write_text(STORY, "utf-8")
    gateway = at(folder)
    assert gateway(*PROPOSE, "--note", "first").status == 0
    [first] = gateway("versions", "list", "--json").objects()
    assert gateway("publish", "approve", first["hash"], "--as", "approver").status == 0
    return folder


@pytest.fixture
def folder(prepared: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(prepared, tmp_path / "copy"))


def at(folder: Path) -> CommandLine:
    return CommandLine(folder / "home", {"GATEWAY_CONTENT": str(folder / "content")})


def edit(folder: Path, old: str, new: str) -> None:
    path = folder / "content" / WELCOME
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")


def test_a_second_person_approves_the_exact_hash_and_one_command_goes_back(folder: Path) -> None:
    gateway = at(folder)
    edit(folder, "What do you need?", "How can we help?")
    proposed = gateway(*PROPOSE, "--note", "warmer")
    assert proposed.status == 0, proposed.err
    assert "lint: 0 errors" in proposed.out and "stories: 1 passed, 0 failed" in proposed.out
    assert "1 wait on 1 steps\n  1 welcome.main" in proposed.out
    hash_ = proposed.out.partition("proposed ")[2].split()[0]
    refused = gateway("publish", "approve", hash_, "--as", "author")
    assert refused.status == 1 and "needs the role approver" in refused.err
    assert gateway("publish", "approve", hash_[:12], "--as", "approver").out.endswith(
        f"live: {hash_}; people inside: keep\n"
    )
    newest, first = gateway("versions", "list", "--json").objects()
    assert (newest["author"], newest["approver"], newest["note"]) == ("author", "approver", "warmer")
    assert "welcome" in newest["live"] and "welcome" not in first["live"] and newest["cost"]["welcome"]["en"]["texts"]
    assert gateway("versions", "list").out.splitlines()[0].split() == [
        "at", "hash", "author", "approver", "live", "note"
    ]  # fmt: skip
    back = gateway("rollback", "--all", "--as", "author")
    assert back.status == 0 and "welcome" in back.out
    assert "welcome" in gateway("versions", "list", "--json").objects()[1]["live"]
    assert gateway("rollback", "--all", "--as", "author").status == 1


def test_the_difference_to_what_is_live_says_who_is_inside_and_what_it_costs(folder: Path) -> None:
    gateway = at(folder)
    same = gateway("diff", "--live")
    assert same.out == "" and same.err == "0 changes; 0 wait at changed steps\n"
    edit(folder, "What do you need?", "How can we help you today? " * 3)
    done = gateway("diff", "--live")
    assert "text changed: welcome.menu in en: " in done.out and "[1 waiting here]" in done.out
    assert done.err == "1 changes; segments: en +1; 1 wait at changed steps\n"
    page = gateway("diff", "--live", "--format", "html").out
    assert "1 change, 1 conversation inside changed steps" in page and "From what is live to" in page
    flow = folder / "content" / "flows" / "stop.yaml"
    assert gateway("diff", "--live", str(flow)).out == ""
    assert gateway("diff", "--live", str(flow), str(flow)).status == 2 and gateway("diff").status == 2


def test_a_code_that_a_running_conversation_holds_may_change_its_label_but_not_go(folder: Path) -> None:
    home_with_story(folder / "told", TOLD)
    gateway = CommandLine(folder / "told" / "home", {"GATEWAY_CONTENT": str(folder / "content")})
    assert "E026" not in gateway("lint", "--live").out
    for path in (folder / "content").rglob("report.yaml"):
        path.write_text(path.read_text("utf-8").replace("not_now", "not_yet"), "utf-8")
    found = gateway("lint", "--live", "--format", "json").objects()
    [lost] = [finding for finding in found if finding["code"] == "E026"]
    assert lost["message"] == "running conversations hold 'not_now' in 'danger', no step gives it"
    assert (lost["file"], lost["severity"]) == ("flows/report.yaml", "error")
    assert not [finding for finding in gateway("lint", "--format", "json").objects() if finding["code"] == "E026"]


def test_the_lint_plays_the_stories_and_names_the_ways_that_none_takes(folder: Path) -> None:
    found = at(folder)("lint", "--stories", "--format", "json").objects()
    by_code = {code: [one for one in found if one["code"] == code] for code in ("E028", "E036")}
    assert {one["severity"] for one in by_code["E028"]} == {"error"} and len(by_code["E028"]) > 100
    assert {one["severity"] for one in by_code["E036"]} == {"warning"}
    assert "no story takes 'main' choice tell in lo, en" in {one["message"] for one in by_code["E036"]}


def test_arrows_say_how_many_people_went_along_them(folder: Path) -> None:
    home_with_story(folder / "counted", SIX_PEOPLE)
    drawn = CommandLine(folder / "counted" / "home")("diagram", "welcome", "--counts", "--format", "mermaid").out
    assert "· 6 people" in drawn and "· 0 people" in drawn
    assert "people" not in at(folder)("diagram", "welcome", "--format", "mermaid").out


def test_red_files_are_not_proposed(folder: Path) -> None:
    gateway = at(folder)
    edit(folder, 'menu: "Hello.', 'menu: "trafficking.')
    done = gateway("publish", "--as", "author")
    assert done.status == 1 and "S301" in done.out and "the lint is not green" in done.err


def test_a_protection_flow_with_exits_in_no_story_is_proposed_only_with_a_reason(folder: Path) -> None:
    gateway = at(folder)
    edit(folder, "What do you need?", "How can we help?")
    refused = gateway("publish", "--as", "author")
    assert refused.status == 1 and "exits of protection flows are in no story" in refused.err
    assert "flows/report.yaml:" in refused.out and "flows/topics.yaml:" not in refused.out
    assert gateway(*PROPOSE).status == 0
    newest, _ = gateway("versions", "list", "--json").objects()
    assert newest["report"]["untried"] == PROPOSE[-1] and newest["report"]["untaken"]


def test_a_failing_story_or_none_is_not_green(folder: Path) -> None:
    gateway = at(folder)
    edit(folder, "What do you need?", "How can we help?")
    story = folder / "content/tests/conversations/hello.chat"
    story.write_text(STORY.replace("@welcome.menu", "@welcome.nothing"), "utf-8")
    done = gateway("publish", "--as", "author")
    assert done.status == 1 and "hello.chat:8" in done.out and "the stories are not green" in done.err
    story.unlink()
    assert gateway("publish", "--as", "author").status == 1
    assert len(gateway("versions", "list", "--json").objects()) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("publish",),
        ("publish", "approve", "f" * 64),
        ("publish", "--as", "author", "--people", "map", "--step", "report.where"),
        ("rollback", "--as", "author"),
        ("rollback", "report", "--all", "--as", "author"),
    ],
)
def test_who_and_what_must_be_said(folder: Path, arguments: tuple[str, ...]) -> None:
    assert at(folder)(*arguments).status == 2


def test_an_unknown_hash_is_refused(folder: Path) -> None:
    assert at(folder)("publish", "approve", "f" * 64, "--as", "approver").status == 1


def test_init_publishes_what_ships_once(tmp_path: Path) -> None:
    gateway = CommandLine(tmp_path / "home", {"GATEWAY_CONTENT": str(ROOT)})
    assert gateway("init").status == 0
    assert gateway("init").status == 0
    [edition] = gateway("versions", "list", "--json").objects()
    assert (edition["author"], edition["approver"]) == ("installer", "installer")
    assert edition["live"] == sorted(edition["parts"])


def test_the_doctor_says_when_the_files_are_not_what_is_live(tmp_path: Path) -> None:
    files_to_edit(tmp_path / "content")
    gateway = at(tmp_path)
    assert gateway("init").status == 0
    content = {row["name"]: row for row in gateway("doctor", "--json").objects()}["content"]
    assert content["state"] == "ok"
    edit(tmp_path, "What do you need?", "How can we help?")
    content = {row["name"]: row for row in gateway("doctor", "--json").objects()}["content"]
    assert content["state"] == "warn" and "welcome" in content["fact"] and "gateway publish" in content["cure"]
