"""Bars drawn by the server: attributes and classes only, each chart beside a table of the same figures."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

LINE, BAR, WIDTH = 22, 14, 320


@dataclass(frozen=True, slots=True)
class Bar:
    """One line: what it is of, its figures as the table shows them, whole per cent; None draws no part of it."""

    label: str
    shown: str
    percent: int | None


def bars(lines: Sequence[Bar], title: str, description: str) -> Markup:
    """Return an SVG picture of the lines in order; the words stand in the table beside it."""
    height = LINE * max(1, len(lines))
    drawn = []
    for number, line in enumerate(lines):
        top = number * LINE + (LINE - BAR) // 2
        drawn.append(f'<rect class="whole" x="0" y="{top}" width="{WIDTH}" height="{BAR}"/>')
        part = WIDTH * (line.percent or 0) // 100
        drawn.append(f'<rect class="part" x="0" y="{top}" width="{part}" height="{BAR}"/>')
    head = f'<svg class="bars" role="img" viewBox="0 0 {WIDTH} {height}" preserveAspectRatio="none" height="{height}">'
    said = f"<title>{escape(title)}</title><desc>{escape(description)}</desc>"
    return Markup(head + said + "".join(drawn) + "</svg>")
