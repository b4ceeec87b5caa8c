"""Every finding of the files below a folder: faults of form, of structure, and what the lint says of the whole."""

from pathlib import Path

from gateway.content.files import Sources, read_sources, shown
from gateway.conversation.lint import lint
from gateway.conversation.lint_material import Material
from gateway.conversation.structure import check_together
from gateway.errors import ContentRefused, Finding
from gateway.strict_yaml import Mapping as YamlMapping
from gateway.text.guarded import compile_guarded
from gateway.text.lexicon import compile_lexicon


def findings_below(root: Path) -> tuple[Finding, ...]:
    """Return every finding, errors and warnings, sorted by place; the lint speaks once form and structure are sound."""
    sources = read_sources(root)
    findings = [*sources.findings]
    findings += check_together(sources.flows)
    if not any(finding.severity == "error" for finding in findings):
        findings += findings_of_the_whole(root, sources)
    return tuple(sorted(set(findings)))


def findings_of_the_whole(root: Path, sources: Sources) -> tuple[Finding, ...]:
    """Return what the lint finds in sound flows and texts, or why their words do not compile."""
    lexicons = {language: nodes["lexicon"] for language, nodes in sources.nodes.items() if "lexicon" in nodes}
    guarded = {language: nodes["guarded"] for language, nodes in sources.nodes.items() if "guarded" in nodes}
    intents = sources.intents
    try:
        if intents is not None:
            compile_lexicon(intents, lexicons)
        words = compile_guarded(guarded)
    except ContentRefused as refused:
        return refused.findings
    known = {name.value for name, _ in intents.entries} if isinstance(intents, YamlMapping) else set[str]()
    raw = {
        shown(path, root): path.read_text("utf-8")
        for folder in ("flows", "messages")
        for path in sorted((root / folder).rglob("*.yaml"))
    }
    return lint(Material(sources.flows, sources.messages, sources.nodes, words, raw, intents=frozenset(known)))
