"""Reads flows and messages from disk: every file, every finding, in one run."""

from dataclasses import dataclass
from pathlib import Path

from gateway.conversation.flow import Flow
from gateway.conversation.loader import read_flow
from gateway.errors import ContentRefused, Finding
from gateway.strict_yaml import Node, read
from gateway.text.catalogue import Message, parse_messages

APART = frozenset({"lexicon", "guarded"})


@dataclass(frozen=True, slots=True)
class Sources:
    """What the files hold; ``findings`` are faults of form, sorted. Nodes are kept for the lexicon's own compiler."""

    flows: dict[str, Flow]
    messages: dict[str, dict[str, Message]]
    nodes: dict[str, dict[str, Node]]
    intents: Node | None
    findings: tuple[Finding, ...]


class _Reader:
    """Reads file after file and keeps every finding, so that one run shows them all."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.findings: list[Finding] = []

    def node(self, path: Path) -> Node | None:
        """Return the typed nodes of a file, or None with findings."""
        try:
            return read(path.read_bytes(), shown(path, self.root))
        except ContentRefused as refused:
            self.findings.extend(refused.findings)
            return None

    def texts(self, flow: str, node: Node) -> dict[str, Message]:
        """Return the texts of a messages file, none of them when it has a fault."""
        try:
            return parse_messages(flow, node)
        except ContentRefused as refused:
            self.findings.extend(refused.findings)
            return {}

    def flow(self, path: Path) -> Flow | None:
        """Return a flow, or None with findings."""
        flow, found = read_flow(path.read_bytes(), shown(path, self.root))
        self.findings.extend(found)
        return flow


def read_sources(root: Path) -> Sources:
    """Read ``flows/*.yaml`` and ``messages/**/*.yaml`` below ``root``."""
    reader = _Reader(root)
    found = {path.stem: reader.flow(path) for path in sorted((root / "flows").glob("*.yaml"))}
    messages: dict[str, dict[str, Message]] = {}
    nodes: dict[str, dict[str, Node]] = {}
    for path in sorted((root / "messages").glob("*/*.yaml")):
        node = reader.node(path)
        if node is None:
            continue
        nodes.setdefault(path.parent.name, {})[path.stem] = node
        if path.stem not in APART:
            messages.setdefault(path.parent.name, {}).update(reader.texts(path.stem, node))
    intents = reader.node(root / "messages" / "intents.yaml")
    flows = {name: flow for name, flow in found.items() if flow is not None}
    return Sources(flows, messages, nodes, intents, tuple(sorted(reader.findings)))


def shown(path: Path, root: Path) -> str:
    """Return the path as it is printed: relative to the project."""
    return str(path.relative_to(root))


def newest_change(root: Path) -> float:
    """Return when any content file was last changed, in seconds, for reloading in the demo."""
    files = [*(root / "flows").glob("*.yaml"), *(root / "messages").rglob("*.yaml")]
    return max((path.stat().st_mtime for path in files), default=0.0)
