"""`gateway test`: what the events of a story do, and how one that does not hold or cannot happen is told."""

from pathlib import Path

import pytest

from tests.support.command_line import CommandLine

HEAD = """flow: report
language: en
start: 2026-11-23 21:10
phones: woman=001 sister=002 province=052 desk=053
given: woman.district = LA1704
woman > help
woman < @help.menu
woman > 2
woman < @report.danger
"""
IN_DANGER = HEAD + "woman > 1\nwoman < @report.who\nprovince < @officer.alert\ndesk < @officer.alert\n"
STORIES = {  # story: the line that does not hold, what was expected there, what happened instead
    "kept": (HEAD + "* publish report\nwoman > 2\nwoman < ~(v2)\n", 12, "woman < ~(v2)", "@report.who"),
    "newer": (
        HEAD + '* publish report\nsister > hello\nsister < @report.danger\n! never "(v2)"\n',
        13, 'never "(v2)"', "(v2)",
    ),
    "recalled": (
        HEAD + "* publish report withdraw\nwoman > 2\nwoman < @report.who\n",
        12, "woman < @report.who", "@common.person_will_help",
    ),
    "silent": (
        HEAD + "* publish report withdraw\n--- 1 hour\nwoman < @common.person_will_help\n",
        12, "woman < @common.person_will_help", "nothing",
    ),
    "no_flow": (HEAD + "* publish reports\n", 10, "* publish reports", "there is no flow reports"),
    "received": (IN_DANGER + "--- 2 minutes\ndesk < @officer.alert\n", 15, "desk < @officer.alert", "nothing"),
    "lost": (
        IN_DANGER + "* lost receipt\n--- 2 minutes\ndesk < nothing\n", 16, "desk < nothing", "@officer.alert",
    ),
    "too_late": (
        IN_DANGER + "--- 1 minute\n* lost receipt\n",
        15, "* lost receipt", "no receipt is to come: the text is delivered",
    ),
    "answered": (HEAD + "* lost receipt\n", 10, "* lost receipt", "no receipt is to come: the text is answered"),
    "unheard": (HEAD.partition("woman >")[0] + "* lost receipt\n", 6, "* lost receipt", "no text was heard before"),
    "out_of_reach": (
        HEAD + "* desk acts 082\nwoman > 1\nwoman < @report.who\nprovince < @officer.alert\ndesk < @officer.alert\n",
        14, "desk < @officer.alert", "nothing",
    ),
    "unknown_flow": ("flow: reports\nphones: woman=001\nwoman > help\n", 1, "flow: reports", "there is no such flow"),
}  # fmt: skip


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, object]]:
    """How each story went, all played by one command."""
    folder = tmp_path_factory.mktemp("stories")
    for name, (story, *_) in STORIES.items():
        (folder / f"{name}.chat").write_text(story, "utf-8")
    done = CommandLine(folder)("test", str(folder), "--json")
    assert done.status == 1
    return {Path(str(one["story"])).stem: one for one in done.objects() if "story" in one}


@pytest.mark.parametrize("name", STORIES)
def test_a_story_fails_at_the_line_that_does_not_hold(name: str, told: dict[str, dict[str, object]]) -> None:
    _, line, expected, got = STORIES[name]
    one = told[name]
    assert (one["passed"], one["line"], one["expected"]) == (False, line, expected)
    assert got in str(one["got"])
