"""How messages are read: what acts at once, what is asked back, what everyday words must never do."""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.strict_yaml import Node, read
from gateway.text import lao
from gateway.text.lexicon import compile_lexicon
from gateway.text.vocabulary import read_vocabulary

MESSAGES = Path(__file__).parents[2] / "messages"
LANGUAGES = ("lo", "en", "lo-Latn", "hmn")
ZWSP = "\u200b"


def shipped(name: str) -> Node:
    return read((MESSAGES / name).read_bytes(), name)


INTENTS = shipped("intents.yaml")
FILES = {language: shipped(f"{language}/lexicon.yaml") for language in LANGUAGES}
LEXICON = compile_lexicon(INTENTS, FILES)
FORMS = read_vocabulary(INTENTS, FILES).forms


def listed(texts: str) -> list[str]:
    return [text.strip() for text in texts.split("|")]


ACTS: dict[str, str] = {
    "HELP": """help | Help!! | please help my daughter | ຊ່ວຍແດ່ | ຊ່ວຍຂ້ອຍແດ່ | ລູກສາວຂ້ອຍຫາຍໄປ ຊ່ວຍແດ່ |
        soy dae | pab kuv | ช่วยด้วย | stop help""",
    "STOP": """STOP | stop. | S T O P | s.t.o.p | ＳＴＯＰ | stoppppp | ຢຸດ | ຢຸດດດ | unsubscribe | please stop |
        stop sending me messages | Stop these texts please | STOP. Thank you! | ຢຸດສົ່ງຂໍ້ຄວາມແດ່ |
        ຢຸດ ຂອບໃຈ | yut | tsum | หยุด""",
    "YES": "yes | Yes, please. | ແມ່ນແລ້ວ | ໂດຍ | maen leo | aws | ใช่ครับ",
    "NO": "no | No thanks | ບໍ່ | ບໍ່ແມ່ນ | bo maen | tsis yog | ไม่ใช่ค่ะ",
    "D1": "1 | 1. | (1) | ໑ | ๑ | ① | 1️⃣ | one | ໜຶ່ງ | number 1 | ຂໍ້ ໑ | ຕອບ 1 ເດີ້",
    "D0": "0",
    "D5": "ຫ້າ",
    "D4": "plaub",
    "D9": "nine",
    "BACK": "back | ກັບຄືນ | kap | rov qab",
    "MENU": "menu | start | ເລີ່ມໃໝ່ | pib | lerm",
    "EXIT": "exit | bye | ອອກ | ork | tawm | ออก",
    "DELETE": "delete | ລຶບ | ລົບຂໍ້ຄວາມ | leup | lwv",
    "LANG_LO": "ລາວ | lao | ภาษาลาว",
    "LANG_EN": "English | ອັງກິດ | askiv",
    "LANG_HMN": "Hmoob | ມົ້ງ",
    "LANG_KJG": "khmu",
    "DANGER": "danger | ອັນຕະລາຍ | they will kill us",
    "URGENT": "urgent!",
    "MISSING": """ລູກສາວຂ້ອຍຫາຍໄປຢູ່ໄທ | luksao hai pai muang thai | kuv tus ntxhais ploj lawm |
        she did not come home""",
    "BEATEN": "ເມຍຂ້ອຍຖືກຕີ",
    "LOCKED": "they locked me in and beat me | ถูกขัง",
    "TRAFFIC": "I was trafficked to China",
    "WORK": "ຢາກໄປເຮັດວຽກຢູ່ໄທ | yak het wiak | work",
    "POLICE": "tum luat",
    "INFO": "ຂໍຂໍ້ມູນແດ່",
    "CALL": "call me back | ໂທກັບແດ່",
    "ASK_PERSON": "ຂໍລົມກັບເຈົ້າໜ້າທີ່ | I want to talk to someone",
    "FLOOD": "ນ້ຳຖ້ວມ | ນໍ້າຖ້ວມ",
    "PASSPORT": "passport",
}

ASKED: dict[str, str] = {
    "STOP": "dont stop | don't stop | stop it | sao | xao | ເຊົາ",
    "STOP WORK": "I want to stop working",
    "BEATEN STOP": "they will not stop beating me",
    "PASSPORT STOP": "cancel my passport",
    "MISSING": "hai",
    "DEBT ESCAPE": "nee",
    "DANGER": "no danger | not in danger | ບໍ່ມີອັນຕະລາຍ",
    "LOCKED": "ບໍ່ໄດ້ຖືກຂັງ",
    "SAFE": "ບໍ່ປອດໄພ | not safe",
    "AFRAID DANGER": "ntshai",
    "FATHER HUSBAND": "txiv",
    "NO YES": "yes no",
    "D1 D2": "1 2",
    "PASSPORT WORK": "work passport",
    "BROKER MONEY": "the broker wants money",
    "THAILAND": "thailand",
    "DAUGHTER": "ລູກສາວ",
    "PASSPORT": "passpotr",
    "INFO": "informtion",
}

