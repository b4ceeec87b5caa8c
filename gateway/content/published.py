"""Reads back what is live in the store: bundles by the journal's pointers, texts of everybody, words of everybody."""

from dataclasses import dataclass

from gateway.contacts.phone import read_phone
from gateway.content import bundles, words
from gateway.content.files import Sources
from gateway.conversation.canonical import read_bundle
from gateway.conversation.library import Bundle, Library
from gateway.errors import Damaged
from gateway.geography.shipped import shipped
from gateway.ports.unit_of_work import UnitOfWork
from gateway.services.journal import live_of, moved_of, withdrawn_of
from gateway.text.catalogue import Catalogue, Message

NO_FILES = Sources({}, {}, {}, None, ())


@dataclass(frozen=True, slots=True)
class Loaded:
    """One state of the content; ``shared`` is the hash of the texts that no flow owns. ``sources`` are for tools."""

    library: Library
    catalogue: Catalogue
    shared: str
    sources: Sources = NO_FILES

    def version_of(self, message_id: str) -> str:
        """Return the hash of the bundle that holds a text: that of its flow, else of the texts that no flow owns."""
        return self.library.current.get(message_id.partition(".")[0], self.shared)


def read_live(work: UnitOfWork) -> Loaded:
    """Compile what is live; Damaged when a bundle is not there or not what its hash says."""
    moves = work.bundles.moves()
    live = live_of(moves)
    documents = work.bundles.documents(sorted(set(live.values())))
    missing = [name for name, hash_ in live.items() if hash_ not in documents]
    if missing or not {bundles.NAME, words.NAME} <= live.keys():
        raise Damaged("a live bundle is not in the store")
    lexicon, guarded = words.read_words(documents[live[words.NAME]], live[words.NAME])
    read = {name: read_bundle(documents[hash_], hash_) for name, hash_ in live.items() if name != words.NAME}
    shared = read.pop(bundles.NAME)
    library = Library(
        bundles={bundle.hash: bundle for bundle in read.values()},
        current={name: bundle.hash for name, bundle in read.items()},
        lexicon=lexicon,
        guarded=guarded,
        places=shipped(),
        read_phone=read_phone,
        words=live[words.NAME],
        withdrawn=withdrawn_of(moves),
        moved=moved_of(moves),
    )
    return Loaded(library, Catalogue(_texts([shared, *read.values()])), shared.hash)


def _texts(read: list[Bundle]) -> dict[str, dict[str, Message]]:
    """Return every text once: a flow's own from its own bundle, the others from the bundle of texts."""
    texts: dict[str, dict[str, Message]] = {}
    for bundle in read:
        for language in bundle.catalogue.languages:
            for key in bundle.catalogue.ids(language):
                if bundle.name in (bundles.NAME, key.partition(".")[0]):
                    texts.setdefault(language, {})[key] = bundle.catalogue.get(language, key)
    return texts
