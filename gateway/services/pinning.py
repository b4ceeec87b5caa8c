"""Keeps people on the version they began with: its bundles are stored with them, and read back whenever they return."""

from dataclasses import dataclass, field, replace

from gateway.conversation.canonical import document_of, read_bundle
from gateway.conversation.library import Bundle, Library
from gateway.conversation.session import Session
from gateway.conversation.versions import pinned
from gateway.ports.content import Content
from gateway.ports.outside import Outside
from gateway.ports.unit_of_work import UnitOfWork


@dataclass(slots=True)
class Pinning:
    """What this process has read back and knows to be stored; a usual message costs no statement."""

    outside: Outside
    content: Content
    _read: dict[str, Bundle] = field(default_factory=dict)
    _stored: set[str] = field(default_factory=set)

    def library(self, work: UnitOfWork, session: Session | None) -> Library:
        """Return the live content together with every bundle that a session is pinned to.

        A bundle that is nowhere (none was stored before there were versions) is left for the live one.
        """
        library = self.content.library()
        wanted = pinned(session) - library.bundles.keys() if session is not None else frozenset[str]()
        if not wanted:
            return library
        unread = wanted - self._read.keys()
        if unread:
            for hash_, document in work.bundles.documents(sorted(unread)).items():
                self._read[hash_] = read_bundle(document, hash_)
        older = {hash_: self._read[hash_] for hash_ in wanted & self._read.keys()}
        for _ in wanted - older.keys():
            self.outside.meter.count("bundles_missing")
        return replace(library, bundles={**library.bundles, **older})

    def keep(self, work: UnitOfWork, library: Library, session: Session) -> None:
        """Store the bundles of a session that are not stored: files that were edited and never published."""
        for hash_ in pinned(session) - self._stored:
            bundle = library.bundles.get(hash_)
            if bundle is None or work.bundles.knows(hash_):
                # Only what was found is remembered: what this transaction writes may yet be undone.
                self._stored.add(hash_)
            else:
                work.bundles.keep(hash_, bundle.name, document_of(bundle), self.outside.clock.now())
