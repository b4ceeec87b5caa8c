"""The lint of flows and texts together: what a person would hear, in every language, before anybody hears it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from gateway.conversation.lint_material import Material
from gateway.conversation.lint_rules import BY_CODE, NEVER_SILENCED, RULES, Rule
from gateway.errors import Finding

SILENCED: Final = re.compile(r"#\s*lint-ok:\s*([A-Z][0-9]{3})\s+\S[^#]*")
ANY_MARKER: Final = re.compile(r"#\s*lint-ok\b[^#]*")


def lint(material: Material) -> tuple[Finding, ...]:
    """Return every finding about sound flows and texts, sorted by place; the table of rules says which there are.

    A line may silence a rule with ``# lint-ok: C201 reason``, but none of the rules that keep a person safe; a marker
    that silences nothing is a finding itself (E032).
    """
    found = {finding for rule in RULES if rule.check is not None for finding in _found_by(rule, material)}
    silenced = {finding for finding in found if finding.code in _silenced_on(finding, material.sources)}
    return tuple(sorted((found - silenced) | set(_idle(material.sources, silenced))))


def errors(material: Material) -> Iterator[Finding]:
    """Yield the errors that no line silences, rule by rule: for whoever needs to know only whether there is one."""
    for rule in (rule for rule in RULES if rule.severity == "error"):
        for finding in _found_by(rule, material):
            if finding.code not in _silenced_on(finding, material.sources):
                yield finding


def _found_by(rule: Rule, material: Material) -> Iterator[Finding]:
    for fault in rule.check(material) if rule.check is not None else ():
        cure = fault.cure or rule.cure
        mark = fault.mark
        yield Finding(mark.file, mark.line, mark.column, rule.code, fault.problem, rule.severity, cure)


def _silenced_on(finding: Finding, sources: Mapping[str, str]) -> set[str]:
    """Return the rules that the line of a finding silences."""
    lines = sources.get(finding.file, "").split("\n")
    line = lines[finding.line - 1] if finding.line <= len(lines) else ""
    return set(SILENCED.findall(line)) - NEVER_SILENCED


def _idle(sources: Mapping[str, str], silenced: Iterable[Finding]) -> Iterator[Finding]:
    """Note markers that silence nothing, for want of a fault, of a reason, or because the rule is never silenced."""
    busy = {(finding.file, finding.line, finding.code) for finding in silenced}
    rule = BY_CODE["E032"]
    for file, source in sources.items():
        for number, line in enumerate(source.split("\n"), 1):
            for marker in ANY_MARKER.finditer(line):
                code = SILENCED.fullmatch(marker[0].rstrip())
                if code is None or (file, number, code[1]) not in busy:
                    problem = f"'{marker[0].strip()}' silences nothing"
                    yield Finding(file, number, marker.start() + 1, rule.code, problem, rule.severity, rule.cure)
