"""How findings are printed: text for people, JSON by line, SARIF for code scanning, and the list of rules."""

from pathlib import Path

from gateway.cli.findings import rules_as_markdown, sarif
from gateway.conversation.lint_rules import RULES
from gateway.errors import Finding
from tests.support.lint_examples import examples
from tests.unit.talking import ROOT

LEVELS = {"none", "note", "warning", "error"}


def test_the_list_of_rules_in_the_documentation_is_the_table() -> None:
    assert (ROOT / "gateway/conversation/LINT.md").read_text("utf-8") == rules_as_markdown()


def test_every_rule_is_described_once_in_sarif() -> None:
    [run] = sarif([])["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [rule.code for rule in RULES]
    for rule in rules:
        assert rule["shortDescription"]["text"] and rule["help"]["text"]
        assert rule["defaultConfiguration"]["level"] in LEVELS


def test_sarif_has_the_structure_of_version_2_1_0(tmp_path: Path) -> None:
    findings: list[Finding] = []
    for example in [example for example in examples() if not example.good]:
        findings += example.findings(tmp_path / example.code)
    log = sarif(findings)
    assert log["version"] == "2.1.0" and log["$schema"].endswith("sarif-schema-2.1.0.json")
    [run] = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert run["tool"]["driver"]["name"] and run["columnKind"] in {"utf16CodeUnits", "unicodeCodePoints"}
    assert len(run["results"]) == len(findings) > len(RULES)
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in LEVELS and result["message"]["text"]
        [location] = result["locations"]
        place = location["physicalLocation"]
        assert not place["artifactLocation"]["uri"].startswith(("/", "file:"))
        region = place["region"]
        assert region["startLine"] >= 1 and region["startColumn"] >= 1
