"""The strict loader: good files become flows; each broken file is refused at its exact line and column."""

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.conversation.loader import load_flow, read_flow
from gateway.conversation.structure import check_together
from gateway.errors import ContentRefused

HERE = Path(__file__).parent
BROKEN = sorted((HERE / "broken_flows").glob("*.yaml"))
SHIPPED = sorted((HERE.parents[1] / "flows").glob("*.yaml"))
SOUND = SHIPPED[0].read_bytes() if SHIPPED else b""
STOP, HELP = ((HERE.parents[1] / "flows" / f"{name}.yaml").read_text("utf-8") for name in ("stop", "help"))


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_a_broken_file_is_refused_at_its_place(path: Path) -> None:
    data = path.read_bytes()
    first = data.split(b"\n", 1)[0].decode()
    expected = set(first.removeprefix("# expected: ").split())
    _, findings = read_flow(data, "flows/trial.yaml")
    assert {f"{finding.line}:{finding.column}:{finding.code}" for finding in findings} == expected


def test_the_corpus_is_large_enough() -> None:
    assert len(BROKEN) >= 80


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


@settings(max_examples=300, deadline=None)
@given(seed=st.integers(0, 2**32), edits=st.integers(1, 12))
def test_mutated_flows_bring_a_flow_or_findings(seed: int, edits: int) -> None:
    chance = random.Random(seed)
    data = bytearray(SOUND)
    for _ in range(edits):
        place = chance.randrange(len(data))
        data[place : place + chance.randrange(3)] = chance.choice(
            [b"", b"{", b"}", b"\n", b": ", b"- ", b"x", b"\t", b"'"]
        )
    flow, findings = read_flow(bytes(data), "flows/child_at_risk.yaml")
    assert flow is not None or findings
