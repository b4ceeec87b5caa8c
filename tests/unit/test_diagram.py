"""Diagrams: every step and way out stands in them, no box lies on another, no line crosses one, all is escaped."""

import re
from dataclasses import replace
from itertools import combinations, pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.conversation.diagram import DOES, Diagram, Way, diagram_of
from gateway.conversation.diagram_layout import lay_out
from gateway.conversation.diagram_svg import drawn, svg, wrapped
from gateway.conversation.diagram_text import dot, mermaid
from gateway.conversation.flow import KINDS, Flow
from tests.unit.talking import shipped_library
from tests.unit.trial_flow import LIBRARY

SVG = "{http://www.w3.org/2000/svg}"
NAMES = sorted(LIBRARY.current)


def flow_of(name: str) -> Flow:
    return LIBRARY.bundles[LIBRARY.current[name]].flows[name]


def diagram(name: str, language: str = "lo") -> Diagram:
    return diagram_of(flow_of(name), LIBRARY.bundles[LIBRARY.current[name]].catalogue, language)


def boxes(document: str) -> list[tuple[float, float, float, float]]:
    root = ElementTree.fromstring(document)
    found = [rect for rect in root.iter(f"{SVG}rect") if rect.get("class") == "box"]
    return [tuple(float(rect.attrib[key]) for key in ("x", "y", "width", "height")) for rect in found]  # type: ignore[misc]  # four


def transitions(name: str) -> set[tuple[str, str, str]]:
    return {(step.name, way, to) for step in flow_of(name).steps.values() for way, to in step.exits()}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", ["lo", "en"])
def test_every_step_and_transition_stands_in_the_picture(name: str, language: str) -> None:
    root = ElementTree.fromstring(svg(diagram(name, language)))
    steps = {group.attrib["id"].removeprefix("step-") for group in root.iter(f"{SVG}g") if "id" in group.attrib}
    ways = [way.attrib for way in root.iter(f"{SVG}a")]
    assert steps == set(flow_of(name).steps)
    assert {(way["data-from"], way["data-way"], way["data-to"]) for way in ways} == transitions(name)
    assert len(ways) == len(transitions(name)) and all(way["href"] == f"#step-{way['data-to']}" for way in ways)
    lines = {
        (line.attrib["data-from"], line.attrib["data-to"])
        for line in root.iter(f"{SVG}path")
        if "data-to" in line.attrib
    }
    assert lines == {edge for edge in drawn(diagram(name)) if edge[0] != edge[1]}


@pytest.mark.parametrize("name", NAMES)
def test_no_box_lies_on_another_and_all_lie_on_the_sheet(name: str) -> None:
    document = svg(diagram(name))
    placed = boxes(document)
    assert len(placed) == len(flow_of(name).steps)
    for (x, y, width, height), (x2, y2, width2, height2) in combinations(placed, 2):
        assert x + width <= x2 or x2 + width2 <= x or y + height <= y2 or y2 + height2 <= y
    sheet = ElementTree.fromstring(document).attrib
    assert max(x + width for x, _, width, _ in placed) <= float(sheet["width"])
    assert max(y + height for _, y, _, height in placed) <= float(sheet["height"])


def test_a_picture_says_what_it_shows_without_colour_and_asks_nothing_of_the_network() -> None:
    document = svg(diagram("trial"))
    root = ElementTree.fromstring(document)
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None and title.text == "Flow trial" and root.get("aria-labelledby") == "title desc"
    assert description is not None and "17 steps" in (description.text or "")
    assert "START  danger" in document and all(f"{kind}: {DOES[kind]}" in document for kind in KINDS if kind != "help")
    assert not re.search(r"<script|<image|@import|url\((?!#)|src=|href=\"(?!#)", document)


