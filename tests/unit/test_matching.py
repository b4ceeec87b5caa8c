"""What a reply means: words that always work before the step's own, in a fixed order, in every script."""

from datetime import date

import pytest

from gateway.conversation.flow import Choice, ReplyTest
from gateway.conversation.matching import (
    Surroundings,
    case_reference,
    digits_of,
    global_word,
    language_of,
    read_choice,
    read_keys,
)
from gateway.conversation.reply_tests import Reply, passes
from gateway.strict_yaml import Mark
from tests.unit.talking import shipped_library

NOWHERE = Mark("flows/trial.yaml", 1, 1)
LIBRARY = shipped_library()
LEXICON = LIBRARY.lexicon
CHOICES = (
    Choice("danger", "1", NOWHERE, words=("YES", "DANGER")),
    Choice("missing", "2", NOWHERE, words=("NO", "MISSING")),
    Choice("paper", "3", NOWHERE, words=("PASSPORT",)),
)
LABELS = [("danger", "Someone is in danger"), ("missing", "ຄົນຫາຍ"), ("paper", "ໜັງສືຜ່ານແດນ")]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("HELP", "help"), ("ຊ່ວຍແດ່", "help"), ("please help me now", "help"), ("99", "plea"), ("໙໙", "plea"),
        ("stop", "stop"), ("ຢຸດ", "stop"), ("STOP!", "stop"), ("0", "back"), ("໐", "back"), ("back", "back"),
        ("menu", "start"), ("English", "language"), ("ລາວ", "language"), ("exit", "exit"), ("delete", "delete"),
        ("412706 4711", "case"), ("໔໑໒໗໐໖ ໔໗໑໑", "case"), ("412706 pin 4711", "case"), ("412706-4711", "case"),
    ],
)  # fmt: skip
def test_a_word_that_always_works_is_found_in_every_script(text: str, name: str) -> None:
    word = global_word(text, LEXICON, "99", Surroundings())
    assert word is not None and word.name == name


@pytest.mark.parametrize(
    "text",
    ["1", "hello", "412706", "4127064711", "2055512345", "i will stop by the bus", "012706 4711", "", "no danger"],
)
def test_ordinary_texts_are_no_global_words(text: str) -> None:
    assert global_word(text, LEXICON, "99", Surroundings()) is None


def test_order_of_the_global_words() -> None:
    """HELP beside STOP is help; the plea is none where a number is asked; a story keeps its words."""
    beside = global_word("stop help", LEXICON, "99", Surroundings())
    assert beside is not None and beside.name == "help"
    assert global_word("99", LEXICON, "99", Surroundings(numeric=True)) is None
    assert global_word("help my child", LEXICON, "99", Surroundings(open=True)) is None
    whole = global_word("help", LEXICON, "99", Surroundings(open=True))
    assert whole is not None and whole.name == "help"
    assert global_word("NOTE 412706 help came", LEXICON, "99", Surroundings(officer=True)) is None


@pytest.mark.parametrize(
    ("text", "code", "test"),
    [
        ("1", "danger", "key"), ("໑", "danger", "key"), ("１", "danger", "key"), ("1.", "danger", "key"),
        (" (2) ", "missing", "key"), ("③", "paper", "key"), ("3️⃣", "paper", "key"),
        ("someone is in danger", "danger", "label"), ("ຄົນຫາຍ", "missing", "label"), ("Paper", "paper", "label"),
        ("1 Someone is in danger", "danger", "label"), ("໒. ຄົນຫາຍ", "missing", "label"),
        ("yes", "danger", "words"), ("ບໍ່", "missing", "words"), ("my passport is gone", "paper", "words"),
    ],
)  # fmt: skip
def test_one_answer_is_read_by_key_label_or_word(text: str, code: str, test: str) -> None:
    found = read_choice(text, CHOICES, LABELS, LEXICON)
    assert (found.hit, found.test) == (code, test)


def test_a_key_wins_over_words_and_two_words_are_asked_back() -> None:
    both = read_choice("danger and my passport", CHOICES, LABELS, LEXICON)
    assert both.hit == "" and set(both.codes) == {"danger", "paper"}
    assert read_choice("blah", CHOICES, LABELS, LEXICON).codes == ()


def test_yes_and_no_together_are_asked_back_even_where_only_yes_is_a_choice() -> None:
    both = read_choice("yes no", CHOICES[:1], LABELS, LEXICON)
    assert (both.hit, both.codes, both.echo) == ("", ("danger",), True)


def test_a_first_text_has_seen_no_keys() -> None:
    assert read_choice("1", CHOICES, LABELS, LEXICON, keys=False).hit == ""


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("1", ("danger",)), ("1 3", ("danger", "paper")), ("1,3", ("danger", "paper")), ("13", ("danger", "paper")),
        ("໑ ໓", ("danger", "paper")), ("3 1 3", ("paper", "danger")), ("1 5", ()), ("1 x", ()), ("", ()),
    ],
)  # fmt: skip
def test_several_keys_are_read_together(text: str, codes: tuple[str, ...]) -> None:
    assert read_keys(text, CHOICES) == codes


@pytest.mark.parametrize(("text", "digits"), [("1", "1"), ("໑໒", "12"), ("1 2", "12"), ("a1", ""), ("", "")])
def test_digits_are_read_in_every_script(text: str, digits: str) -> None:
    assert digits_of(text, LEXICON) == digits


