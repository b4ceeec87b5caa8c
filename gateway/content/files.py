"""Reads flows and messages from disk: every file, every finding, in one run."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from gateway.conversation.flow import Flow
from gateway.conversation.loader import read_flow
from gateway.errors import ContentRefused, Finding
from gateway.strict_yaml import Node, read
from gateway.text.catalogue import Message, parse_messages

APART = frozenset({"lexicon", "guarded"})
Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class Sources:
    """What the files hold; ``findings`` are faults of form, sorted. Nodes are kept for the lexicon's own compiler."""

    flows: dict[str, Flow]
    messages: dict[str, dict[str, Message]]
    nodes: dict[str, dict[str, Node]]
    intents: Node | None
    findings: tuple[Finding, ...]


def read_sources(root: Path) -> Sources:
    """Read ``flows/*.yaml`` and ``messages/**/*.yaml`` below ``root``."""
    findings: list[Finding] = []

    def attempt(act: Callable[[], Read]) -> Read | None:
        try:
            return act()
        except ContentRefused as refused:
            findings.extend(refused.findings)
            return None

    flows: dict[str, Flow] = {}
    for path in sorted((root / "flows").glob("*.yaml")):
        flow, found = read_flow(path.read_bytes(), shown(path, root))
        findings.extend(found)
        if flow is not None:
            flows[path.stem] = flow
    messages: dict[str, dict[str, Message]] = {}
    nodes: dict[str, dict[str, Node]] = {}
    for path in sorted((root / "messages").glob("*/*.yaml")):
        node = attempt(lambda path=path: read(path.read_bytes(), shown(path, root)))
        if node is None:
            continue
        nodes.setdefault(path.parent.name, {})[path.stem] = node
        if path.stem not in APART:
            texts = attempt(lambda stem=path.stem, node=node: parse_messages(stem, node))
            messages.setdefault(path.parent.name, {}).update(texts or {})
    intents_path = root / "messages" / "intents.yaml"
    intents = attempt(lambda: read(intents_path.read_bytes(), shown(intents_path, root)))
    return Sources(flows, messages, nodes, intents, tuple(sorted(findings)))


def shown(path: Path, root: Path) -> str:
    """Return the path as it is printed: relative to the project."""
    return str(path.relative_to(root))


def newest_change(root: Path) -> float:
    """Return when any content file was last changed, in seconds, for reloading in the demo."""
    files = [*(root / "flows").glob("*.yaml"), *(root / "messages").rglob("*.yaml")]
    return max((path.stat().st_mtime for path in files), default=0.0)