def test_ways_out_are_said_in_words() -> None:
    ways = {(box.step, way.name): way.words for box in diagram("trial", "en").boxes for way in box.ways}
    assert ways["danger", "choice now"] == "1  Now"
    assert ways["danger", "else"] == "not understood 2 times" and ways["danger", "no_reply"] == "no reply in 12h"
    assert ways["grown", "branch 1"] == "age below 18" and ways["grown", "else"] == "otherwise"
    assert ways["agree", "then"] == "agreed" and ways["safe", "else"] == "given up"
    assert ways["story", "also 1"] == "or key 7" and ways["person", "released"] == "given back"
    [age] = (box for box in diagram("trial", "en").boxes if box.step == "age")
    assert age.text == "How old?" and age.details == ("expects age 5 to 110", "kept as age")


def test_texts_are_in_the_language_asked_for() -> None:
    assert "Is someone in danger now?" in svg(diagram("report", "en"))
    assert "ຕອນນີ້" in svg(diagram("report", "lo")) and "Is someone" not in svg(diagram("report", "lo"))


NASTY = "a <b> & \"c\" 'd' ]]> </text> 100% #quot; \\"


def test_a_sign_that_xml_cannot_hold_is_left_out() -> None:
    drawing = diagram("help")
    first = replace(drawing.boxes[0], text="a\x07b\ufffe")
    ElementTree.fromstring(svg(replace(drawing, boxes=(first,))))


def test_what_an_author_writes_cannot_leave_its_place() -> None:
    drawing = diagram("help")
    first = replace(drawing.boxes[0], text=NASTY, ways=(Way("then", NASTY, "close"),))
    drawing = replace(drawing, boxes=(first, *drawing.boxes[1:]))
    root = ElementTree.fromstring(svg(drawing))
    said = [text.text or "" for text in root.iter(f"{SVG}text") if text.get("class") == "said"]
    assert "".join(said[: len(wrapped(NASTY, 248))]).replace(" ", "") == NASTY.replace(" ", "")
    labels = re.findall(r'"((?:[^"\\]|\\.)*)"', dot(drawing))
    assert any(NASTY == label.replace('\\"', '"').replace("\\\\", "\\") for label in labels)
    assert all(line.count('"') % 2 == 0 for line in mermaid(drawing).splitlines())
    assert "<b>" not in mermaid(drawing) and "#quot;" not in mermaid(drawing)


@pytest.mark.parametrize("name", NAMES)
def test_other_tools_get_every_step_and_transition(name: str) -> None:
    steps, edges = len(flow_of(name).steps), len(transitions(name))
    chart, graph = mermaid(diagram(name)), dot(diagram(name))
    assert len(re.findall(r"(?m)^  s_\w+[\[({]", chart)) == steps and chart.count(" -->|") == edges
    assert len(re.findall(r'(?m)^  "\w+" \[shape=', graph)) == steps and graph.count('" -> "') == edges


names = st.integers(0, 11).map(lambda number: f"s{number}")
graphs = st.lists(st.tuples(names, names), max_size=30)


@settings(deadline=None)
@given(graphs, st.lists(st.integers(20, 200), min_size=12, max_size=12))
def test_any_graph_is_laid_out_without_overlap_and_lines_pass_beside_the_boxes(
    edges: list[tuple[str, str]], heights: list[int]
) -> None:
    sizes = {f"s{number}": (100.0, float(height)) for number, height in enumerate(heights)}
    layout = lay_out(sizes, edges, "s0")
    for a, b in combinations(layout.boxes.values(), 2):
        assert a.x + a.width <= b.x or b.x + b.width <= a.x or a.y + a.height <= b.y or b.y + b.height <= a.y
    assert set(layout.lines) == {edge for edge in edges if edge[0] != edge[1]}
    for points in layout.lines.values():
        for (x0, y0), (x1, y1) in pairwise(points):
            if x0 != x1:
                continue  # slanted lines stay between two ranks
            for box in layout.boxes.values():
                inside = box.x < x0 < box.x + box.width
                assert not (inside and min(y0, y1) < box.y + box.height and max(y0, y1) > box.y)


@settings(deadline=None)
@given(st.text(max_size=200), st.integers(20, 300))
def test_wrapping_loses_nothing_but_spaces(text: str, room: int) -> None:
    assert "".join("".join(wrapped(text, room)).split()) == "".join(text.split())


def test_shipped_flows_are_the_ones_drawn() -> None:
    assert set(shipped_library().current) <= set(NAMES)
