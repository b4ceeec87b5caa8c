"""Every finding of the files below a folder: faults of form, of structure, and what the lint says of the whole."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from gateway.content.files import Sources, read_sources, shown
from gateway.conversation.lint import lint
from gateway.conversation.lint_material import Given, Material
from gateway.conversation.structure import check_together
from gateway.directory.hotline import ROLES
from gateway.directory.hotline_file import shipped_candidates
from gateway.errors import ContentRefused, Finding
from gateway.text.guarded import compile_guarded
from gateway.text.lexicon import compile_lexicon

SCHEMA: Final = "gateway/content/flow.schema.json"
NOTHING_GIVEN: Final = Given()


@dataclass(frozen=True, slots=True)
class Checked:
    """What was checked and what was found; ``material`` is absent while form or structure is not sound."""

    findings: tuple[Finding, ...]
    flows: int
    languages: int
    material: Material | None = None

    @property
    def errors(self) -> int:
        """How many of the findings are errors."""
        return sum(finding.severity == "error" for finding in self.findings)


def findings_below(root: Path, given: Given = NOTHING_GIVEN) -> tuple[Finding, ...]:
    """Return every finding, errors and warnings, sorted by place; the lint speaks once form and structure are sound."""
    return checked_below(root, given).findings


def checked_below(root: Path, given: Given = NOTHING_GIVEN) -> Checked:
    """Read, check and lint everything below ``root``; what no file says is ``given``."""
    sources = read_sources(root)
    raw = raw_texts(root)
    findings = [*sources.findings, *check_together(sources.flows)]
    material = None
    if not any(finding.severity == "error" for finding in findings):
        try:
            material = replace(material_of(sources, raw, (root / SCHEMA).exists()), given=given)
            findings += lint(material)
        except ContentRefused as refused:
            findings += refused.findings
    return Checked(
        tuple(_with_excerpts(sorted(set(findings)), raw)), len(sources.flows), len(sources.messages), material
    )


def raw_texts(root: Path) -> dict[str, str]:
    """Return every file as it stands, by the path it is shown with; what is not UTF-8 is for the loader to refuse."""
    return {
        shown(path, root): path.read_bytes().decode("utf-8", "replace")
        for folder in ("flows", "messages")
        for path in sorted((root / folder).rglob("*.yaml"))
    }


def material_of(sources: Sources, raw: Mapping[str, str], schemas: bool) -> Material:
    """Return what the lint reads; raises ContentRefused when the words do not compile."""
    lexicons = {language: nodes["lexicon"] for language, nodes in sources.nodes.items() if "lexicon" in nodes}
    guarded = {language: nodes["guarded"] for language, nodes in sources.nodes.items() if "guarded" in nodes}
    lexicon = compile_lexicon(sources.intents, lexicons) if sources.intents is not None else None
    roles = set(ROLES) | {purpose for entry in shipped_candidates() for purpose in entry.purposes}
    return Material(
        sources.flows,
        sources.messages,
        sources.nodes,
        compile_guarded(guarded),
        raw,
        lexicon=lexicon,
        roles=frozenset(roles),
        schemas=schemas,
    )


def _with_excerpts(findings: Iterable[Finding], raw: Mapping[str, str]) -> Iterable[Finding]:
    """Add to each finding the line it points at."""
    lines = {file: text.replace("\r\n", "\n").split("\n") for file, text in raw.items()}
    for finding in findings:
        known = lines.get(finding.file, [])
        yield replace(finding, excerpt=known[finding.line - 1] if 0 < finding.line <= len(known) else "")
