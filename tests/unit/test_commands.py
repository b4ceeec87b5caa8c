"""Officers' orders by SMS: a few letters, a code before or after, the rest untouched."""

from pathlib import Path

import pytest

from gateway.strict_yaml import read
from gateway.text.commands import Command
from gateway.text.lexicon import compile_lexicon

MESSAGES = Path(__file__).parents[2] / "messages"
FILES = {language: f"{language}/lexicon.yaml" for language in ("lo", "en", "lo-Latn", "hmn")}
LEXICON = compile_lexicon(
    read((MESSAGES / "intents.yaml").read_bytes(), "intents.yaml"),
    {language: read((MESSAGES / name).read_bytes(), name) for language, name in FILES.items()},
)


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("OK", Command("OK", None, "")),
        ("ok 412706", Command("OK", "412706", "")),
        ("412706 OK", Command("OK", "412706", "")),
        ("OK412706", Command("OK", "412706", "")),
        ("ຮັບ ໔໑໒໗໐໖", Command("OK", "412706", "")),
        ("ຮັບ412706", Command("OK", "412706", "")),
        ("hap", Command("OK", None, "")),
        ("UNDO", Command("UNDO", None, "")),
        ("pass 412706", Command("PASS", "412706", "")),
        ("NOTE 412706: Went there, She is fine", Command("NOTE", "412706", "Went there, She is fine")),
        ("ບັນທຶກໄປແລ້ວ", Command("NOTE", None, "ໄປແລ້ວ")),
        ("note ໑໒ ຄົນ", Command("NOTE", None, "໑໒ ຄົນ")),
        ("REFER 412706 women", Command("REFER", "412706", "women")),
        ("CLOSE 412706 2 4711", Command("CLOSE", "412706", "2 4711")),
        ("hand over", Command("HANDOVER", None, "")),
        ("DUTY OFF", Command("DUTY", None, "OFF")),
        ("TRAINED Phiadouang 24 13 safe", Command("TRAINED", None, "Phiadouang 24 13 safe")),
        ("LISt!", Command("LIST", None, "")),
        ("NOET gone", Command("NOTE", None, "gone", sure=False)),
        ("hello", None),
        ("notebook", None),
        ("", None),
        ("412706", None),
    ],
)
def test_an_officer_orders_in_a_few_letters(text: str, command: Command | None) -> None:
    assert LEXICON.command(text) == command


@pytest.mark.parametrize(
    ("role", "text", "code"),
    [
        ("target", "women YES", "women"),
        ("target", "ຕຳຫຼວດ", "police"),
        ("outcome", "2 4711", "referred_out"),
        ("outcome", "unfounded", "unfounded"),
        ("switch", "OFF", "off"),
        ("switch", "maybe", None),
        ("target", "", None),
    ],
)
def test_targets_and_outcomes_are_named_by_their_codes(role: str, text: str, code: str | None) -> None:
    assert LEXICON.argument(role, text) == code


def test_an_officers_word_is_no_villagers_word() -> None:
    assert LEXICON.whole("close") == frozenset()
    assert LEXICON.read("undo").kind == "unknown"