def test_a_case_reference_is_six_and_then_four() -> None:
    assert case_reference("code 412706 4711.") == ("412706", "4711")
    assert case_reference("41270 4711") is None
    assert case_reference("412706 471") is None
    assert case_reference("412706 4711 and more") is None


@pytest.mark.parametrize(
    ("text", "language"),
    [("ສະບາຍດີ", "lo"), ("they locked me in", "en"), ("12", None), ("", None), ("qwrtz", None)],
)
def test_the_first_text_tells_its_language(text: str, language: str | None) -> None:
    assert language_of(text, LEXICON) == language


def reply(text: str) -> Reply:
    return Reply(text, LIBRARY, {"seen": "1"}, frozenset({"leaving"}), "LA", date(2026, 3, 5))


@pytest.mark.parametrize(
    ("test", "text", "value"),
    [
        (ReplyTest("number", NOWHERE, low="2", high="90"), "about 30 days", "30"),
        (ReplyTest("number", NOWHERE, low="2", high="90"), "໓໐", "30"),
        (ReplyTest("number", NOWHERE, low="2", high="90"), "91", None),
        (ReplyTest("age", NOWHERE, low="5", high="110"), "17 ປີ", "17"),
        (ReplyTest("age", NOWHERE, low="5", high="110"), "4", None),
        (ReplyTest("age", NOWHERE, low="5", high="110"), "old", None),
        (ReplyTest("date", NOWHERE), "5/3/2026", "2026-03-05"),
        (ReplyTest("date", NOWHERE), "5.3.2569", "2026-03-05"),
        (ReplyTest("date", NOWHERE), "31/2/2026", None),
        (ReplyTest("date", NOWHERE, low="2026-03-05"), "5/3/2026", None),
        (ReplyTest("date", NOWHERE, low="today"), "5/3/2026", None),
        (ReplyTest("date", NOWHERE, low="today"), "6/3/2026", "2026-03-06"),
        (ReplyTest("date", NOWHERE, high="today+1"), "5/3/2026", "2026-03-05"),
        (ReplyTest("date", NOWHERE, high="today+1"), "6/3/2026", None),
        (ReplyTest("date", NOWHERE, low="today-30"), "3/2/2026", None),
        (ReplyTest("date", NOWHERE, low="today-30"), "4/2/2026", "2026-02-04"),
        (ReplyTest("equals", NOWHERE, options=("Bus stop",)), "BUS  STOP!", "Bus stop"),
        (ReplyTest("equals", NOWHERE, options=("Bus stop",)), "bus", None),
        (ReplyTest("starts", NOWHERE, options=("bus",)), "Bus to Vientiane", "bus"),
        (ReplyTest("key", NOWHERE, options=("7",)), "໗", "7"),
        (ReplyTest("key", NOWHERE, options=("7",)), "77", None),
        (ReplyTest("words", NOWHERE, options=("PASSPORT", "MISSING")), "my passport", "PASSPORT"),
        (ReplyTest("words", NOWHERE, options=("PASSPORT", "MISSING"), every=True), "my passport", None),
        (ReplyTest("pattern", NOWHERE, argument="[0-9]{2}-[a-z]{1,3}"), "12-abc", "12-abc"),
        (ReplyTest("pattern", NOWHERE, argument="[0-9]{2}-[a-z]{1,3}"), "12-abcd", None),
        (ReplyTest("yes", NOWHERE), "ແມ່ນ", "yes"),
        (ReplyTest("yes", NOWHERE), "yes but no", None),
        (ReplyTest("no", NOWHERE), "no", "no"),
        (ReplyTest("any_text", NOWHERE, high="5"), "hello", ""),
        (ReplyTest("any_text", NOWHERE, high="5"), "hello!", None),
        (ReplyTest("any_text", NOWHERE), "  ", None),
        (ReplyTest("empty", NOWHERE), " ", ""),
        (ReplyTest("too_long", NOWHERE, high="3"), "four", ""),
        (ReplyTest("guarded", NOWHERE), "trafficking", ""),
        (ReplyTest("member", NOWHERE, argument="leaving"), "x", ""),
        (ReplyTest("answered", NOWHERE, argument="seen"), "x", ""),
        (ReplyTest("answered", NOWHERE, argument="other"), "x", None),
        (ReplyTest("place", NOWHERE), "LA1704", "LA1704"),
        (ReplyTest("place", NOWHERE), "Vientiane", None),
        (ReplyTest("phone", NOWHERE), "020 5551 2345", "+8562055512345"),
        (ReplyTest("phone", NOWHERE, options=("TH",)), "020 5551 2345", None),
        (ReplyTest("phone", NOWHERE), "123", None),
        (ReplyTest("command", NOWHERE, argument="OK"), "ok 412706", ""),
        (ReplyTest("command", NOWHERE, argument="OK"), "note 412706 x", None),
    ],
)
def test_reply_tests(test: ReplyTest, text: str, value: str | None) -> None:
    assert passes(test, reply(text)) == value


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("hello", "en"), ("good morning", "en"), ("Nyob zoo", "hmn"), ("sabaidee", "lo-Latn"), ("ສະບາຍດີ", "lo"),
        ("help me", "en"), ("zzzz", None), ("1", None), ("hello sabaidee", None),
    ],
)  # fmt: skip
def test_a_first_text_tells_its_language_by_greetings_too(text: str, language: str | None) -> None:
    assert language_of(text, LEXICON) == language
