"""Texts to a translator and back: in the order of a talk, byte for byte the same, refused where they would do harm."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.content.files import APART
from gateway.content.translations import Row, Sheet, translatable
from gateway.content.translations_back import Given, Returned, Verdict, files_after, judge
from gateway.content.translations_po import from_po, to_po
from gateway.content.translations_xlsx import from_xlsx, to_xlsx
from gateway.errors import Conflict, MalformedRequest
from tests.unit.talking import ROOT

FORMATS = [(to_po, from_po), (to_xlsx, from_xlsx)]
Write: TypeAlias = Callable[[Sheet], bytes]
Read: TypeAlias = Callable[[bytes], Returned]
LETTERS = st.characters(blacklist_categories=("Cs", "Cc", "Cn", "Zl", "Zp", "Cf"), blacklist_characters="\ufeff")
TROUBLE = [
    "=1+1", "+1", "-2", "@SUM(A1)", '"', "'", "\\", "\\n", "a\n b\n", " lead", "trail ", "_x0041_", "{a}", "#, fuzzy",
]  # fmt: skip
# What the strict loader lets stand in a text: no control character but the newline, nothing hidden.
texts = st.text(LETTERS | st.just("\n"), min_size=1, max_size=60) | st.sampled_from(TROUBLE)


def row(source: str = "Hello {place}", target: str = "", variant: str = "text") -> Row:
    return Row("trial.first", variant, "trial.first (say)", "Before", source, target, 70, "", "missing")


def sheet(*rows: Row, language: str = "lo") -> Sheet:
    return Sheet(language, "en", rows)


@pytest.mark.parametrize(("write", "read"), FORMATS)
@settings(max_examples=60, deadline=None)
@given(pairs=st.lists(st.tuples(texts, texts | st.just("")), min_size=1, max_size=8))
def test_whatever_stands_in_a_text_comes_back_as_it_was(write: Write, read: Read, pairs: list[tuple[str, str]]) -> None:
    rows = [
        replace(row(source, target), message_id=f"trial.m{number}") for number, (source, target) in enumerate(pairs)
    ]
    returned = read(write(sheet(*rows)))
    assert [(back.key, back.source, back.target, back.source_hash) for back in returned.rows] == [
        (row.key, row.source, row.target, row.source_hash) for row in rows
    ]
    assert judge(sheet(*rows), returned) == Verdict((), (), tuple(row.key for row in rows))


def test_a_cell_that_looks_like_a_formula_is_a_text() -> None:
    data = to_xlsx(sheet(row("=1+1", "=cmd|'/c calc'!A1")))
    page = zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml").decode()
    assert page.count("<f>") == 1 and "<f>LEN(E3)</f>" in page  # the live count is the one formula


def test_rows_come_in_the_order_of_the_talk_with_what_was_read_before() -> None:
    rows = {row.key: row for row in translatable(ROOT, "lo").rows}
    order = list(rows)
    assert order[0] == "welcome.language" and order.index("welcome.menu") < order.index("safe_migration.topics")
    assert order.index("report.danger") < order.index("report.who") < order.index("report.thanks")
    assert rows["report.danger.now"].previous == rows["report.danger"].source
    assert rows["report.who"].where == "report.who (menu)" and "step 2" in rows["report.who"].note
    assert rows["report.thanks#neutral"].note.startswith("for a phone not confirmed safe")
    assert rows["officer.alert"].where == "sent by the gateway itself"
    assert rows["report.danger"].limit == 70 and rows["report.danger"].state == "review"
    assert translatable(ROOT, "kjg").rows[5].state == "missing"


GREETING = "ສະບາຍດີ"
NOT_LAO = "most of its letters are not in Lao script"
HIDDEN = "it holds a character that cannot be sent: U+"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"key": "trial.other"}, "there is no such id"),
        ({"source": "Hi {place}"}, "the source has changed since the export"),
        ({"source_hash": "0" * 12}, "the source has changed since the export"),
        ({"target": GREETING}, "it lacks {place}"),
        ({"target": GREETING + " {place} {date}"}, "it adds {date}"),
        ({"target": "Good day my friend {place}"}, NOT_LAO),
        ({"target": "สวัสดีครับ {place}"}, NOT_LAO),
        ({"target": GREETING + "\u202e{place}"}, HIDDEN + "202E"),
        ({"target": GREETING + "\t{place}"}, HIDDEN + "0009"),
        ({"target": "ກ" * 1000 + "{place}"}, "it has 1007 characters, more than 1000"),
    ],
)
def test_a_row_that_would_do_harm_is_refused_with_its_reason(change: dict[str, str], reason: str) -> None:
    good = Given("trial.first", "Hello {place}", GREETING + " {place}", row().source_hash)
    verdict = judge(sheet(row()), Returned("lo", (replace(good, **change),)))  # type: ignore[arg-type]  # all are texts
    assert [refused.reason for refused in verdict.refused] == [reason] and not verdict.taken


def test_what_is_right_is_taken_and_what_is_empty_or_the_same_stays() -> None:
    good = Given("trial.first", "Hello {place}", "ສະບາຍດີ {place}", row().source_hash)
    assert judge(sheet(row()), Returned("lo", (good,))).taken == ((row(), "ສະບາຍດີ {place}"),)
    again = judge(sheet(row()), Returned("lo", (good, good)))
    assert [refused.reason for refused in again.refused] == ["it stands twice in the file"]
    assert judge(sheet(row()), Returned("lo", (replace(good, target=""),))).unchanged == ("trial.first",)
    named = Given("trial.first", "English", "English", "")
    assert judge(sheet(row("English", "x")), Returned("lo", (named,))).taken
    without = row("Call {directory.emergency}", variant="without_directory")
    spoken = Given(without.key, without.source, "ໄປຫາຄົນທີ່ໄວ້ໃຈ", "")
    assert judge(sheet(without), Returned("lo", (spoken,))).taken


def test_latin_languages_refuse_lao_script() -> None:
    given = Given("trial.first", "Hello {place}", "ສະບາຍດີ {place}", "")
    for language in ("hmn", "en", "lo-Latn"):
        assert judge(sheet(row(), language=language), Returned(language, (given,))).refused
        good = replace(given, target="Nyob zoo {place}")
        assert judge(sheet(row(), language=language), Returned(language, (good,))).taken


def test_a_file_of_another_language_is_refused_whole() -> None:
    with pytest.raises(Conflict):
        judge(sheet(row()), Returned("hmn", ()))


@pytest.mark.parametrize("read", [from_po, from_xlsx])
@pytest.mark.parametrize("data", [b"", b"\xff\xfe\x00", b"PK\x03\x04 nothing", b"msgid nonsense", "ກ".encode("utf-16")])
def test_what_is_no_such_file_is_said_to_be_none(read: Read, data: bytes) -> None:
    with pytest.raises(MalformedRequest):
        read(data)


def copied(folder: Path) -> Path:
    """Return a folder with the shipped content."""
    for path in [*(ROOT / "flows").glob("*.yaml"), *(ROOT / "messages").rglob("*.yaml")]:
        beside = folder / path.relative_to(ROOT)
        beside.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(path.read_bytes())
    return folder


def bring_back(root: Path, language: str, returned: Returned) -> dict[str, bytes]:
    """Import into ``root``; return the messages files as they are then."""
    sheet = translatable(root, language)
    verdict = judge(sheet, returned)
    assert not verdict.refused
    for path, text in files_after(root, sheet, verdict.taken).items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return {path.name: path.read_bytes() for path in (root / "messages" / language).glob("*.yaml")}


@pytest.mark.parametrize(("write", "read"), FORMATS)
def test_every_shipped_text_goes_out_is_overwritten_and_comes_back_byte_for_byte(
    write: Write, read: Read, tmp_path: Path
) -> None:
    root = copied(tmp_path)
    before = {path.name: path.read_bytes() for path in (root / "messages" / "lo").glob("*.yaml")}
    out = write(translatable(root, "lo"))
    kept = read(out)
    other = [replace(row, target="ກ " + row.target) for row in kept.rows]
    changed = bring_back(root, "lo", Returned("lo", tuple(other)))
    assert {name for name in before if changed[name] != before[name]} == {*before} - {f"{name}.yaml" for name in APART}
    assert bring_back(root, "lo", kept) == before


def test_a_language_without_texts_gets_files_in_the_order_of_the_source(tmp_path: Path) -> None:
    root = copied(tmp_path)
    rows = translatable(root, "kjg").rows
    spoken = [
        Given(row.key, row.source, "Lus " + row.source, "") for row in rows if row.message_id != "welcome.language.lo"
    ]
    spoken = [
        replace(given, target=given.source) if "ກ" in given.source or "ລ" in given.source else given for given in spoken
    ]
    files = bring_back(root, "kjg", Returned("kjg", tuple(spoken)))
    report = files["report.yaml"].decode()
    assert report.startswith('review: needed\ndanger: "Lus Is someone in danger now?"\ndanger.now: "Lus Yes"\n')
    assert '\nthanks:\n  text: "Lus ' in report and '\n  neutral: "Lus ' in report
    assert translatable(root, "kjg").rows[0].state == "review"
