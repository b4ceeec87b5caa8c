"""What authors run: lint, stories and a handset in the terminal."""

import json
import re
import shutil
from pathlib import Path

import pytest

from gateway.errors import width
from tests.support.command_line import ROOT, CommandLine


@pytest.fixture
def gateway(tmp_path: Path) -> CommandLine:
    return CommandLine(tmp_path)


@pytest.fixture
def content(tmp_path: Path) -> Path:
    for folder in ("flows", "messages"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return tmp_path


def test_the_shipped_content_passes(gateway: CommandLine) -> None:
    done = gateway("lint")
    assert done.status == 0 and done.err.startswith("0 errors, ")
    assert re.search(r"\d+ flows, \d+ languages, \d+ ms · worst session: \w+ \d+ segments\n$", done.err)


def test_a_broken_flow_is_named_by_file_line_and_column(gateway: CommandLine, content: Path) -> None:
    flow = content / "flows" / "help.yaml"
    flow.write_text(flow.read_text("utf-8").replace("then: topics}", "then: topisc}"), "utf-8")
    done = gateway("lint", str(content))
    lines = done.out.splitlines()
    assert done.status == 1 and lines[0] == "flows/help.yaml:13:58: E010 step 'topisc' does not exist"
    assert lines[1].startswith("   13 |       - {code: information") and lines[1].index("topisc") == lines[2].index(
        "^^^^^^"
    )
    assert lines[2].endswith("^^^^^^ did you mean 'topics'?")
    [first, *_] = gateway("lint", str(flow), "--format", "json").objects()
    assert first["file"] == "flows/help.yaml" and first["line"] == 13 and first["code"] == "E010"
    assert first["severity"] == "error" and first["hint"] == "did you mean 'topics'?"
    assert gateway("lint", str(content / "messages" / "lo")).status == 0


def test_the_caret_stands_under_lao_letters_too(gateway: CommandLine, content: Path) -> None:
    texts = content / "messages" / "lo" / "stop.yaml"
    texts.write_text(texts.read_text("utf-8").replace("ຢຸດສົ່ງແລ້ວ", "ຢຸດສົ່ງ\u200bແລ້ວ"), "utf-8")
    lines = gateway("lint", str(texts)).out.splitlines()
    at = next(number for number, line in enumerate(lines) if "T411" in line)
    assert width(lines[at + 1].partition("\u200b")[0]) == lines[at + 2].index("^")


def test_several_paths_are_checked_at_once_and_nothing_else(gateway: CommandLine, content: Path) -> None:
    for name in ("stop", "help", "report"):
        flow = content / "flows" / f"{name}.yaml"
        flow.write_text(flow.read_text("utf-8").replace("schema: 1\n", "schema: 2\n"), "utf-8")
    asked = [str(content / "flows" / f"{name}.yaml") for name in ("stop", "help")]
    done = gateway("lint", *asked)
    assert {line.split(":")[0] for line in done.out.splitlines() if "E004" in line} == {
        "flows/stop.yaml",
        "flows/help.yaml",
    }
    assert done.err.startswith("2 errors, 0 warnings")


def test_what_is_safe_is_repaired_and_the_rest_is_told(gateway: CommandLine, content: Path) -> None:
    texts = content / "messages" / "en" / "stop.yaml"
    sound = texts.read_text("utf-8")
    texts.write_text(sound.replace("Stopped. If", "Stopped.\u00a0If").replace("\n", "  \n"), "utf-8")
    assert gateway("lint", str(texts)).status == 1
    done = gateway("lint", "--fix", str(texts))
    assert done.status == 0 and done.err.startswith("repaired messages/en/stop.yaml\n0 errors")
    assert texts.read_text("utf-8") == sound


def test_code_scanning_gets_one_log_and_warnings_alone_pass(gateway: CommandLine) -> None:
    done = gateway("lint", "--format", "sarif")
    log = json.loads(done.out)
    assert done.status == 0 and log["version"] == "2.1.0"
    assert {result["level"] for result in log["runs"][0]["results"]} == {"warning"}


def test_a_path_that_holds_no_content_is_a_matter_of_usage(gateway: CommandLine, content: Path, tmp_path: Path) -> None:
    assert gateway("lint", str(tmp_path / "nowhere")).status == 2
    assert gateway("lint", "/").status == 2
    assert gateway("lint", "--format", "xml").status == 2
    assert gateway("lint", str(content), str(ROOT / "flows")).status == 2


def test_the_rules_are_listed(gateway: CommandLine) -> None:
    assert "| S301 | error |" in gateway("lint", "--rules").out


def test_a_handset_in_the_terminal(gateway: CommandLine) -> None:
    done = gateway("simulate", "report", "--lang", "en", typed=":state\n1\n:why\n:lang lo\n:+13h\n:quit\n")
    assert done.status == 0 and "Is someone in danger now?" in done.out
    assert '"flow": "report"' in done.out and "report.danger" in done.out and "OpenReport" in done.out
    assert "no_reply at" in done.out or "expires at" in done.out


def test_a_screen_in_the_terminal(gateway: CommandLine) -> None:
    done = gateway("simulate", "welcome", "--lang", "lo", "--ussd", typed="9\n:back\n:drop\n:quit\n")
    assert done.status == 0 and "ucs2" in done.out


def test_a_story_that_does_not_hold_is_shown_side_by_side(gateway: CommandLine, tmp_path: Path) -> None:
    story = tmp_path / "wrong.chat"
    story.write_text("flow: welcome\nlanguage: en\nphones: man=001\nman > HELP\nman < @stop.done\n", "utf-8")
    done = gateway("test", str(story))
    assert done.status == 1 and f"{story}:5" in done.out
    assert "expected  man < @stop.done" in done.out and "got       man < @help.menu" in done.out
    assert done.out.endswith("0 passed, 1 failed\n")


def test_a_story_that_cannot_be_read_is_a_finding(gateway: CommandLine, tmp_path: Path) -> None:
    story = tmp_path / "wrong.chat"
    story.write_text("flow: welcome\nphones: man=001\nman shouts\n", "utf-8")
    done = gateway("test", str(story))
    assert done.status == 1 and "wrong.chat:3:1: T100" in done.out
