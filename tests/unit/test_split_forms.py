"""Forms in two halves and forms about a person: found across what stands between, and nowhere else."""

import pytest

from gateway.errors import ContentRefused
from gateway.strict_yaml import read
from gateway.text.lexicon import Lexicon, compile_lexicon
from tests.understanding.corpus import shipped_lexicon, shipped_vocabulary

SHIPPED = shipped_lexicon()
INTENTS = "MISSING: {class: signal}\nBEATEN: {class: signal}\nWORK: {class: topic}\nYES: {class: exact}\n"


def compiled(lexicon: str, language: str = "en") -> Lexicon:
    return compile_lexicon(read(INTENTS, "messages/intents.yaml"), {language: read(lexicon, "lexicon.yaml")})


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("ຕິດຕໍ່ລູກຊາຍຂ້ອຍບໍ່ໄດ້", "MISSING"),
        ("ຕິດຕໍ່ ລູກຊາຍ ບໍ່ໄດ້ ຫຼາຍມື້ແລ້ວ", "MISSING"),
        ("tit to mia khoy bor dai", "MISSING"),
        ("nrhiav kuv tus muam tsis tau", "MISSING"),
        ("ติดต่อน้องสาวไม่ได้เลย", "MISSING"),
        ("they wont let my sister leave", "LOCKED"),
        ("ນາຍຈ້າງບໍ່ໃຫ້ພວກເຮົາອອກ", "LOCKED"),
        ("ເຂົາເອົານ້ອງສາວຂ້ອຍໄປຂາຍ", "TRAFFIC"),
    ],
)
def test_a_split_form_is_found_around_its_object(text: str, intent: str) -> None:
    reading = SHIPPED.read(text)
    assert (reading.kind, reading.primary) == ("primary", intent)


@pytest.mark.parametrize(
    "text",
    [
        "ບໍ່ໄດ້ຕິດຕໍ່",  # the halves in the other order
        "ຕິດຕໍ່ໂຮງຮຽນແລ້ວ ມື້ນີ້ຝົນຕົກຫຼາຍ ກໍເລີຍໄປໂຮງຮຽນບໍ່ໄດ້",  # two sentences
        "ຕິດຕໍ່ລູກຊາຍບໍ່ໄດ",  # another word
        "ເອົາໄກ່ໄປຂາຍ",  # no person
        "the phone hit the floor",
        "let it go",
    ],
)
def test_halves_that_do_not_belong_together_mean_nothing(text: str) -> None:
    assert SHIPPED.read(text).kind != "primary"


def test_every_shipped_split_form_is_found_with_something_between() -> None:
    for split in shipped_vocabulary().splits:
        first, second = split.form.shown.split("..")
        assert split.form.intent in SHIPPED.words(f"{first.strip()} Somchai {second.strip()}"), split.form


def test_a_person_stands_for_every_one_the_language_lists() -> None:
    lexicon = compiled("BEATEN: {forms: [hit <person>]}\n_words: {people: [me, my wife]}\n")
    assert [lexicon.read(text).primary for text in ("he hit me", "he hit my wife")] == ["BEATEN", "BEATEN"]
    assert lexicon.read("he hit the ball").kind == "unknown"


def test_a_person_of_one_script_is_not_put_into_a_phrase_of_the_other() -> None:
    lexicon = compiled("BEATEN: {forms: [ຕີ<person>, ตี<person>]}\n_words: {people: [ຂ້ອຍ, ฉัน]}\n", "lo")
    assert [lexicon.read(text).kind for text in ("ຕີຂ້ອຍ", "ตีฉัน", "ຕີฉัน")] == ["primary", "primary", "unknown"]


@pytest.mark.parametrize(
    ("lexicon", "found"),
    [
        ("MISSING: {forms: [look .. for .. ever]}\n", "1:19 E004"),
        ("MISSING: {forms: ['.. for']}\n", "1:19 E004"),
        ("MISSING: {asks: [look .. for]}\n", "1:18 E004"),
        ("YES: {forms: [yes .. yes]}\n", "1:15 E004"),
    ],
)
def test_a_split_form_that_cannot_work_is_refused(lexicon: str, found: str) -> None:
    with pytest.raises(ContentRefused) as refused:
        compiled(lexicon)
    assert [f"{item.line}:{item.column} {item.code}" for item in refused.value.findings] == [found]
