"""What the files below a folder would publish: documents of flows, of shared texts and of words, and their cost."""

from pathlib import Path

from gateway.content import bundles, words
from gateway.content.running import sound
from gateway.conversation.canonical import document_of
from gateway.text.segments import measure

Cost = dict[str, dict[str, dict[str, int]]]


def documents_of(root: Path) -> dict[str, str]:
    """Return the documents by name; raises ContentRefused with every finding that is an error."""
    sources = sound(root)
    compiled = bundles.compile_bundles(sources.flows, sources.messages)
    return {
        **{name: document_of(bundle) for name, bundle in compiled.items()},
        bundles.NAME: bundles.shared_document(sources.flows, sources.messages),
        words.NAME: words.words_document(root),
    }


def cost_of(root: Path) -> Cost:
    """Return texts, segments of all and segments of the longest, by flow and language, options not counted."""
    cost: Cost = {}
    for language, texts in sound(root).messages.items():
        for key, message in texts.items():
            size = measure(message.text).segments
            known = cost.setdefault(key.partition(".")[0], {}).setdefault(
                language, {"texts": 0, "segments": 0, "longest": 0}
            )
            known["texts"] += 1
            known["segments"] += size
            known["longest"] = max(known["longest"], size)
    return cost
