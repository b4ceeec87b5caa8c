"""A diagram as one SVG: shapes and words beside colours, a title and a description, no script, nothing loaded."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from types import MappingProxyType
from typing import Final

from gateway.conversation.diagram import DOES, Box, Diagram, Way
from gateway.conversation.diagram_layout import GAP_Y, Layout, Placed, lay_out
from gateway.text import lao

WIDTH: Final = 272.0
MARGIN: Final = 24.0
HEAD: Final = 76.0  # room for the title
LINE: Final = 19.0
PAD: Final = 12.0
MOST_LINES_TO: Final = 2  # an ending that more ways lead to is named at each of them instead of drawn to
FILL: Final = MappingProxyType(
    {
        "say": "#e8f1fb", "menu": "#fff6dd", "pick": "#fff6dd", "ask": "#fff6dd", "consent": "#fff6dd",
        "choose": "#f0ecf8", "do": "#f3f2f1", "call": "#e3f4ec", "wait": "#f3f2f1", "handoff": "#fde8e4",
        "help": "#e3f4ec", "end": "#ffffff",
    }
)  # fmt: skip
_STYLE: Final = (
    "text{font-family:'Noto Sans','Noto Sans Lao',sans-serif;font-size:13px;fill:#0b0c0c}"
    ".title{font-size:22px;font-weight:700}.step{font-weight:700;font-size:14px}.does,.detail{fill:#3b4045;font-size:12px}"
    ".to{font-weight:700}.box{stroke:#0b0c0c;stroke-width:1.5}.start .box{stroke-width:3.5}"
    ".mark{fill:none;stroke:#0b0c0c;stroke-width:1.5}.rule{stroke:#9aa0a6;stroke-width:1}"
    ".line{fill:none;stroke:#3b4045;stroke-width:1.6}.up{stroke-dasharray:6 4}"
    "a:focus .to,a:hover .to{text-decoration:underline}"
)


@dataclass(frozen=True, slots=True)
class _Row:
    """Lines of one way out, with the place it leads to at the end of the last."""

    way: Way
    lines: tuple[str, ...]


class _Sheet:
    """One box with its words broken into lines, so that its height is known."""

    def __init__(self, box: Box, *, start: bool) -> None:
        self.box, self.start = box, start
        self.text = wrapped(box.text, WIDTH - 2 * PAD)
        self.details = [line for detail in box.details for line in wrapped(detail, WIDTH - 2 * PAD)]
        self.rows = [_row(way) for way in box.ways]

    @property
    def height(self) -> float:
        """The height of the box."""
        rows = sum(len(row.lines) for row in self.rows)
        rule = 8.0 if self.rows else 0.0
        return 2 * PAD + 2 * LINE + LINE * (len(self.text) + len(self.details) + rows) + rule


def svg(diagram: Diagram) -> str:
    """Return the diagram as an SVG document."""
    sheets = {box.step: _Sheet(box, start=box.step == diagram.start) for box in diagram.boxes}
    edges = drawn(diagram)
    layout = lay_out({name: (WIDTH, sheet.height) for name, sheet in sheets.items()}, edges, diagram.start)
    width, height = max(layout.width, 3 * WIDTH) + 2 * MARGIN, layout.height + HEAD + MARGIN + GAP_Y + LINE
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" role="img" aria-labelledby="title desc">',
        f'<title id="title">{_escaped(diagram.title)}</title>',
        f'<desc id="desc">{_escaped(diagram.description)}</desc>',
        f"<style>{_STYLE}</style>",
        '<defs><marker id="arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" '
        'orient="auto"><path d="M0 0L10 5L0 10z" fill="#3b4045"/></marker></defs>',
        '<rect class="ground" width="100%" height="100%" fill="#ffffff"/>',
        f'<text class="title" x="{MARGIN}" y="34">{_escaped(diagram.title)}</text>',
        f'<text class="does" x="{MARGIN}" y="56">{_escaped(diagram.description)}</text>',
        f'<g transform="translate({MARGIN} {HEAD})">',
        *_lines(layout),
        *(part for name, sheet in sheets.items() for part in _sheet(sheet, layout.boxes[name])),
        "</g>",
        f'<text class="does" x="{MARGIN}" y="{height - MARGIN:.0f}">Thick border: here it starts. '
        "Dashed line: back to an earlier step. An arrow in a box names the step that follows.</text>",
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def drawn(diagram: Diagram) -> list[tuple[str, str]]:
    """Return the transitions drawn as lines: all but those to an ending that many ways lead to."""
    kinds = {box.step: box.kind for box in diagram.boxes}
    into = Counter(way.to for box in diagram.boxes for way in box.ways)
    apart = {name for name in kinds if kinds[name] in ("end", "handoff") and into[name] > MOST_LINES_TO}
    return [(box.step, way.to) for box in diagram.boxes for way in box.ways if way.to in kinds and way.to not in apart]


def _row(way: Way) -> _Row:
    """Break the words of a way so that the step it leads to stands at the right of its last line, or below."""
    arrow = _arrow(way)
    lines = wrapped(way.words, WIDTH - 2 * PAD)
    if advance(lines[-1]) + advance(arrow, bold=True) + 14 > WIDTH - 2 * PAD:
        lines = [*lines, ""]
    return _Row(way, tuple(lines))


def _arrow(way: Way) -> str:
    return f"→ {way.to}"


def _lines(layout: Layout) -> Iterator[str]:
    for (a, b), points in layout.lines.items():
        path = f"M{points[0][0]:.1f} {points[0][1]:.1f}"
        for (x0, y0), (x1, y1) in zip(points, points[1:], strict=False):
            if x0 == x1:
                path += f"V{y1:.1f}"
            else:
                middle = (y0 + y1) / 2
                path += f"C{x0:.1f} {middle:.1f} {x1:.1f} {middle:.1f} {x1:.1f} {y1:.1f}"
        kind = "line up" if (a, b) in layout.upward else "line"
        ends = f"data-from={_attribute(a)} data-to={_attribute(b)}"
        yield f'<path class="{kind}" {ends} d="{path}" marker-end="url(#arrow)"/>'


def _sheet(sheet: _Sheet, placed: Placed) -> Iterator[str]:
    """Yield one box: its shape, its head, what it says and notes, and its ways out."""
    box = sheet.box
    started = " start" if sheet.start else ""
    yield f'<g id={_attribute(f"step-{box.step}")} class="{box.kind}{started}" data-kind="{box.kind}">'
    yield f"<title>{_escaped(f'{box.step}: {box.does}')}</title>"
    yield from _shape(box.kind, placed)
    x, y = placed.x + PAD, placed.y + PAD + 14
    yield _text("step", x, y, f"{'START  ' if sheet.start else ''}{box.step}")
    yield _text("does", x, y + LINE, f"{box.kind}: {DOES[box.kind]}")
    y += 2 * LINE
    for kind, lines in (("said", sheet.text), ("detail", sheet.details)):
        for line in lines:
            yield _text(kind, x, y, line)
            y += LINE
    if sheet.rows:
        rule = y - 12
        yield f'<path class="rule" d="M{x:.1f} {rule:.1f}H{placed.x + placed.width - PAD:.1f}"/>'
        y += 8
    for row in sheet.rows:
        yield from _way(box, row, x, y, placed.x + placed.width - PAD)
        y += LINE * len(row.lines)
    yield "</g>"


def _way(box: Box, row: _Row, x: float, y: float, right: float) -> Iterator[str]:
    way = row.way
    yield (
        f'<a class="way" href={_attribute(f"#step-{way.to}")} data-from={_attribute(box.step)} '
        f"data-way={_attribute(way.name)} data-to={_attribute(way.to)}>"
    )
    for number, line in enumerate(row.lines):
        if line:
            yield _text("words", x, y + LINE * number, line)
    yield _text("to", right, y + LINE * (len(row.lines) - 1), _arrow(way), 'text-anchor="end" ')
    yield "</a>"


def _text(kind: str, x: float, y: float, words: str, more: str = "") -> str:
    return f'<text class="{kind}" {more}x="{x:.1f}" y="{y:.1f}">{_escaped(words)}</text>'


def _shape(kind: str, placed: Placed) -> Iterator[str]:
    """Yield the outline of a box, different for each sort of step, and marks that tell them apart without colour."""
    x, y, width, height = placed.x, placed.y, placed.width, placed.height
    radius = {"menu": 14, "pick": 14, "ask": 14, "consent": 14, "end": 30, "wait": 30}.get(kind, 0)
    yield (
        f'<rect class="box" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" '
        f'rx="{radius}" fill="{FILL[kind]}"/>'
    )
    right, bottom = x + width, y + height
    if kind == "choose":  # cut corners, as of a sign at a crossing
        yield from (
            f'<path class="mark" d="{path}"/>'
            for path in (
                f"M{x:.1f} {y + 10:.1f}L{x + 10:.1f} {y:.1f}", f"M{right - 10:.1f} {y:.1f}L{right:.1f} {y + 10:.1f}",
                f"M{x:.1f} {bottom - 10:.1f}L{x + 10:.1f} {bottom:.1f}",
                f"M{right - 10:.1f} {bottom:.1f}L{right:.1f} {bottom - 10:.1f}",
            )
        )  # fmt: skip
    elif kind in ("call", "help"):  # a frame in the frame: a flow inside the flow
        yield (
            f'<rect class="mark" x="{x + 4:.1f}" y="{y + 4:.1f}" width="{width - 8:.1f}" height="{height - 8:.1f}"/>'
        )
    elif kind == "do":  # bars at both sides, as on a ledger
        yield f'<path class="mark" d="M{x + 5:.1f} {y:.1f}V{bottom:.1f}M{right - 5:.1f} {y:.1f}V{bottom:.1f}"/>'
    elif kind == "handoff":  # a head and shoulders
        yield f'<circle class="mark" cx="{right - 20:.1f}" cy="{y + 15:.1f}" r="5"/>'
        yield f'<path class="mark" d="M{right - 30:.1f} {y + 33:.1f}a10 11 0 0 1 20 0"/>'
    elif kind == "say":  # the tail of a speech balloon
        yield f'<path class="mark" d="M{right - 26:.1f} {y + 8:.1f}h16v10h-9l-5 5v-5h-2z"/>'


def wrapped(text: str, room: float) -> list[str]:
    """Break a text into lines of at most ``room`` pixels: at words, in Lao between syllables; no text, no line."""
    lines: list[str] = []
    for paragraph in text.split("\n") if text else ():
        line = ""
        for piece in _pieces(paragraph, room):
            if line and advance(line + piece.rstrip()) > room:
                lines.append(line.rstrip())
                line = piece.lstrip()
            else:
                line += piece
        lines.append(line.rstrip())
    return lines


def _pieces(text: str, room: float) -> Iterator[str]:
    """Yield what a line must not break: words with their space; syllables of scripts without spaces; long words cut."""
    word = ""
    for syllable in lao.syllables(text):
        unspaced = any(lao.is_lao_or_thai(sign) for sign in syllable)
        if word and (unspaced or advance(word + syllable) > room):
            yield word
            word = ""
        word += syllable
        if unspaced or syllable.endswith(" "):
            yield word
            word = ""
    if word:
        yield word


def advance(text: str, *, bold: bool = False) -> float:
    """Return about how many pixels a text is wide at 13 px, rather too many than too few."""
    return sum(_advance(cluster) for cluster in lao.clusters(text)) * (1.08 if bold else 1.0)


def _advance(cluster: str) -> float:
    if cluster.isascii():
        return sum(_ASCII.get(sign, 7.6) for sign in cluster)
    spacing = sum(sign not in _ABOVE_AND_BELOW for sign in cluster)
    return (8.6 if all(ord(sign) < 0x2E80 for sign in cluster) else 14.0) * max(spacing, 1)


def _escaped(text: str) -> str:
    """Return a text as XML may hold it: no sign of its grammar, none that cannot be shown."""
    return escape("".join(sign for sign in text if sign.isprintable()))


def _attribute(text: str) -> str:
    return f'"{_escaped(text)}"'


def _narrow(signs: Iterable[str], width: float) -> dict[str, float]:
    return dict.fromkeys(signs, width)


_ABOVE_AND_BELOW: Final = frozenset(map(chr, (0xEB1, *range(0xEB4, 0xEBD), *range(0xEC8, 0xECF))))
_ASCII: Final = (
    _narrow("ijl.,:;'!|", 3.9) | _narrow("frt()[]- /", 5.2) | _narrow("mwMW@%", 12.0) | _narrow("ABCDGHNOQRSUVXYK", 9.4)
)
