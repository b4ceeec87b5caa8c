"""The content that runs: what is live in the store; in the demo the files, again after each edit."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from gateway.contacts.phone import read_phone
from gateway.content import words
from gateway.content.bundles import compile_bundles, shared_document
from gateway.content.files import Sources, newest_change, read_sources
from gateway.content.published import Loaded, read_live
from gateway.conversation.canonical import sha256
from gateway.conversation.library import Library
from gateway.conversation.structure import check_together
from gateway.errors import ContentRefused, Damaged, Finding, Unavailable
from gateway.geography.shipped import shipped
from gateway.ports.meter import Meter
from gateway.ports.unit_of_work import Store
from gateway.text.catalogue import Catalogue

LOOK_AGAIN = 1.0  # seconds between two looks at the files or at the journal


def load(root: Path) -> Loaded:
    """Read and compile everything below ``root``; raises ContentRefused with every finding that is an error."""
    sources = sound(root)
    bundles = compile_bundles(sources.flows, sources.messages)
    document = words.words_document(root)
    lexicon, guarded = words.read_words(document, sha256(document))
    library = Library(
        bundles={bundle.hash: bundle for bundle in bundles.values()},
        current={name: bundle.hash for name, bundle in bundles.items()},
        lexicon=lexicon,
        guarded=guarded,
        places=shipped(),
        read_phone=read_phone,
        words=sha256(document),
    )
    shared = sha256(shared_document(sources.flows, sources.messages))
    return Loaded(library, Catalogue(sources.messages), shared, sources)


def sound(root: Path) -> Sources:
    """Return what the files below ``root`` hold; raises ContentRefused with every finding that is an error."""
    sources = read_sources(root)
    findings = [*sources.findings]
    findings += check_together(sources.flows)
    errors = [finding for finding in findings if finding.severity == "error"]
    if errors or sources.intents is None:
        raise ContentRefused(errors)
    return sources


@dataclass(slots=True)
class RunningContent:
    """Implements the Content port; whatever goes wrong in a later state, the last good one stays.

    With a ``store`` its journal decides: a moved pointer is noticed within ``LOOK_AGAIN`` seconds of ``ticks``, by one
    statement that no message waits for alone. Before anything was published, and without a store, the files below
    ``root`` speak; with ``watch`` (the demo) always, and again after each edit.
    """

    root: Path
    watch: bool = False
    store: Store | None = None
    ticks: Callable[[], float] = time.monotonic
    meter: Meter | None = None
    findings: tuple[Finding, ...] = ()
    _loaded: Loaded | None = None
    _seen: float = -1.0
    _looked: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def library(self) -> Library:
        """Return the compiled content."""
        return self._now().library

    def catalogue(self) -> Catalogue:
        """Return every text."""
        return self._now().catalogue

    def version_of(self, message_id: str) -> str:
        """Return the hash of the bundle that a text said outside conversations is from."""
        return self._now().version_of(message_id)

    def loaded(self) -> Loaded:
        """Return the whole state, for tools."""
        return self._now()

    def _now(self) -> Loaded:
        loaded = self._loaded
        if loaded is not None and self._lately():
            return loaded
        with self._lock:
            if self._loaded is None or not self._lately():
                self._look()
            if self._loaded is None:
                raise ContentRefused(self.findings)
            return self._loaded

    def _lately(self) -> bool:
        """Whether what is loaded was looked at so lately that it counts as the present."""
        return not (self.watch or self.store) or self.ticks() - self._looked < LOOK_AGAIN

    def _look(self) -> None:
        self._looked = self.ticks()
        try:
            if self.store is not None and not self.watch:
                self._follow(self.store)
            else:
                self._read_files(newest_change(self.root))
        except ContentRefused as refused:
            self.findings = refused.findings
        except (Damaged, Unavailable) as error:
            if self._loaded is None:
                raise
            if self.meter is not None:
                self.meter.event("content_stays", error=type(error).__name__)
                self.meter.count("content_stays", error=type(error).__name__)

    def _follow(self, store: Store) -> None:
        """Load what the journal says is live, if it has moved."""
        with store.reading() as work:
            version = work.bundles.version()
            if version == self._seen and self._loaded is not None:
                return
            if version:
                self._seen = version
                self._loaded, self.findings = read_live(work), ()
        if not version:
            self._read_files(0)

    def _read_files(self, state: float) -> None:
        if self._loaded is None or state != self._seen:
            self._seen = state
            self._loaded, self.findings = load(self.root), ()
