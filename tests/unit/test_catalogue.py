"""Texts by id and language: files to messages, fallbacks, placeholders."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import ContentRefused, Defect
from gateway.strict_yaml import read
from gateway.text.catalogue import Catalogue, Message, MissingValue, fill, parse_messages, placeholders


def parsed(text: str) -> dict[str, Message]:
    return parse_messages("report", read(text, "messages/en/report.yaml"))


def refusal(text: str) -> list[str]:
    with pytest.raises(ContentRefused) as refused:
        parsed(text)
    return [f"{found.line}:{found.column} {found.code}" for found in refused.value.findings]


def test_a_file_becomes_messages_with_full_ids() -> None:
    assert parsed(
        'review: needed\ndanger: "Now?"\ndanger.now: "Yes"\nthanks: {text: Done, neutral: Thanks, source: LWU}\n'
    ) == {
        "report.danger": Message("Now?"),
        "report.danger.now": Message("Yes"),
        "report.thanks": Message("Done", neutral="Thanks", source="LWU"),
    }


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("- a\n", ["1:1 E004"]),
        ("danger: [a]\n", ["1:9 E004"]),
        ("Danger: a\n", ["1:1 E005"]),
        ("yes: a\n", ["1:1 E005"]),
        ("danger: {neutral: a}\n", ["1:9 E004"]),
        ("danger: {text: a, nuetral: b}\n", ["1:19 E003"]),
        ("danger: {text: [a]}\nno: b\n", ["1:9 E004", "1:16 E004", "2:1 E005"]),
    ],
)
def test_what_is_wrong_is_named_with_its_place(text: str, found: list[str]) -> None:
    assert refusal(text) == found


def test_a_truth_value_in_quotes_is_a_name() -> None:
    assert parsed('"yes": Sure\n') == {"report.yes": Message("Sure")}


CATALOGUE = Catalogue(
    {
        "lo": {"a": Message("ກ"), "b": Message("ຂ")},
        "en": {"a": Message("x"), "c": Message("z")},
        "hmn": {"a": Message("h")},
    }
)


@pytest.mark.parametrize(
    ("language", "message", "text"),
    [
        ("lo", "a", "ກ"),
        ("hmn", "a", "h"),
        ("hmn", "b", "ຂ"),
        ("lo-Latn", "a", "ກ"),
        ("kjg", "a", "x"),
        ("lo", "c", "z"),
        ("hmn", "c", "z"),
    ],
)
def test_a_missing_text_falls_back_to_a_language_its_readers_know(language: str, message: str, text: str) -> None:
    assert CATALOGUE.get(language, message).text == text


def test_having_a_text_means_having_it_in_that_language() -> None:
    assert CATALOGUE.has("hmn", "a") and not CATALOGUE.has("hmn", "b")
    assert CATALOGUE.languages == ("en", "hmn", "lo")
    assert CATALOGUE.ids("en") == ("a", "c")


def test_a_text_nobody_wrote_is_a_fault() -> None:
    with pytest.raises(Defect):
        CATALOGUE.get("en", "nothing")


def test_values_are_put_in_once() -> None:
    assert fill("{a} and {directory.police}", {"a": "{b}", "directory.police": "1", "b": "no"}) == "{b} and 1"
    assert placeholders("{a} {b} {a} {directory.lwu}") == ("a", "b", "directory.lwu")


def test_a_value_nobody_handed_in_is_never_a_blank() -> None:
    with pytest.raises(MissingValue) as missing:
        fill("code {case_code}", {})
    assert missing.value.name == "case_code"


@given(st.text(), st.text())
def test_filling_never_looks_into_values_or_attributes(text: str, value: str) -> None:
    filled = fill(f"<{{name}}>{text.replace('{', '')}", {"name": value})
    assert filled == f"<{value}>{text.replace('{', '')}"
    assert fill("{name.__class__}", {}) == "{name.__class__}"
