"""A handset in the terminal: every order does what it says, and a talk that is saved passes as a story unchanged."""

from pathlib import Path

import pytest

from gateway.cli.story_writing import Notebook
from gateway.conversation.transcript import Says, read_chat
from tests.support.command_line import CommandLine


@pytest.fixture
def gateway(tmp_path: Path) -> CommandLine:
    return CommandLine(tmp_path)


TALKS = {
    "a whole report in two languages": ("report", "lo", False, ["1", ":lang en", "1", "2", "1", "2", "4", "4", "7"]),
    "a screen, dropped and dialled again": ("welcome", "en", True, ["1", "9", ":back", ":drop", ":redial", "1", "2"]),
    "silence": ("safe_migration", "en", False, ["1", ":+11h", ":+2h", "HELP", ":+90m", ":+1d"]),
    "what nobody understands, and a person": ("safe_migration", "lo", False, ["ຫຍັງ", "???", "\u200b8", "8"]),
    "code and PIN": (
        "report",
        "en",
        False,
        [":redial", "2", *"77777777", "{case_code} {case_pin}", "1", "x  "],
    ),
    "watched": ("report", "lo", False, [":unsafe", "1", "1", ":back", "STOP"]),
    "another channel": ("report", "lo", False, [":ussd", "1", "2", ":+11m", ":redial"]),
}


@pytest.mark.parametrize("name", TALKS)
def test_a_saved_talk_passes_as_a_story_unchanged(gateway: CommandLine, tmp_path: Path, name: str) -> None:
    flow, language, ussd, typed = TALKS[name]
    file = tmp_path / "stories" / "saved.chat"
    lines = "\n".join([*typed, f":save {file}", ":quit", ""])
    talk = gateway("simulate", flow, "--lang", language, *(["--ussd"] if ussd else []), typed=lines)
    assert talk.status == 0 and f"saved: {file}" in talk.out
    story = read_chat(file.read_text("utf-8"), "saved.chat")
    assert len([line for line in story.lines if isinstance(line, Says)]) >= 3
    if name == "code and PIN":
        assert "person > {case_code} {case_pin}\nperson < @my_case.state_new" in file.read_text("utf-8")
    played = gateway("test", str(file))
    assert played.status == 0, played.out


def test_a_text_is_shown_with_its_cost_and_its_room(gateway: CommandLine) -> None:
    done = gateway("simulate", "report", "--lang", "lo", typed=":quit\n")
    assert "[report.danger · ucs2 70 of 70 units, 1 segment]" in done.out
    screen = gateway("simulate", "report", "--lang", "en", "--ussd", typed=":quit\n")
    assert "of 160 units]" in screen.out


def test_why_names_the_tests_tried_the_hit_and_the_form(gateway: CommandLine) -> None:
    why = gateway("simulate", "report", "--lang", "lo", typed="ມີ\n:why\n:quit\n").out
    assert "report.danger: a key of the step: no" in why and "report.danger: label now" in why
    words = gateway("simulate", "welcome", "--lang", "en", typed="they locked me in\n:why\n:quit\n").out
    assert "(en, exact) means LOCKED" in words and "welcome.main: words tell" in words
    missed = gateway("simulate", "report", "--lang", "en", typed="blue\n:why\n:quit\n").out
    assert "no form of the lexicon stands in it" in missed and "the words of a choice: no" in missed
    assert "report.danger: miss 1" in missed


def test_time_fires_timers_and_the_state_can_be_read(gateway: CommandLine) -> None:
    done = gateway("simulate", "help", "--lang", "en", typed=":state\n:+13h\n:state\n:quit\n").out
    assert '"flow": "help"' in done and "(no_reply at help.menu)" in done and "(ended)" in done
    assert '"status": "ended"' in done


def test_a_file_is_never_written_over(gateway: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "mine.chat"
    file.write_text("mine", "utf-8")
    done = gateway("simulate", "stop", typed=f":save {file}\n:nonsense\n:lang xx\n:quit\n")
    assert "not saved" in done.out and file.read_text("utf-8") == "mine"
    assert "languages: lo, en, hmn" in done.out and ":save FILE.chat" in done.out


def test_a_flow_that_does_not_exist_is_named(gateway: CommandLine) -> None:
    done = gateway("simulate", "nowhere")
    assert done.status == 2 and "welcome" in done.err


@pytest.mark.parametrize(
    "text", ["", '""', " lead", "trail ", "a\tb", "a\\u0041", "\u200b8", "ຊ່ວຍ > <", "@x", "# no", "\\"]
)
def test_whatever_was_typed_is_read_back(text: str) -> None:
    notebook = Notebook()
    notebook.says(text)
    [line] = read_chat(notebook.story("report", "sms", "lo", "unknown"), "x.chat").lines
    assert isinstance(line, Says) and line.text == text


def test_codes_are_noted_by_name_since_they_are_drawn_anew() -> None:
    notebook = Notebook()
    notebook.says("412706 4711", code="412706", pin="4711")
    assert "person > {case_code} {case_pin}" in notebook.story("my_case", "sms", "lo", "safe")
