"""What authors run: lint, stories, a handset in the terminal, and how texts are read."""

import shutil
from pathlib import Path

import pytest

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
    assert done.status == 0 and done.err.startswith("0 errors")


def test_a_broken_flow_is_named_by_file_line_and_column(gateway: CommandLine, content: Path) -> None:
    flow = content / "flows" / "help.yaml"
    flow.write_text(flow.read_text("utf-8").replace("then: topics}", "then: topisc}"), "utf-8")
    done = gateway("lint", str(content))
    assert done.status == 1 and "flows/help.yaml:12:" in done.out and "topisc" in done.out
    [first, *_] = gateway("lint", str(flow), "--format", "json").objects()
    assert first["file"] == "flows/help.yaml" and first["line"] == 12 and first["code"] == "E010"
    assert gateway("lint", str(content / "messages" / "lo")).status == 0


def test_texts_are_read_one_object_a_line(gateway: CommandLine) -> None:
    done = gateway("understand", "--json", typed="ຊ່ວຍແດ່\nSTOP\nblue\n")
    rows = done.objects()
    assert [row["kind"] for row in rows] == ["primary", "primary", "unknown"]
    assert [row["primary"] for row in rows] == ["HELP", "STOP", None]
    assert all(set(row) == {"text", "kind", "primary", "intents", "evidence"} for row in rows)
    assert gateway("understand", "HELP").out == "HELP  ->  primary HELP\n"


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
