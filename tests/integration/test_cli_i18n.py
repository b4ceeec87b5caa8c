"""Texts go to a translator and come back: counted, exported, tried without writing, then written."""

import shutil
from pathlib import Path

import polib
import pytest

from tests.support.command_line import ROOT, CommandLine


@pytest.fixture
def content(tmp_path: Path) -> Path:
    for folder in ("flows", "messages"):
        shutil.copytree(ROOT / folder, tmp_path / "content" / folder)
    return tmp_path / "content"


@pytest.fixture
def gateway(tmp_path: Path, content: Path) -> CommandLine:
    return CommandLine(tmp_path, {"GATEWAY_CONTENT": str(content)})


def test_status_counts_every_language_that_is_wanted(gateway: CommandLine) -> None:
    rows = {row["language"]: row for row in gateway("i18n", "status", "--json").objects()}
    assert {"lo", "en", "hmn", "lo-Latn"} <= rows.keys()
    assert rows["lo"]["missing"] == 0 and rows["lo"]["to_review"] == rows["lo"]["there"]
    assert "over one segment" in gateway("i18n", "status").out


@pytest.mark.parametrize("form", ["po", "xlsx"])
def test_an_untouched_export_changes_nothing(gateway: CommandLine, content: Path, tmp_path: Path, form: str) -> None:
    before = {path: path.read_bytes() for path in content.rglob("*.yaml")}
    file = tmp_path / f"lao.{form}"
    assert gateway("i18n", "export", "--lang", "lo", "--format", form, "--out", str(file)).status == 0
    done = gateway("i18n", "import", str(file), "--lang", "lo", "--write")
    assert done.status == 0 and " 0 refused" in done.out and done.out.splitlines()[-1].startswith("0 taken")
    assert {path: path.read_bytes() for path in content.rglob("*.yaml")} == before


def test_a_translation_is_tried_first_and_then_written(gateway: CommandLine, content: Path, tmp_path: Path) -> None:
    file = tmp_path / "hmong.po"
    gateway("i18n", "export", "--lang", "hmn", "--out", str(file))
    book = polib.pofile(str(file))
    entries = {entry.msgctxt: entry for entry in book}
    entries["officer.list_empty"].msgstr = "Tsis muaj dab tsi."
    entries["report.thanks"].msgstr = "Tau txais lawm."
    book.save(str(file))
    written = content / "messages" / "hmn" / "officer.yaml"

    tried = gateway("i18n", "import", str(file), "--lang", "hmn")
    assert tried.status == 1 and not written.exists() and "add --write" in tried.err
    assert "taken      officer.list_empty: Tsis muaj dab tsi." in tried.out
    assert "refused    report.thanks (row " in tried.out and "it lacks {case_code} {case_pin}" in tried.out
    assert "unchanged  report.danger" in tried.out

    done = gateway("i18n", "import", str(file), "--lang", "hmn", "--write")
    assert done.out.replace("written:", "would be written:") == tried.out
    assert written.read_text("utf-8") == 'review: needed\nlist_empty: "Tsis muaj dab tsi."\n'
    assert gateway("lint", str(content)).status == 0


def test_a_file_for_another_language_or_of_another_kind_is_refused(gateway: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "lao.po"
    gateway("i18n", "export", "--lang", "lo", "--out", str(file))
    wrong = gateway("i18n", "import", str(file), "--lang", "hmn")
    assert wrong.status == 1 and "language 'lo', not for 'hmn'" in wrong.err
    file.with_suffix(".xlsx").write_text("no spreadsheet", "utf-8")
    assert gateway("i18n", "import", str(file.with_suffix(".xlsx")), "--lang", "lo").status == 2
    assert gateway("i18n", "import", str(ROOT / "LICENSE"), "--lang", "lo").status == 2


def test_invented_languages_go_into_a_folder(gateway: CommandLine, tmp_path: Path) -> None:
    done = gateway("i18n", "pseudo", str(tmp_path / "build"))
    assert done.status == 0 and len(done.out.splitlines()) == 2
    assert "(" in (tmp_path / "build" / "messages" / "qps" / "help.yaml").read_text("utf-8")
    assert "ກີ່" in (tmp_path / "build" / "messages" / "qps-Laoo" / "help.yaml").read_text("utf-8")
