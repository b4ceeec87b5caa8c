"""Bundles: a flow with its sub-flows and all texts, named by the hash of its canonical form."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict

from gateway.conversation.flow import Flow
from gateway.conversation.library import Bundle
from gateway.strict_yaml import Mark
from gateway.text.catalogue import Catalogue, Message

ALWAYS = ("help", "stop", "my_case")


def compile_bundles(flows: Mapping[str, Flow], messages: Mapping[str, Mapping[str, Message]]) -> dict[str, Bundle]:
    """Return a bundle for each flow, by flow name; flows that can be laid over it are in it too."""
    catalogue = Catalogue(messages)
    return {name: compile_bundle(name, flows, messages, catalogue) for name in flows}


def compile_bundle(
    name: str, flows: Mapping[str, Flow], messages: Mapping[str, Mapping[str, Message]], catalogue: Catalogue
) -> Bundle:
    """Return the bundle of one flow."""
    members = {member: flows[member] for member in sorted(reachable(name, flows))}
    used = {*members, "common"}
    texts = {
        language: {key: asdict(text) for key, text in sorted(of_language.items()) if key.partition(".")[0] in used}
        for language, of_language in sorted(messages.items())
    }
    canonical = json.dumps(
        {"name": name, "flows": {key: shape(asdict(flow)) for key, flow in members.items()}, "texts": texts},
        ensure_ascii=False,
        sort_keys=True,
        default=str,
    )
    return Bundle(name, hashlib.sha256(canonical.encode()).hexdigest(), members, catalogue)


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


def shape(value: object) -> object:
    """Drop file positions, which say nothing about what a flow does."""
    if isinstance(value, dict):
        return {str(key): shape(item) for key, item in value.items() if key not in ("mark", "marks", "file")}
    if isinstance(value, list | tuple):
        return [shape(item) for item in value]
    if isinstance(value, frozenset | set):
        return sorted(str(item) for item in value)
    if isinstance(value, Mark):
        return None
    return value
