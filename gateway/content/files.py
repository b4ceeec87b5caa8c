"""Reads flows and messages from disk: every file, every finding, in one run."""

from dataclasses import dataclass, replace
from pathlib import Path

from gateway.conversation.flow import Flow
from gateway.conversation.loader import read_flow
from gateway.conversation.translated import RECORD
from gateway.errors import ContentRefused, Finding
from gateway.strict_yaml import Node, read
from gateway.text.catalogue import Message, parse_messages

APART = frozenset({"lexicon", "guarded", RECORD})


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

    def __init__(self) -> None:
        self.findings: list[Finding] = []

    def node(self, data: bytes, file: str) -> Node | None:
        """Return the typed nodes of a file, or None with findings."""
        try:
            return read(data, file)
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

    def flow(self, data: bytes, file: str) -> Flow | None:
        """Return a flow, or None with findings."""
        flow, found = read_flow(data, file)
        self.findings.extend(found)
        return flow


def read_sources(root: Path) -> Sources:
    """Read ``flows/*.yaml`` and ``messages/**/*.yaml`` below ``root``."""
    reader = _Reader()
    found = {path.stem: reader.flow(path.read_bytes(), shown(path, root)) for path in _flow_files(root)}
    messages: dict[str, dict[str, Message]] = {}
    nodes: dict[str, dict[str, Node]] = {}
    for path in sorted((root / "messages").glob("*/*.yaml")):
        node = reader.node(path.read_bytes(), shown(path, root))
        if node is None:
            continue
        nodes.setdefault(path.parent.name, {})[path.stem] = node
        if path.stem not in APART:
            messages.setdefault(path.parent.name, {}).update(reader.texts(path.stem, node))
    path = root / "messages" / "intents.yaml"
    intents = reader.node(path.read_bytes(), shown(path, root))
    flows = {name: flow for name, flow in found.items() if flow is not None}
    return Sources(flows, messages, nodes, intents, tuple(sorted(reader.findings)))


def _flow_files(root: Path) -> list[Path]:
    return sorted((root / "flows").glob("*.yaml"))


def with_file(sources: Sources, file: str, text: str) -> Sources:
    """Return sound sources in which one flow or one file of texts holds ``text``; ``file`` is its path as shown."""
    reader, data, stem = _Reader(), text.encode("utf-8"), Path(file).stem
    if file.startswith("flows/"):
        flow = reader.flow(data, file)
        flows = {name: flow if name == stem else known for name, known in sources.flows.items()}
        sound = {name: flow for name, flow in flows.items() if flow is not None}
        return replace(sources, flows=sound, findings=tuple(sorted(reader.findings)))
    language, node = Path(file).parent.name, reader.node(data, file)
    others = {key: told for key, told in sources.messages[language].items() if key.partition(".")[0] != stem}
    texts = others | (reader.texts(stem, node) if node is not None else {})
    nodes = sources.nodes[language] | ({stem: node} if node is not None else {})
    return replace(
        sources,
        messages={**sources.messages, language: texts},
        nodes={**sources.nodes, language: nodes},
        findings=tuple(sorted(reader.findings)),
    )


def shown(path: Path, root: Path) -> str:
    """Return the path as it is printed: relative to the project."""
    return str(path.relative_to(root))


def newest_change(root: Path) -> float:
    """Return when any content file was last changed, in seconds, for reloading in the demo."""
    files = [*_flow_files(root), *(root / "messages").rglob("*.yaml")]
    return max((path.stat().st_mtime for path in files), default=0.0)