MEAN_NOTHING = [
    "",
    " ",
    "\x00",
    *listed("""?! | 😀 | what is the weather | hello | 412706 4711 | 12 | 2026 | xqzzy plmk | ໂທລະສັບ |
        ຫາຍໃຈບໍ່ອອກ | ສອງແຖວ | ສາຍດ່ວນ | ວັນຢຸດ | ຕີນ | ແມ່ຍິງ | ແມ່ນ້ຳຂອງ | ໄທບ້ານ | ສະບາຍດີ |
        ຂອບໃຈ | ແມ່ນບໍ | ບໍ | ຫາ | ໄດ້ບໍ | khob chai | sabaidee | bo hu | thorasap | bus stop |
        at the end of the month | maeying"""),
]


@pytest.mark.parametrize(
    ("text", "intent"), [(text, intent) for intent, texts in ACTS.items() for text in listed(texts)]
)
def test_a_plain_message_has_one_meaning(text: str, intent: str) -> None:
    reading = LEXICON.read(text)
    assert (reading.kind, reading.primary) == ("primary", intent)
    assert reading.intents[0] == intent


@pytest.mark.parametrize(
    ("text", "candidates"), [(text, names) for names, texts in ASKED.items() for text in listed(texts)]
)
def test_a_doubtful_message_is_asked_back_with_its_candidates(text: str, candidates: str) -> None:
    reading = LEXICON.read(text)
    assert (reading.kind, reading.primary, set(reading.intents)) == ("ask_back", None, set(candidates.split()))


@pytest.mark.parametrize("text", MEAN_NOTHING)
def test_everyday_words_mean_nothing(text: str) -> None:
    reading = LEXICON.read(text)
    assert (reading.kind, reading.intents) == ("unknown", ())
    assert LEXICON.words(text) == frozenset()


@pytest.mark.parametrize("text", [text for texts in (ACTS | ASKED).values() for text in listed(texts)] + MEAN_NOTHING)
def test_how_a_message_is_typed_does_not_change_its_reading(text: str) -> None:
    reading = LEXICON.read(text)
    lao_digits = str.maketrans("0123456789", "໐໑໒໓໔໕໖໗໘໙")
    for typed in (
        unicodedata.normalize("NFD", text),
        text.upper(),
        f"  {text} ",
        text.translate(lao_digits),
        ZWSP.join(lao.clusters(text)) if "." not in text else text,
    ):
        assert LEXICON.read(typed) == reading


@pytest.mark.parametrize("text", ["ລູກສາວຂ້ອຍຫາຍໄປຢູ່ໄທ", "ຢຸດສົ່ງຂໍ້ຄວາມແດ່", "ຢາກໄປເຮັດວຽກຢູ່ໄທ", "ບໍ່ມີອັນຕະລາຍ", "ໂທລະສັບ"])
def test_lao_reads_the_same_with_spaces_between_the_syllables(text: str) -> None:
    assert LEXICON.read(" ".join(lao.syllables(text))) == LEXICON.read(text)


def test_every_form_of_the_files_is_understood() -> None:
    for form in FORMS:
        if form.role == "form" and LEXICON.class_of(form.intent) != "officer":
            exact = LEXICON.class_of(form.intent) in ("help", "stop", "exact")
            found = LEXICON.whole(form.shown) if exact else LEXICON.words(form.shown)
            assert form.intent in found, form
        elif form.role == "asks":
            assert LEXICON.read(form.shown).kind == "ask_back", form
        elif form.role == "blocker":
            assert LEXICON.read(form.shown).kind == "unknown", form


def test_whole_messages_and_words_inside_a_story_are_told_apart() -> None:
    assert LEXICON.whole("help me please") == {"HELP"}
    assert LEXICON.whole("help my child") == frozenset()
    assert LEXICON.words("help my child") == {"HELP", "CHILD"}
    assert LEXICON.words("ບໍ່ຮູ້ວ່າແມ່ນໃຜ") == frozenset()
    assert LEXICON.words("no danger, she has a passport") == {"PASSPORT"}
    assert LEXICON.whole("yes no") == {"YES", "NO"}


@pytest.mark.parametrize("text", ["ເຈົ້າມີ", "no exit", "ລຶບບໍ່ອອກ", "back to one", "yes 1", "jao dai"])
def test_exact_words_in_a_row_are_a_sentence_not_an_answer(text: str) -> None:
    assert LEXICON.whole(text) == frozenset()


def test_one_word_said_twice_is_still_one_answer() -> None:
    assert LEXICON.whole("yes yes") == LEXICON.whole("ແມ່ນ ແມ່ນ") == {"YES"}
    assert LEXICON.whole("1 2 3") == {"D1", "D2", "D3"}


def test_the_worst_of_several_signals_leads_and_the_rest_is_kept() -> None:
    reading = LEXICON.read("my boss cheated me, he locked my sister in and beats her")
    assert reading.primary == "LOCKED"
    assert set(reading.intents) == {"LOCKED", "BEATEN", "CHEATED", "EMPLOYER", "SISTER"}


