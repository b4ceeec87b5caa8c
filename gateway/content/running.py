"""The content that runs: compiled once, in the demo again after an edit; a faulty edit keeps the last good one."""

import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from gateway.contacts.phone import read_phone
from gateway.content.bundles import compile_bundles
from gateway.content.files import Sources, newest_change, read_sources
from gateway.conversation.library import Library
from gateway.conversation.structure import check_together
from gateway.errors import ContentRefused, Finding
from gateway.geography.shipped import shipped
from gateway.text.catalogue import Catalogue
from gateway.text.guarded import compile_guarded
from gateway.text.lexicon import compile_lexicon

LOOK_AGAIN = 1.0  # seconds between two looks at the files


@dataclass(frozen=True, slots=True)
class Loaded:
    """One state of the content."""

    library: Library
    catalogue: Catalogue
    sources: Sources


def load(root: Path) -> Loaded:
    """Read and compile everything below ``root``; raises ContentRefused with every finding that is an error."""
    sources = read_sources(root)
    findings = [*sources.findings]
    findings += check_together(sources.flows)
    errors = [finding for finding in findings if finding.severity == "error"]
    if errors or sources.intents is None:
        raise ContentRefused(errors)
    lexicons = {language: nodes["lexicon"] for language, nodes in sources.nodes.items() if "lexicon" in nodes}
    guarded = {language: nodes["guarded"] for language, nodes in sources.nodes.items() if "guarded" in nodes}
    bundles = compile_bundles(sources.flows, sources.messages)
    library = Library(
        bundles={bundle.hash: bundle for bundle in bundles.values()},
        current={name: bundle.hash for name, bundle in bundles.items()},
        lexicon=compile_lexicon(sources.intents, lexicons),
        guarded=compile_guarded(guarded),
        places=shipped(),
        read_phone=read_phone,
    )
    return Loaded(library, Catalogue(sources.messages), sources)


@dataclass(slots=True)
class RunningContent:
    """Implements the Content port over a folder; ``watch`` reloads after an edit (demo only)."""

    root: Path
    watch: bool = False
    findings: tuple[Finding, ...] = ()
    _loaded: Loaded | None = None
    _seen: float = 0.0
    _looked: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def library(self) -> Library:
        """Return the compiled content."""
        return self._now().library

    def catalogue(self) -> Catalogue:
        """Return every text."""
        return self._now().catalogue

    def loaded(self) -> Loaded:
        """Return the whole state, for tools."""
        return self._now()

    def _now(self) -> Loaded:
        loaded = self._loaded
        if loaded is not None and (not self.watch or time.monotonic() - self._looked < LOOK_AGAIN):
            return loaded
        with self._lock:
            self._looked = time.monotonic()
            changed = newest_change(self.root)
            if self._loaded is None or changed != self._seen:
                self._seen = changed
                self._reload()
            if self._loaded is None:
                raise ContentRefused(self.findings)
            return self._loaded

    def _reload(self) -> None:
        try:
            self._loaded, self.findings = load(self.root), ()
        except ContentRefused as refused:
            self.findings = refused.findings
