"""Strict YAML: every scalar stays text, every shortcut of the language is refused where it stands."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.errors import ContentRefused
from gateway.strict_yaml import Mapping, Mark, Scalar, Sequence, read


def refused(text: str | bytes) -> list[tuple[int, int, str]]:
    with pytest.raises(ContentRefused) as error:
        read(text, "f.yaml")
    return [(finding.line, finding.column, finding.code) for finding in error.value.findings]


def test_what_other_readers_turn_into_numbers_and_booleans_stays_text() -> None:
    node = read("a: 020\nb: 12:30\nc: no\nd: on\ne: null\nf: 1e3\ng: 2026-11-23\n", "f.yaml")
    assert isinstance(node, Mapping)
    assert [value.value for _, value in node.entries if isinstance(value, Scalar)] == [
        "020", "12:30", "no", "on", "null", "1e3", "2026-11-23",
    ]  # fmt: skip


def test_every_node_knows_its_place_and_whether_it_was_quoted() -> None:
    node = read("first: 'yes'\nlist:\n  - x\n  - {y: z}\n", "f.yaml")
    assert isinstance(node, Mapping)
    assert node.names() == ("first", "list")
    assert node.get("first") == Scalar("yes", Mark("f.yaml", 1, 8), quoted=True)
    items = node.get("list")
    assert isinstance(items, Sequence)
    assert items.items[0] == Scalar("x", Mark("f.yaml", 3, 5))
    assert node.get("absent") is None


def test_columns_count_characters_of_lao_not_bytes() -> None:
    node = read("text: {ຊ່ວຍ: ແດ່, b: c}\n", "f.yaml")
    assert isinstance(node, Mapping)
    inner = node.get("text")
    assert isinstance(inner, Mapping)
    assert inner.entries[1][0].mark.column == 19


def test_both_lines_of_a_duplicate_are_named() -> None:
    with pytest.raises(ContentRefused) as error:
        read("a: 1\nb: 2\na: 3\nb: 4\n", "f.yaml")
    assert [(f.line, f.code, f.message) for f in error.value.findings] == [
        (3, "E002", "'a' stands twice, first in line 1"),
        (4, "E002", "'b' stands twice, first in line 2"),
    ]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a: &x 1\n", (1, 4, "E001")),
        ("a: *x\n", (1, 4, "E001")),
        ("a: !!int 3\n", (1, 4, "E001")),
        ("a: !python/object:os.system x\n", (1, 4, "E001")),
        ("<<: {a: 1}\n", (1, 1, "E001")),
        ("%YAML 1.1\n---\na: 1\n", (1, 1, "E001")),
        ("a: 1\n---\nb: 1\n", (2, 1, "E001")),
        ("a: 1\n...\n---\nb: 1\n", (3, 1, "E001")),
        ("\ta: 1\n", (1, 1, "E001")),
        ("a: b\n\tc\n", (2, 1, "E001")),
        ("\ufeffa: 1\n", (1, 1, "E001")),
        ("a: \u202e1\n", (1, 4, "E001")),
        ("a: \u20281\n", (1, 4, "E001")),
        ("a: 1\rb: 2\n", (1, 5, "E001")),
        ("a: \x00\n", (1, 4, "E001")),
        ("", (1, 1, "E001")),
        ("# only a comment\n", (1, 1, "E001")),
        ("a: " + "[" * 17 + "]" * 17 + "\n", (1, 19, "E001")),
        ("a: " + "x" * 400 + "\n", (1, 401, "E001")),
        ("a: [1, 2\n", (2, 1, "E001")),
        ("[a]: b\n", (1, 1, "E001")),
        (b"a: \xff\n", (1, 4, "E001")),
        ("ກ: ".encode() + b"\xff\n", (1, 4, "E001")),
    ],
)
def test_a_shortcut_is_refused_where_it_stands(text: str | bytes, place: tuple[int, int, str]) -> None:
    assert refused(text) == [place]


def test_a_quoted_merge_sign_is_only_a_name() -> None:
    node = read("'<<': x\n", "f.yaml")
    assert isinstance(node, Mapping) and node.names() == ("<<",)


def test_files_and_texts_have_a_largest_size() -> None:
    assert refused("a: 1\n" * 60_000) == [(1, 1, "E001")]
    long = "a: |\n" + "".join(f"  {'x' * 300}\n" for _ in range(4))
    assert refused(long) == [(1, 4, "E001")]
    assert refused("- a\n" * 20_001)[0][2] == "E001"


def test_windows_line_ends_are_ordinary() -> None:
    node = read("a: 1\r\nb: 2\r\n", "f.yaml")
    assert isinstance(node, Mapping) and node.get("b") == Scalar("2", Mark("f.yaml", 2, 4))


def test_a_finding_shows_the_line_and_a_caret() -> None:
    with pytest.raises(ContentRefused) as error:
        read("ok: 1\nb: &x 2\n", "f.yaml")
    shown = str(error.value)
    assert "f.yaml:2:4: E001" in shown and "    2 | b: &x 2" in shown


@settings(max_examples=500, deadline=None)
@given(
    st.one_of(st.text(max_size=200), st.binary(max_size=200), st.text(alphabet="a:-[]{}'\"\n #&*!|>?,%", max_size=80))
)
def test_no_text_brings_anything_but_a_node_or_findings(text: str | bytes) -> None:
    try:
        node = read(text, "f.yaml")
    except ContentRefused as error:
        assert error.findings
    else:
        assert node.mark.line >= 1
