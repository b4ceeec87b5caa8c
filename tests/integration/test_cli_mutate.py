"""Small faults in the content: each lies where it is said to lie, and lint or a story notices those that matter."""

import shutil
from pathlib import Path

import pytest

from gateway.cli.mutate import picked
from gateway.cli.mutation_trial import Trial
from gateway.cli.stories import stories_of
from gateway.content.files import read_sources
from gateway.content.mutants import Mutant, mutants_below
from tests.support.command_line import ROOT, CommandLine

STORIES = ROOT / "tests" / "conversations"
FAULTS = list(mutants_below(ROOT))


def fault(file: str, what: str) -> Mutant:
    """Return the one fault of a file whose words begin so."""
    [found] = [mutant for mutant in FAULTS if mutant.file == file and f"{mutant.fault}: {mutant.what}".startswith(what)]
    return found


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Trial:
    found = Trial(ROOT, tmp_path_factory.mktemp("trial"))
    found.hear([STORIES / "stop_then_help.chat", STORIES / "whole_report_lao.chat"])
    return found


def test_every_else_way_and_text_of_the_content_has_its_fault() -> None:
    flows = read_sources(ROOT).flows.values()
    ways = [(flow.name, step.name, way) for flow in flows for step in flow.steps.values() for way, _ in step.exits()]
    elsewhere = [mutant.exit for mutant in FAULTS if mutant.fault == "leads elsewhere"]
    gone = [(exit_.flow, exit_.step, exit_.way) for exit_ in elsewhere if exit_]
    # A call of a flow that only ever ends well is never left by its else; whatever stands there, nobody meets it.
    assert {*ways} - {*gone} == {
        *((flow, "call_me", "else") for flow in ("check_offer", "help", "my_rights", "welcome")),
        *((flow, "leave", "else") for flow in ("help", "welcome")),
        ("topics", "leaving", "else"),
    }
    assert len(gone) == len({*gone}) and {*gone} <= {*ways}
    lost = {(mutant.exit.flow, mutant.exit.step) for mutant in FAULTS if mutant.fault == "else lost" and mutant.exit}
    assert lost == {(flow, step) for flow, step, way in ways if way == "else"}
    texts = {(mutant.language, mutant.message) for mutant in FAULTS if mutant.fault == "translation lost"}
    messages = read_sources(ROOT).messages
    assert texts == {(language, message) for language in ("lo", "en") for message in messages[language]}


@pytest.mark.parametrize("mutant", picked(FAULTS, 40, 3), ids=str)
def test_a_fault_lies_in_one_line_and_the_rest_of_the_file_is_as_it_was(mutant: Mutant) -> None:
    sound = (ROOT / mutant.file).read_text("utf-8").splitlines()
    faulty = mutant.text.splitlines()
    before = [line for line, other in zip(sound, faulty, strict=False) if line == other]
    assert faulty != sound and sound[: mutant.line - 1] == faulty[: mutant.line - 1] and len(before) >= mutant.line - 1


def test_a_lost_else_and_a_lost_translation_are_noticed_by_the_lint(trial: Trial) -> None:
    assert trial.killer(fault("flows/report.yaml", "else lost: step 'danger'")) == "E014"
    assert trial.killer(fault("flows/welcome.yaml", "else lost: step 'greet'")) == "E004"
    assert trial.killer(fault("messages/lo/report.yaml", "translation lost: 'danger.now'")) == "T401"
    assert trial.killer(fault("messages/en/stop.yaml", "translation lost: 'done'")) == "T401"


def test_a_way_that_leads_elsewhere_is_noticed_by_the_story_that_goes_it(trial: Trial) -> None:
    mutant = fault("flows/report.yaml", "leads elsewhere: step 'danger' choice not_sure")
    assert trial.killer(mutant) == "whole_report_lao.chat"


def test_a_text_that_the_gateway_says_by_itself_cannot_be_lost_in_one_language(trial: Trial) -> None:
    assert trial.killer(fault("messages/lo/common.yaml", "translation lost: 'more'")) == "T401"
    assert trial.killer(fault("messages/en/officer.yaml", "translation lost: 'taken'")) == "T401"


def test_a_fault_that_no_story_meets_is_not_noticed(trial: Trial) -> None:
    assert trial.killer(fault("flows/my_case.yaml", "leads elsewhere: step 'added' then")) == ""


def test_the_command_counts_what_was_noticed_and_fails_below_the_rate(tmp_path: Path) -> None:
    content = tmp_path / "content"
    for folder in ("flows", "messages"):
        shutil.copytree(ROOT / folder, content / folder)
    (content / "tests" / "conversations").mkdir(parents=True)
    shutil.copy(STORIES / "stop_then_help.chat", content / "tests" / "conversations")
    gateway = CommandLine(tmp_path, {"GATEWAY_CONTENT": str(content)})
    done = gateway("mutate", "--sample", "12", "--seed", "5", "--json", "--least", "0")
    rows = done.objects()
    assert done.status == 0 and len(rows) == 12 and {"file", "line", "fault", "what", "noticed_by"} == rows[0].keys()
    noticed = sum(bool(row["noticed_by"]) for row in rows)
    assert 0 < noticed < 12 and done.err.startswith(f"{noticed} of 12 noticed")
    assert gateway("mutate", "--sample", "12", "--seed", "5").status == 1


@pytest.mark.slow
def test_the_stories_and_the_lint_notice_nearly_every_fault(tmp_path: Path) -> None:
    """Every story is played once, then a fixed sample of faults is tried: about a minute of one core."""
    trial = Trial(ROOT, tmp_path)
    trial.hear(stories_of((STORIES,)))
    sample = picked(FAULTS, 40, 1)
    unnoticed = [str(mutant) for mutant in sample if not trial.killer(mutant)]
    assert len(unnoticed) <= len(sample) * 0.05, "\n".join(unnoticed)
