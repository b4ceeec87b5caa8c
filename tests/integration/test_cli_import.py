"""`gateway import rapidpro`: says what it would do, writes only when asked, and never over what is there."""

import json
import shutil
from pathlib import Path

import pytest

from tests.support.command_line import ROOT, CommandLine

EXPORTS = ROOT / "tests" / "unit" / "rapidpro_exports"
SAFE_WORK, NOT_OURS = str(EXPORTS / "safe_work.json"), str(EXPORTS / "not_ours.json")


@pytest.fixture
def gateway(tmp_path: Path) -> CommandLine:
    return CommandLine(tmp_path / "home")


def written(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*.yaml"))


def test_nothing_is_written_unless_asked(gateway: CommandLine, tmp_path: Path) -> None:
    done = gateway("import", "rapidpro", SAFE_WORK)
    assert done.status == 0 and "would write: flows/safe_work.yaml" in done.out
    assert done.err == "2 flows converted, 0 refused; 3 narrowed, 0 replaced; nothing written, --out DIR writes\n"
    assert not written(tmp_path)


def test_one_flow_is_written_and_never_over_another(gateway: CommandLine, tmp_path: Path) -> None:
    out = tmp_path / "content"
    asked = ("import", "rapidpro", SAFE_WORK, "--flow", "Papers", "--out", str(out))
    assert gateway(*asked).status == 0
    assert written(out) == ["flows/papers.yaml", "messages/en/papers.yaml"]
    (out / "flows" / "papers.yaml").write_text("mine", "utf-8")
    again = gateway(*asked)
    assert again.status == 2 and "papers.yaml is there already" in again.err
    assert (out / "flows" / "papers.yaml").read_text("utf-8") == "mine"
    assert gateway(*asked, "--force").status == 0
    assert (out / "flows" / "papers.yaml").read_text("utf-8").startswith("schema: 1\nflow: papers\n")


def test_what_was_written_stands_beside_the_shipped_flows(gateway: CommandLine, tmp_path: Path) -> None:
    for folder in ("flows", "messages"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    assert gateway("import", "rapidpro", SAFE_WORK, "--out", str(tmp_path)).status == 0
    findings = gateway("lint", str(tmp_path), "--format", "json").objects()
    about = [row for row in findings if "safe_work" in row["file"] or "papers" in row["file"]]
    assert {row["code"] for row in about if row["severity"] == "error"} == {"T401"}, "only translations are wanting"


def test_a_flow_named_like_a_shipped_one_gets_another_name(gateway: CommandLine, tmp_path: Path) -> None:
    export = json.loads(Path(SAFE_WORK).read_text("utf-8"))
    export["flows"][1]["name"] = "Report"
    (tmp_path / "export.json").write_text(json.dumps(export), "utf-8")
    done = gateway("import", "rapidpro", str(tmp_path / "export.json"))
    assert "converted: 'Report' as report_2" in done.out


def test_a_refused_flow_is_told_by_the_exit_status_and_one_object_a_line(gateway: CommandLine) -> None:
    done = gateway("import", "rapidpro", NOT_OURS, "--json")
    rows = done.objects()
    assert done.status == 1
    assert {"file": "flows/not_ours.yaml", "written": False} in rows
    assert [row["flow"] for row in rows if row.get("degree") == "refused"] == ["A call", "Old one"]
    assert all(row["why"] and row["instead"] for row in rows if "degree" in row)


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"[]", b'{"flows": [], "flows": []}', b"\xff\xfe", b"[" * 100_000, b'{"a": NaN}']
)
def test_what_is_no_export_is_refused_in_one_line(gateway: CommandLine, tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "export.json").write_bytes(raw)
    done = gateway("import", "rapidpro", str(tmp_path / "export.json"))
    assert done.status == 2 and "is not an export: JSON" in done.err and "Traceback" not in done.err


def test_a_flow_that_is_not_there_is_named(gateway: CommandLine) -> None:
    done = gateway("import", "rapidpro", SAFE_WORK, "--flow", "Unsafe work")
    assert done.status == 2 and "holds no flow 'Unsafe work'" in done.err
