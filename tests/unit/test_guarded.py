"""Guarded words: found however they are written, allowed only where they are placed."""

from pathlib import Path

import pytest

from gateway.errors import ContentRefused
from gateway.strict_yaml import read
from gateway.text.guarded import GuardedWords, compile_guarded

MESSAGES = Path(__file__).parents[2] / "messages"
LANGUAGES = ("lo", "en", "lo-Latn", "hmn")


@pytest.fixture(scope="module")
def guarded() -> GuardedWords:
    files = {language: MESSAGES / language / "guarded.yaml" for language in LANGUAGES}
    return compile_guarded({language: read(file.read_bytes(), str(file)) for language, file in files.items()})


@pytest.mark.parametrize(
    "text",
    [
        "Your REPORT is filed",
        "a victim's story",
        "human Trafficking",
        "ｔｒａｆｆｉｃｋｅｄ",
        "ຄ້າມະນຸດ",
        "ຄ້າ ມະ\u200bນຸດ",
        "ການຄ້າມະນຸດໃນລາວ",
        "kha  manut",
        "ua qhev",
        "ค้ามนุษย์",
        "Police",
        "ໄປຫາຕຳຫຼວດ",
    ],
)
def test_a_guarded_word_is_found_in_any_script_and_spelling(guarded: GuardedWords, text: str) -> None:
    assert guarded.hit(text) is not None


@pytest.mark.parametrize(
    "text", ["", "Rice price: ask at the market.", "ຂອບໃຈ. ໄດ້ຮັບແລ້ວ.", "traffic is slow today", "ສະບາຍດີ"]
)
def test_everyday_texts_pass(guarded: GuardedWords, text: str) -> None:
    assert guarded.hit(text) is None


def test_the_police_stands_only_where_a_person_is_asked_whom_to_tell(guarded: GuardedWords) -> None:
    assert guarded.hit("2 Police", "report.tell") is None
    assert guarded.hit("Police", "report.tell.police") is None
    assert guarded.hit("Police", "report.thanks") == "police"
    assert guarded.hit("Police") == "police"
    assert guarded.hit("Police report", "report.tell") == "report"


def test_a_longer_harmless_word_wins() -> None:
    words = GuardedWords([("report*", ())], ["weather report"])
    assert words.hit("Weather report: rain") is None
    assert words.hit("weather and reports") == "report"


@pytest.mark.parametrize(
    ("text", "code"),
    [("- a\n", "E004"), ("word: [a]\n", "E003"), ("words: a\n", "E004"), ("placed: [{words: [a]}]\n", "E004")],
)
def test_a_broken_file_is_refused(text: str, code: str) -> None:
    with pytest.raises(ContentRefused) as refused:
        compile_guarded({"en": read(text, "guarded.yaml")})
    assert [found.code for found in refused.value.findings] == [code]


def test_no_words_guard_nothing() -> None:
    assert GuardedWords([]).hit("report") is None
