"""The lint of flows and texts together: what a person would hear, in every language, before anybody hears it."""

import re
from collections.abc import Mapping
from typing import Final

from gateway.conversation import lint_cost, lint_safety, lint_texts
from gateway.conversation.lint_material import Material
from gateway.conversation.shape import Findings
from gateway.errors import Finding

NEVER_SILENCED: Final = frozenset({"S301", "S302", "S308", "S314"})
_SILENCED: Final = re.compile(r"#\s*lint-ok:\s*([A-Z][0-9]{3})\s+\S")


def lint(material: Material) -> tuple[Finding, ...]:
    """Return every finding about sound flows and texts, sorted by place; structure is the loader's part.

    Rules: E020, E022, T401, T403, T407, S301, S302, S315, C201 (w), C202, C204. A line may silence one rule with
    ``# lint-ok: C201 reason``, but none of the rules that keep a person safe.
    """
    findings = Findings()
    lint_texts.check(material, findings)
    lint_safety.check(material, findings)
    lint_cost.check(material, findings)
    kept = [finding for finding in set(findings) if not _silenced(finding, material.sources)]
    return tuple(sorted(kept))


def _silenced(finding: Finding, sources: Mapping[str, str]) -> bool:
    lines = sources.get(finding.file, "").split("\n")
    line = lines[finding.line - 1] if finding.line <= len(lines) else ""
    found = _SILENCED.search(line)
    return found is not None and found[1] == finding.code and finding.code not in NEVER_SILENCED
