"""Bundles: a flow with its sub-flows and all their texts, named by the hash of its canonical form."""

from collections.abc import Mapping

from gateway.conversation.canonical import Texts, sha256, written
from gateway.conversation.flow import Flow
from gateway.conversation.library import Bundle
from gateway.text.catalogue import Catalogue

ALWAYS = ("help", "stop", "my_case")
SHARED = "common"
NAME = "_texts"  # no flow can be called so


def compile_bundles(flows: Mapping[str, Flow], messages: Texts) -> dict[str, Bundle]:
    """Return a bundle for each flow, by flow name; flows that can be laid over it are in it too."""
    return {name: compile_bundle(name, flows, messages) for name in flows}


def compile_bundle(name: str, flows: Mapping[str, Flow], messages: Texts) -> Bundle:
    """Return the bundle of one flow: exactly what its hash is taken of."""
    members = {member: flows[member] for member in sorted(reachable(name, flows))}
    texts = texts_of({*members, SHARED, *borrowed(members)}, messages)
    return Bundle(name, sha256(written(name, members, texts)), members, Catalogue(texts))


def borrowed(members: Mapping[str, Flow]) -> set[str]:
    """Return the files whose texts the flows say by a full id."""
    steps = (step for flow in members.values() for step in flow.steps.values())
    return {file for step in steps for file, dot, _ in (step.message.partition("."),) if dot}


def texts_of(files: set[str], messages: Texts) -> Texts:
    """Return the texts of some messages files in every language."""
    return {
        language: {key: text for key, text in of_language.items() if key.partition(".")[0] in files}
        for language, of_language in messages.items()
    }


def reachable(name: str, flows: Mapping[str, Flow]) -> set[str]:
    """Return the flows that a conversation begun in ``name`` can come to by calls and by the words that always work."""
    seen: set[str] = set()
    waiting = [name, *ALWAYS]
    while waiting:
        current = waiting.pop()
        if current in seen or current not in flows:
            continue
        seen.add(current)
        waiting.extend(step.flow for step in flows[current].steps.values() if step.kind == "call")
    return seen


def shared_document(flows: Mapping[str, Flow], messages: Texts) -> str:
    """Return the document of the texts that no flow owns: those all flows share, and what is said outside flows."""
    files = {key.partition(".")[0] for of_language in messages.values() for key in of_language}
    return written(NAME, {}, texts_of(files - flows.keys(), messages))
