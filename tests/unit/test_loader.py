"""The strict loader: good files become flows; each broken file is refused at its exact line and column."""

import random
import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.content.checking import checked_below
from gateway.conversation.lint import lint
from gateway.conversation.lint_material import Material
from gateway.conversation.loader import read_flow
from gateway.conversation.structure import check_together
from gateway.errors import ContentRefused
from tests.support.flows import load_flow

HERE = Path(__file__).parent
BROKEN = sorted((HERE / "broken_flows").glob("*.yaml"))
SHIPPED = sorted((HERE.parents[1] / "flows").glob("*.yaml"))
STOP, HELP = ((HERE.parents[1] / "flows" / f"{name}.yaml").read_text("utf-8") for name in ("stop", "help"))


@cache
def shipped_material() -> Material:
    """Return what ships as the lint reads it."""
    material = checked_below(HERE.parents[1]).material
    assert material is not None
    return material


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_a_broken_file_is_refused_at_its_place(path: Path) -> None:
    data = path.read_bytes()
    first = data.split(b"\n", 1)[0].decode()
    expected = set(first.removeprefix("# expected: ").split())
    _, findings = read_flow(data, "flows/trial.yaml")
    assert {f"{finding.line}:{finding.column}:{finding.code}" for finding in findings} == expected


def test_the_corpus_is_large_enough() -> None:
    assert len(BROKEN) >= 140


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_shipped_flow_loads(path: Path) -> None:
    assert load_flow(path.read_bytes(), f"flows/{path.name}").name == path.stem


def test_shipped_flows_fit_together() -> None:
    flows = {path.stem: load_flow(path.read_bytes(), f"flows/{path.name}") for path in SHIPPED}
    assert check_together(flows) == []


def test_a_misspelt_name_is_answered_with_the_nearest() -> None:
    text = (HERE / "broken_flows" / "then_misspelt.yaml").read_text("utf-8")
    with pytest.raises(ContentRefused) as refused:
        load_flow(text, "flows/trial.yaml")
    assert refused.value.findings[0].hint == "did you mean 'split'?"


def test_all_findings_of_a_file_come_in_one_run() -> None:
    text = (HERE / "broken_flows" / "then_misspelt.yaml").read_text("utf-8").replace("else: tell", "else: tel")
    _, findings = read_flow(text, "flows/trial.yaml")
    assert [finding.code for finding in findings] == ["E010", "E010"]


def test_a_flow_that_calls_a_missing_flow_is_refused() -> None:
    text = STOP.replace("{say: done, then: close}", "{call: helpp, then: close, else: close}")
    flows = {"stop": load_flow(text, "flows/stop.yaml"), "help": load_flow(HELP, "flows/help.yaml")}
    findings = [finding for finding in check_together(flows) if finding.file == "flows/stop.yaml"]
    assert [(finding.code, finding.hint) for finding in findings] == [("E024", "did you mean 'help'?")]


@settings(max_examples=300, deadline=None)
@given(data=st.binary(max_size=400))
def test_random_bytes_bring_findings_and_never_an_exception(data: bytes) -> None:
    flow, findings = read_flow(data, "flows/trial.yaml")
    assert flow is None or findings


PIECES = (
    b"",
    b"{",
    b"}",
    b"[",
    b"]",
    b"\n",
    b"  ",
    b": ",
    b"- ",
    b"x",
    b"\t",
    b"'",
    b'"',
    b"#",
    b"&a",
    b"*a",
    b"\xff",
    "ກ".encode(),
)
WORDS = re.compile(rb"[a-z_]+")


def mutated(source: bytes, chance: random.Random, edits: int) -> bytes:
    """Return a file with some signs, words and lines lost, doubled, swapped or put elsewhere."""
    for _ in range(edits):
        lines = source.split(b"\n")
        here, there = (chance.randrange(len(lines)) for _ in range(2))
        match chance.randrange(5):
            case 0:
                place = chance.randrange(len(source) + 1)
                source = source[:place] + chance.choice(PIECES) + source[place + chance.randrange(3) :]
                continue
            case 1:
                words = WORDS.findall(source) or [b"x"]
                source = source.replace(chance.choice(words), chance.choice(words), 1)
                continue
            case 2:
                lines[here], lines[there] = lines[there], lines[here]
            case 3:
                lines.insert(there, lines[here])
            case _:
                del lines[here]
        source = b"\n".join(lines)
    return source


def judge(data: bytes, name: str) -> None:
    """Read a file, and lint it with what ships if it can be read; nothing is ever raised."""
    flow, findings = read_flow(data, f"flows/{name}.yaml")
    assert flow is not None or findings
    if flow is not None and not any(finding.severity == "error" for finding in findings):
        material = shipped_material()
        lint(replace(material, flows={**material.flows, name: flow}))


@settings(max_examples=100, deadline=None)
@given(seed=st.integers(0, 2**32), edits=st.integers(1, 12), which=st.integers(0, len(SHIPPED) - 1))
def test_mutated_flows_bring_a_flow_or_findings(seed: int, edits: int, which: int) -> None:
    path = SHIPPED[which]
    judge(mutated(path.read_bytes(), random.Random(seed), edits), path.stem)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(10))
def test_thousands_of_mutated_flows_bring_a_flow_or_findings(part: int) -> None:
    for seed in range(part * 300, (part + 1) * 300):
        chance = random.Random(seed)
        path = SHIPPED[seed % len(SHIPPED)]
        judge(mutated(path.read_bytes(), chance, 1 + seed % 12), path.stem)