def test_evidence_quotes_the_lexicon_and_never_the_message() -> None:
    evidence = LEXICON.read("my secret name is Tuuk, TUM LOUAT").evidence
    assert [(item.intent, item.how, item.language) for item in evidence] == [("POLICE", "karaoke", "lo-Latn")]
    assert evidence[0].form == "tumluad"


def test_a_negated_word_says_so_in_its_evidence() -> None:
    assert [item.negated for item in LEXICON.read("no danger").evidence] == [True]


def acts_at_once(intent: str) -> bool:
    return bool(intent) and LEXICON.class_of(intent) in ("stop", "exact")


SENTENCES = listed("""I will send the money on Monday | he said yes to the man | there is no bus |
        the men ate at one | song and dance | ລາວຫາຍໄປ | ລາວບອກວ່າບໍ່ມາ | ພໍ່ກັບແມ່ |
        ຂ້ອຍກັບບ້ານແລ້ວ | ລໍຖ້າຫ້ານາທີ | ມື້ນີ້ຢຸດພັກ | sao noi khon ngam | khoy mi luk sam khon |
        nws yog kuv niam | ob peb hnub | see you at six | start work tomorrow | leave my passport |
        I am back in Laos | delete is a word | we stopped at the border | the bus stops here |
        he cannot stop crying | she said no | they told me yes and then left | the number one team |
        two of us are ill | I have three children | my five cows | call number six |
        the road ends here | end the talk now please | I want to cancel the trip |
        quit smoking is hard | go back home | my back hurts less | start the car | the menu is long |
        the exit is on the left | I leave tomorrow | erase the board | no one knows | not yet |
        maybe later | okay but when | sure it is far | right side of the river | the first day |
        english teacher | lao people | hmong village | ຄົນລາວຢູ່ໄທ | ຂ້ອຍຢຸດເຮັດວຽກແລ້ວ | ບໍ່ຮູ້ຈັກ |
        ບໍ່ແນ່ໃຈ | ແມ່ນຫຍັງ | ແມ່ນໃຜ | ມີຄົນບອກວ່າດີ | ຈະອອກເດີນທາງມື້ອື່ນ | ກັບມາມື້ໃດ |
        ສອງຄົນໄປນຳກັນ | ສາມມື້ແລ້ວ | ສີ່ໂມງແລງ | ຫົກຄົນ | ເຈັດມື້ກ່ອນ | ເລີ່ມວຽກວັນຈັນ | ລຶບບໍ່ອອກ |
        ເຈົ້າຢູ່ໃສ | ໄດ້ຍິນວ່າມີວຽກ | ຍົກເລີກການເດີນທາງ | ຈົບປໍຫ້າ | bo mi ngern | maen phai |
        khoy kap ma leo | song khon | sam meu leo | jao yu sai | dai nyin va | tsis paub |
        yog leej twg | nws tsis tau los | muaj peb leeg | tawm tsev | rov los tsev""")


@pytest.mark.parametrize("sentence", SENTENCES)
def test_no_sentence_stops_agrees_refuses_or_chooses_by_accident(sentence: str) -> None:
    assert LEXICON.whole(sentence) == frozenset()
    assert LEXICON.read(sentence).primary not in {
        "STOP",
        "YES",
        "NO",
        "EXIT",
        "DELETE",
        "BACK",
        "MENU",
        *(f"D{n}" for n in range(10)),
    }


@given(st.text(max_size=200))
@settings(max_examples=300)
def test_no_text_breaks_the_reader(text: str) -> None:
    reading = LEXICON.read(text)
    assert (reading.primary is not None) == (reading.kind == "primary")
    assert bool(reading.intents) == (reading.kind != "unknown")
    assert LEXICON.command(text) is None or LEXICON.command(text) is not None
    assert LEXICON.whole(text) <= LEXICON.words(text)


@pytest.mark.parametrize(
    ("typed", "intent"),
    [
        ("ຕິດຕໍບໍໄດ", "MISSING"),
        ("ຕິດຕໍ່ບໍ່ໃດ້", "MISSING"),
        ("ນາຍຈາງ", "EMPLOYER"),
        ("ຫນັງສຶຜານແດນ", "PASSPORT"),
        ("ติดตอไม่ใด้", "MISSING"),
    ],
)
def test_a_word_spelled_as_it_sounds_is_an_echo_question(typed: str, intent: str) -> None:
    reading = LEXICON.read(typed)
    assert (reading.kind, reading.intents) == ("ask_back", (intent,))
    assert reading.evidence[0].how == "loose"


@pytest.mark.parametrize("typed", ["ຢູດ", "ຢູດສົ່ງ", "ຊ່ວຢ", "ບ່ ແມນ", "ໃດ້"])
def test_a_word_that_acts_is_never_heard(typed: str) -> None:
    reading = LEXICON.read(typed)
    assert reading.primary is None or LEXICON.class_of(reading.primary) not in ("help", "stop", "exact")


def test_tones_left_out_of_a_long_word_are_an_echo_question() -> None:
    toneless = lao.loose("ໜັງສືຜ່ານແດນ")
    assert (LEXICON.read(toneless).kind, LEXICON.read(toneless).intents) == ("ask_back", ("PASSPORT",))
