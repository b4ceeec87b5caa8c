"""What authors see of their work: exits that stories take, pictures of flows, and what an edit means."""

import re
import shutil
from pathlib import Path

import pytest

from tests.support.command_line import ROOT, CommandLine

LOOK_UP = ROOT / "tests" / "conversations" / "my_case_right_pin.chat"


@pytest.fixture
def gateway(tmp_path: Path) -> CommandLine:
    return CommandLine(tmp_path)


@pytest.fixture
def content(tmp_path: Path) -> Path:
    for folder in ("flows", "messages"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return tmp_path


def test_stories_say_which_exits_they_took_in_which_language(gateway: CommandLine, tmp_path: Path) -> None:
    story = tmp_path / "stops.chat"
    story.write_text("flow: welcome\nlanguage: en\nphones: man=001\nman > STOP\nman < @stop.done\n", "utf-8")
    done = gateway("test", str(story), "--coverage")
    assert done.status == 0 and re.search(r"(?m)^stop +0/2 lo, 2/2 en$", done.out)
    assert re.search(r"(?m)^flows/stop.yaml:9:\d+: 'unsubscribe' then: no story in lo$", done.out)
    [played, *rest] = gateway("test", str(story), "--coverage", "--json").objects()
    assert played == {"story": str(story), "passed": True}
    assert {"flow": "stop", "language": "en", "taken": 2, "exits": 2} in rest
    assert rest[-1].keys() == {"flow", "step", "way", "languages", "file", "line"}


def test_timers_and_look_ups_count_as_exits(gateway: CommandLine, tmp_path: Path) -> None:
    silent = tmp_path / "silent.chat"
    silent.write_text(
        "flow: stop\nlanguage: lo\nphones: man=001\nman > HELP\nman < @help.menu\n--- 13 hours\n", "utf-8"
    )
    rows = gateway("test", str(LOOK_UP), str(silent), "--coverage", "--json").objects()
    gaps = {(row["flow"], row["step"], row["way"]) for row in rows if "way" in row and "lo" in row["languages"]}
    assert not gaps & {("my_case", "look", "then"), ("help", "menu", "no_reply")}
    assert ("report", "tell", "else") in gaps


def test_a_flow_is_drawn_in_each_format_and_all_into_a_folder(gateway: CommandLine, tmp_path: Path) -> None:
    assert gateway("diagram", "stop").out.startswith("<svg ")
    assert gateway("diagram", "stop", "--format", "dot", "--lang", "lo").out.startswith('digraph "stop"')
    done = gateway("diagram", "--all", str(tmp_path / "drawn"), "--format", "mermaid")
    assert done.status == 0 and len(done.out.splitlines()) == len(list((ROOT / "flows").glob("*.yaml")))
    assert "flowchart TD" in (tmp_path / "drawn" / "report.mmd").read_text("utf-8")
    for wrong in (("diagram",), ("diagram", "nowhere"), ("diagram", "stop", "--lang", "xx")):
        assert gateway(*wrong).status == 2


def test_an_edit_is_said_by_meaning_as_lines_objects_or_a_page(gateway: CommandLine, content: Path) -> None:
    assert gateway("diff", str(content)).out == ""
    flow = content / "flows" / "stop.yaml"
    flow.write_text(flow.read_text("utf-8").replace("then: close}", "then: person}"), "utf-8")
    line = "leads elsewhere: stop.done then: person -> close\n"
    assert gateway("diff", str(content), str(ROOT)).out == line
    assert gateway("diff", str(flow), str(ROOT / "flows" / "stop.yaml")).out == line
    [change] = gateway("diff", str(content), "--format", "json").objects()
    assert (change["kind"], change["before"], change["after"]) == ("leads_elsewhere", "person", "close")
    assert "<h1>1 change</h1>" in gateway("diff", str(content), "--format", "html").out
    flow.write_text("schema: 2\n", "utf-8")
    assert gateway("diff", str(content)).status == 1
