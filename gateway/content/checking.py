"""Every finding of the files below a folder: faults of form, of structure, and what the lint says of the whole."""

from pathlib import Path

from gateway.content.files import read_sources
from gateway.conversation.structure import check, check_together
from gateway.errors import Finding


def findings_below(root: Path) -> tuple[Finding, ...]:
    """Return every finding, errors and warnings, sorted by place."""
    sources = read_sources(root)
    findings = [*sources.findings]
    for flow in sources.flows.values():
        findings += check(flow)
    findings += check_together(sources.flows)
    return tuple(sorted(set(findings)))
