"""Each lint rule finds its own example and leaves its good twin alone; what ships has no error."""

import ast
import re
from pathlib import Path

import pytest

from gateway.content.checking import checked_below, findings_below
from gateway.content.files import read_sources
from gateway.conversation.lint_material import REQUIRED, WITHOUT_FLOW, said_without_flow
from gateway.conversation.lint_rules import BY_CODE, NEVER_SILENCED, RULES
from tests.support.lint_examples import WORLD, Example, examples
from tests.unit.talking import ROOT, shipped_library

EXAMPLES = examples()
CODE_IN_SOURCE = re.compile(r'"([ETCS][0-9]{3})"')


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: f"{e.code} {e.says}")
def test_an_example_is_judged_as_it_says(example: Example, tmp_path: Path) -> None:
    findings = example.findings(tmp_path)
    places = {f"{finding.file}:{finding.line}:{finding.column}:{finding.code}" for finding in findings}
    assert places == example.expected, "\n".join(map(str, findings))
    assert (example.code in {finding.code for finding in findings}) is not example.good


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_every_rule_has_a_bad_example_and_a_good_one(rule: object) -> None:
    code = getattr(rule, "code", "")
    assert {example.good for example in EXAMPLES if example.code == code} == {True, False}


def test_examples_are_of_rules_only() -> None:
    assert {example.code for example in EXAMPLES} == set(BY_CODE) and len(RULES) == len(BY_CODE) >= 60


def test_a_finding_is_as_grave_as_its_rule_and_shows_its_line(tmp_path: Path) -> None:
    for number, example in enumerate(example for example in EXAMPLES if not example.good):
        root = tmp_path / str(number)
        for finding in example.findings(root):
            assert finding.severity == BY_CODE[finding.code].severity
            line = (root / finding.file).read_text("utf-8").split("\n")[finding.line - 1]
            assert finding.excerpt == line and 1 <= finding.column <= len(line) + 1


def test_every_code_that_reading_can_find_is_in_the_table() -> None:
    folders = ("gateway/conversation", "gateway/text", "gateway/content")
    sources = [ROOT / "gateway/strict_yaml.py", *(path for folder in folders for path in (ROOT / folder).glob("*.py"))]
    found = {code for path in sources for code in CODE_IN_SOURCE.findall(path.read_text("utf-8"))}
    assert found - set(BY_CODE) == {"T100"}, "T100 is of transcripts, not of content"


def test_the_sound_world_has_no_finding() -> None:
    assert findings_below(WORLD) == ()


def test_what_ships_has_no_error() -> None:
    assert [str(finding) for finding in findings_below(ROOT) if finding.severity == "error"] == []


def test_every_text_that_the_gateway_says_by_itself_is_there_in_every_required_language() -> None:
    messages = read_sources(ROOT).messages
    assert {language: WITHOUT_FLOW - messages[language].keys() for language in REQUIRED} == {"lo": set(), "en": set()}


def test_every_text_that_the_code_names_counts_as_said() -> None:
    bundles = shipped_library().bundles.values()
    told = {
        flow.message_id(step.message)
        for bundle in bundles
        for flow in bundle.flows.values()
        for step in flow.steps.values()
    }
    ids = {key for bundle in bundles for key in bundle.catalogue.ids("en")} - told
    for path in sorted((ROOT / "gateway").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and node.value in ids:
                assert said_without_flow(str(node.value)), f"{path.name} names {node.value}"


def edited(tmp_path: Path, file: str, old: str, new: str) -> set[str]:
    root = Example("", False, "", frozenset(), ((file, old, new),)).build(tmp_path)
    return {finding.code for finding in findings_below(root)}


def test_a_line_silences_a_rule_with_a_reason_but_never_a_safety_rule(tmp_path: Path) -> None:
    line = 'thanks: "Thank you."'
    said = 'thanks: "See [here]."'
    file = "messages/en/trial.yaml"
    assert edited(tmp_path / "1", file, line, f"{said}  # lint-ok: C209 brackets on the poster") == set()
    assert edited(tmp_path / "2", file, line, f"{said}  # lint-ok: C209") == {"C209", "E032"}
    unsafe = 'thanks: "Call 1623"  # lint-ok: S302 everybody knows it'
    assert edited(tmp_path / "3", file, line, unsafe) == {"S302", "E032"} and "S302" in NEVER_SILENCED


@pytest.mark.parametrize("text", ["Fees: 500,000 kip", "Since 2017", "Under 18 or 30 days", "2 of 3 know it"])
def test_sums_years_and_small_numbers_are_no_phone(text: str, tmp_path: Path) -> None:
    assert not edited(tmp_path, "messages/en/trial.yaml", "Thank you.", text)


def test_a_guarded_word_is_shown_with_the_shortest_path_to_it(tmp_path: Path) -> None:
    edit = ("flows/trial.yaml", "field: mode, is: open", "field: channel.kind, is: sms")
    root = Example("", False, "", frozenset(), (edit,)).build(tmp_path)
    [finding, *_] = [finding for finding in findings_below(root) if finding.code == "S301"]
    assert (
        finding.message == "'trial.plain' says 'traffick' to a phone not confirmed safe (trial.first > openly > plain)"
    )


def test_a_guarded_word_is_found_across_calls_and_back(tmp_path: Path) -> None:
    told = (
        "flows/trial.yaml",
        "told: {call: told, then: close, else: close}",
        "told: {call: told, then: plain, else: close}",
    )
    root = Example("", False, "", frozenset(), (told,)).build(tmp_path)
    found = {finding.message.rpartition("(")[2] for finding in findings_below(root) if finding.code == "S301"}
    assert len(found) == 1 and found.pop().startswith("trial.first > told > told.")


def test_a_day_of_silence_ends_the_confirmation(tmp_path: Path) -> None:
    def world(name: str, pause: str) -> set[str]:
        safe = "openly: {do: [{set_contact: {safety: safe}}], then: later}"
        safe += f"\n  later: {{wait: {{for: {pause}}}, then: plain}}"
        old = "openly: {choose: [{when: {field: mode, is: open}, then: plain}], else: close}"
        return edited(tmp_path / name, "flows/trial.yaml", old, safe)

    assert world("short", "23h") == set() and world("long", "24h") == {"S301", "S311"}


def test_a_misspelt_name_comes_with_the_nearest_one(tmp_path: Path) -> None:
    example = next(example for example in EXAMPLES if example.code == "E020" and not example.good)
    hints = [finding.hint for finding in findings_below(example.build(tmp_path))]
    assert hints == ["write it in messages/"]
    root = Example("", False, "", frozenset(), (("flows/trial.yaml", "say: plain", "say: plian"),)).build(
        tmp_path / "near"
    )
    assert "did you mean 'trial.plain'?" in [finding.hint for finding in findings_below(root)]


def test_nothing_is_linted_until_form_is_sound(tmp_path: Path) -> None:
    edit = ("flows/trial.yaml", "purpose: information", "purpose: informatoin")
    checked = checked_below(Example("", False, "", frozenset(), (edit,)).build(tmp_path))
    assert checked.material is None and [finding.code for finding in checked.findings] == ["E004"]
