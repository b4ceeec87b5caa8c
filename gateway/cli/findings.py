"""How findings are printed: with the line and a caret, as JSON, as SARIF 2.1.0; and the list of rules."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any, Final

import click

from gateway.cli.printing import json_line
from gateway.conversation.lint_rules import AREAS, NEVER_SILENCED, RULES, Rule
from gateway.errors import Finding

_SARIF: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def print_text(findings: Iterable[Finding]) -> None:
    """Print each finding as an editor can jump to it, with its line, a caret under the word and the cure."""
    for finding in findings:
        click.echo(str(finding))


def print_json(findings: Iterable[Finding]) -> None:
    """Print one object a line."""
    for finding in findings:
        json_line(asdict(finding))


def print_sarif(findings: Iterable[Finding]) -> None:
    """Print one SARIF log that code scanning tools read."""
    click.echo(json.dumps(sarif(findings), ensure_ascii=False, indent=2))


def sarif(findings: Iterable[Finding]) -> dict[str, Any]:
    """Return a SARIF 2.1.0 log; its rules are the table of rules, results point into them by index."""
    index = {rule.code: number for number, rule in enumerate(RULES)}
    driver = {"name": "gateway lint", "rules": [_sarif_rule(rule) for rule in RULES]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_sarif_result(finding, index) for finding in findings],
    }
    return {"$schema": _SARIF, "version": "2.1.0", "runs": [run]}


def _sarif_rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.code,
        "shortDescription": {"text": rule.says},
        "help": {"text": rule.cure},
        "defaultConfiguration": {"level": rule.severity},
        "properties": {"tags": [rule.area]},
    }


def _sarif_result(finding: Finding, index: dict[str, int]) -> dict[str, Any]:
    region: dict[str, Any] = {"startLine": finding.line, "startColumn": finding.column}
    if finding.excerpt:
        region["snippet"] = {"text": finding.excerpt}
    place = {"artifactLocation": {"uri": finding.file, "uriBaseId": "%SRCROOT%"}, "region": region}
    said = f"{finding.message}. {finding.hint}" if finding.hint else finding.message
    return {
        "ruleId": finding.code,
        "ruleIndex": index[finding.code],
        "level": finding.severity,
        "message": {"text": said},
        "locations": [{"physicalLocation": place}],
    }


FORMATS: Final = {"text": print_text, "json": print_json, "sarif": print_sarif}


def rules_as_markdown() -> str:
    """Return the list of rules as it stands in the documentation."""
    lines = [
        "# What the lint looks for",
        "",
        "Written by `gateway lint --rules` from the table in `lint_rules.py`. Errors stop publishing; warnings do not.",
        "`# lint-ok: CODE reason` at the end of a line silences one rule there; never "
        + ", ".join(sorted(NEVER_SILENCED))
        + ",",
        "and not what is refused while a file is read. `gateway lint --fix` repairs the rules marked so.",
    ]
    for letter, area in AREAS.items():
        lines += ["", f"## {area.capitalize()}", "", "| code | | what | cure |", "|---|---|---|---|"]
        for rule in (rule for rule in RULES if rule.code.startswith(letter)):
            notes = [rule.severity] + (["fixed"] if rule.fixed else [])
            lines.append(f"| {rule.code} | {', '.join(notes)} | {rule.says} | {rule.cure} |".replace("<", "&lt;"))
    return "\n".join(lines) + "\n"
