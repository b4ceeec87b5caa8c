"""A diagram as text for other tools: Mermaid and Graphviz DOT."""

from types import MappingProxyType
from typing import Final

from gateway.conversation.diagram import Box, Diagram

_MERMAID_SHAPES: Final = MappingProxyType(
    {
        "choose": ("{{", "}}"), "end": ("([", "])"), "wait": ("([", "])"), "call": ("[[", "]]"), "help": ("[[", "]]"),
        "handoff": ("[/", "/]"), "menu": ("(", ")"), "pick": ("(", ")"), "ask": ("(", ")"), "consent": ("(", ")"),
    }
)  # fmt: skip
_DOT_SHAPES: Final = MappingProxyType(
    {
        "choose": "hexagon", "end": "oval", "wait": "oval", "call": "component", "help": "component",
        "handoff": "house", "do": "note", "say": "box",
    }
)  # fmt: skip


def mermaid(diagram: Diagram) -> str:
    """Return a Mermaid flowchart; ids are prefixed, since words such as ``end`` mean something to Mermaid."""
    lines = ["---", f"title: {diagram.title}", "---", "flowchart TD", f"  accTitle: {diagram.title}"]
    lines.append(f"  accDescr: {diagram.description}")
    for box in diagram.boxes:
        before, after = _MERMAID_SHAPES.get(box.kind, ("[", "]"))
        words = "<br/>".join(_entities(line) for line in _words(box))
        lines.append(f'  s_{box.step}{before}"{words}"{after}')
    for box in diagram.boxes:
        for way in box.ways:
            lines.append(f'  s_{box.step} -->|"{_entities(way.words)}"| s_{way.to}')
    lines += [f"  style s_{diagram.start} stroke-width:4px", ""]
    return "\n".join(lines)


def dot(diagram: Diagram) -> str:
    """Return a Graphviz digraph."""
    lines = [f"digraph {_quoted(diagram.flow)} {{", f"  label={_quoted(diagram.title)};"]
    lines += [f"  comment={_quoted(diagram.description)};", '  node [fontname="Noto Sans Lao"];']
    for box in diagram.boxes:
        shape = _DOT_SHAPES.get(box.kind, 'box" style="rounded')
        wide = " penwidth=3" if box.step == diagram.start else ""
        lines.append(f'  {_quoted(box.step)} [shape="{shape}" label={_quoted(_joined(box))}{wide}];')
    for box in diagram.boxes:
        for way in box.ways:
            lines.append(f"  {_quoted(box.step)} -> {_quoted(way.to)} [label={_quoted(way.words)}];")
    return "\n".join([*lines, "}", ""])


def _words(box: Box) -> list[str]:
    return [box.step, f"{box.kind}: {box.does}", *box.text.split("\n"), *box.details]


def _joined(box: Box) -> str:
    return "\n".join(line for line in _words(box) if line)


def _entities(text: str) -> str:
    """Return text that Mermaid shows as it is: everything that it could read as a sign of its own as an entity."""
    plain = " ,.:;!?/'+()→-_="
    return "".join(sign if sign.isalnum() or ord(sign) > 127 or sign in plain else f"#{ord(sign)};" for sign in text)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
