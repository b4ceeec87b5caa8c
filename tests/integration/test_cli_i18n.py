"""Texts go to a translator and come back: counted, exported, tried without writing, then written."""

import shutil
from pathlib import Path

import polib
import pytest
from openpyxl import load_workbook

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


def change_source(content: Path) -> None:
    path = content / "messages" / "en" / "stop.yaml"
    text = path.read_text("utf-8")
    path.write_text(text.replace('done: "', 'done: "Good. ', 1), "utf-8")


def states(gateway: CommandLine) -> dict[str, int]:
    return {row["language"]: row["stale"] for row in gateway("i18n", "status", "--json").objects()}


def test_a_translation_is_stale_once_its_source_changes_and_fuzzy_until_somebody_settles_it(
    gateway: CommandLine, content: Path, tmp_path: Path
) -> None:
    assert states(gateway) == {"lo": 0, "en": 0, "hmn": 0, "lo-Latn": 0}
    change_source(content)
    assert states(gateway) == {"lo": 1, "en": 0, "hmn": 1, "lo-Latn": 1}
    assert "T404 'stop.done' was translated before its en text changed" in gateway("lint", str(content)).out
    file = tmp_path / "lao.po"
    gateway("i18n", "export", "--lang", "lo", "--out", str(file))
    book = polib.pofile(str(file))
    [entry] = [entry for entry in book if entry.msgctxt == "stop.done"]
    assert entry.fuzzy and "state: stale" in entry.comment

    untouched = gateway("i18n", "import", str(file), "--lang", "lo", "--write")
    assert "unchanged  stop.done" in untouched.out and states(gateway)["lo"] == 1
    entry.flags.remove("fuzzy")
    book.save(str(file))
    settled = gateway("i18n", "import", str(file), "--lang", "lo", "--write")
    assert "confirmed  stop.done" in settled.out and "written: messages/lo/translated.yaml" in settled.out
    assert states(gateway) == {"lo": 0, "en": 0, "hmn": 1, "lo-Latn": 1}


def test_a_new_translation_in_a_spreadsheet_or_a_word_of_the_translator_settles_it(
    gateway: CommandLine, content: Path, tmp_path: Path
) -> None:
    change_source(content)
    file = tmp_path / "hmong.xlsx"
    gateway("i18n", "export", "--lang", "hmn", "--format", "xlsx", "--out", str(file))
    book = load_workbook(file)
    [row] = [row for row in book.worksheets[0].iter_rows(min_row=3) if row[0].value == "stop.done"]
    assert row[8].value == "stale"
    row[4].value = "Zoo lawm."
    book.save(file)
    assert gateway("i18n", "import", str(file), "--lang", "hmn", "--write").status == 0
    assert states(gateway)["hmn"] == 0
    assert gateway("i18n", "confirm", "stop.done", "--lang", "lo-Latn").out == "1 texts fit their sources\n"
    assert states(gateway) == {"lo": 1, "en": 0, "hmn": 0, "lo-Latn": 0}
    assert gateway("i18n", "confirm", "stop.gone", "--lang", "lo").status == 2
    assert gateway("i18n", "confirm", "--lang", "en").status == 2


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
