"""A short message is one word that acts, or it is a sentence: which words may stand around it, and where."""

import pytest

from gateway.errors import ContentRefused
from gateway.strict_yaml import read
from gateway.text.vocabulary import EXACT_ONLY, read_vocabulary
from tests.understanding.corpus import shipped_lexicon, shipped_vocabulary

LEXICON = shipped_lexicon()


@pytest.mark.parametrize(
    ("text", "intents"),
    [
        # labels and greetings stand before, never after
        ("number 2", "D2"), ("hello 2", "D2"), ("2 number", ""), ("wrong number", ""), ("nyob zoo peb", "D3"),
        ("peb nyob zoo", ""), ("aws teb", ""), ("teb aws", "YES"),
        # ເຈົ້າ is polite after an answer, "you" before a verb, "yes" alone
        ("ເຈົ້າ", "YES"), ("ໄດ້ເຈົ້າ", "YES"), ("ບໍ່ເຈົ້າ", "NO"), ("ເຈົ້າມີ", ""), ("ເຈົ້າໄດ້", ""), ("jao", "YES"),
        ("dai jao", "YES"), ("jao dai", ""), ("1 ເຈົ້າ", "D1"),
        # "already" ends an answer and makes a report of an order
        ("ໄດ້ແລ້ວ", "YES"), ("ບໍ່ມີແລ້ວ", "NO"), ("ເລີ່ມແລ້ວ", ""), ("ກັບແລ້ວ", ""), ("ອອກແລ້ວ", ""), ("ຢຸດແລ້ວ", ""),
        ("ຢຸດສົ່ງແລ້ວ", ""), ("kap leo", ""), ("ออกแล้ว", ""), ("tsum lawm", ""),
        # thanks
        ("ok thanks", "YES"), ("ບໍ່ ຂອບໃຈ", "NO"), ("1 thanks", "D1"), ("stop, thanks", "STOP"), ("thanks", ""),
        # twice, in two languages, and joined
        ("yes yes", "YES"), ("yes ແມ່ນ", "YES"), ("no ບໍ່", "NO"), ("ha ha", ""), ("1 1", ""), ("5 5 5", ""),
        ("yes or no", "YES NO"), ("1 or 2", "D1 D2"), ("1 ຫຼື 2", "D1 D2"), ("1 or", ""), ("or 1", ""), ("1 and 1", ""),
        ("one 1", "D1"), ("ໜຶ່ງ 1", "D1"), ("1 ໑", ""), ("one 2", "D1 D2"),
        ("stop now", "STOP"), ("exit now", "EXIT"), ("right now", ""), ("not now", ""),
        # a polite "no" is no border
        ("bor der", "NO"),
    ],
)  # fmt: skip
def test_what_may_stand_around_a_word_that_acts(text: str, intents: str) -> None:
    assert LEXICON.whole(text) == frozenset(intents.split())


ACTING = [
    form for form in shipped_vocabulary().forms if form.role == "form" and LEXICON.class_of(form.intent) in EXACT_ONLY
]
ELSEWHERE = (
    "WORK: {forms: ['%s']}",
    "BEATEN: {asks: ['%s']}",
    "NO_SUCH: {blockers: ['%s']}",
    "_words: {labels: ['%s']}",
)


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_no_shipped_word_that_acts_can_be_given_a_second_meaning(elsewhere: str) -> None:
    """Also where the second is spelt with other marks, capitals or spaces."""
    intents = "WORK: {class: topic}\nBEATEN: {class: signal}\nNO_SUCH: {class: topic}\n"
    acting = "".join(f"{name}: {{class: exact}}\n" for name in {form.intent for form in ACTING})
    for form in ACTING:
        second = form.shown.upper().replace(" ", "  ").replace("ໝ", "ຫມ").replace("ຫຼ", "ຫລ")
        files = {"a": f"{form.intent}: {{forms: ['{form.shown}']}}\n", "b": elsewhere % second + "\n"}
        with pytest.raises(ContentRefused) as refused:
            read_vocabulary(read(intents + acting, "i.yaml"), {name: read(text, name) for name, text in files.items()})
        assert [finding.code for finding in refused.value.findings] == ["E031"], form
