"""How a message is typed does not change what it means: invisible marks, mark order, digits, politeness, capitals."""

import re
import unicodedata
from collections.abc import Callable
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.text import lao
from gateway.text.lexicon import Reading
from tests.understanding.corpus import everyday, is_right, labelled, shipped_lexicon

LEXICON = shipped_lexicon()
MESSAGES = (*labelled(), *everyday())
written = st.sampled_from(MESSAGES)

POLITE = {
    "lao": ("ແດ່", "ເດີ້", "ເນາະ"), "romanised": ("der", "dae"), "hmong": ("os", "nawb"), "english": ("please", "pls"),
    "thai": ("ครับ", "ค่ะ", "นะคะ"), "mixed": ("please", "ເດີ້"), "digits": ("please", "ເດີ້", "os"),
    "symbols": ("please",),
}  # fmt: skip
INVISIBLE = ("\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad")
MARK_RUN = re.compile(f"[{lao.MARKS}]{{2,}}")
TONE_BEFORE_AM = re.compile("([\u0ec8-\u0ecb])\u0eb3")

# Two ways to write one sound, both common: what is written first, and what stands for it in other people's texts.
KARAOKE = (
    (r"\bs", "x"), (r"(?<![aeiou])u(?![aeiou])", "ou"), (r"(?<![aeiou])u(?![aeiou])", "oo"), ("ae", "e"),
    (r"or\b", "o"), ("ee", "i"), (r"i\b", "y"), (r"p\b", "b"), (r"t\b", "d"), (r"\bl", "r"), ("v", "w"), ("kh", "k"),
    ("ph", "p"), ("th", "t"), ("j", "ch"), (r"(?<![aeiou])a(?![aeiou])", "aa"),
)  # fmt: skip


def in_digits(script: str) -> Callable[[str], str]:
    return lambda text: text.translate(str.maketrans("0123456789", script))


def in_form(form: Literal["NFKC", "NFKD"]) -> Callable[[str], str]:
    return lambda text: unicodedata.normalize(form, text)


CHANGES: dict[str, Callable[[str], str]] = {
    "marks the other way round": lambda text: MARK_RUN.sub(lambda run: run.group()[::-1], text),
    "tone inside sara am": lambda text: TONE_BEFORE_AM.sub("\u0ecd\\1\u0eb2", text),
    "two e for one ae": lambda text: text.replace("ແ", "ເເ").replace("แ", "เเ"),
    "ho and lo in two letters": lambda text: text.replace("ຫຼ", "ຫລ").replace("ໝ", "ຫມ").replace("ໜ", "ຫນ"),
    "Lao digits": in_digits("໐໑໒໓໔໕໖໗໘໙"),
    "Thai digits": in_digits("๐๑๒๓๔๕๖๗๘๙"),
    "full width digits": in_digits("０１２３４５６７８９"),
    "Arabic digits": in_digits("٠١٢٣٤٥٦٧٨٩"),
    "Khmer digits": in_digits("០១២៣៤៥៦៧៨៩"),
    "capitals": str.upper,
    "other capitals": str.swapcase,
    "full width letters": lambda text: "".join(chr(ord(c) + 0xFEE0) if "a" <= c <= "z" else c for c in text),
    "compatibility composed": in_form("NFKC"),
    "compatibility decomposed": in_form("NFKD"),
    "spaces around": lambda text: f"  {text} \n",
    "quotes around": lambda text: f"«{text}»",
}


def read_fully(text: str) -> tuple[Reading, frozenset[str]]:
    return LEXICON.read(text), LEXICON.words(text)


AS_WRITTEN = {message.text: read_fully(message.text) for message in MESSAGES}


@pytest.mark.parametrize("name", CHANGES)
def test_every_message_reads_the_same_however_it_is_typed(name: str) -> None:
    changed = {text: CHANGES[name](text) for text in AS_WRITTEN}
    assert any(text != typed for text, typed in changed.items())
    assert [typed for text, typed in changed.items() if read_fully(typed) != AS_WRITTEN[text]] == []


def test_a_polite_word_at_the_end_changes_nothing() -> None:
    """A longer form may be the evidence (ຊ່ວຍແດ່ for ຊ່ວຍ); what the message does stays."""
    for message in MESSAGES:
        reading, words = AS_WRITTEN[message.text]
        for polite in POLITE[message.writing]:
            typed = f"{message.text} {polite}"
            read, said = read_fully(typed)
            meant = (reading.kind, reading.primary, reading.intents, words)
            assert (read.kind, read.primary, read.intents, said) == meant, typed


def test_romanised_signals_and_topics_are_found_by_their_sound() -> None:
    """At least 97 of 100 other spellings; help, stop, yes, no and digits are exact on purpose."""
    spoken = [
        message
        for message in labelled()
        if message.writing == "romanised"
        and all(name in LEXICON.intents and LEXICON.class_of(name) in ("signal", "topic") for name in message.expect)
    ]
    respelled = [
        (message, typed)
        for message in spoken
        for sound, other in KARAOKE
        if (typed := re.sub(sound, other, message.text)) != message.text
    ]
    missed = [typed for message, typed in respelled if not is_right(message, LEXICON.read(typed))]
    assert len(respelled) >= 300
    assert len(missed) <= 0.03 * len(respelled), missed


@given(
    written.map(lambda message: message.text),
    st.lists(st.tuples(st.floats(0, 1), st.sampled_from(INVISIBLE)), max_size=5),
)
@settings(max_examples=400, deadline=None)
def test_invisible_marks_anywhere_change_nothing(text: str, marks: list[tuple[float, str]]) -> None:
    typed = text
    for share, mark in marks:
        at = int(share * len(typed))
        typed = typed[:at] + mark + typed[at:]
    assert read_fully(typed) == AS_WRITTEN[text], typed


@given(st.lists(written, min_size=2, max_size=4).map(lambda drawn: [message.text for message in drawn]))
@settings(max_examples=400, deadline=None)
def test_messages_run_together_mean_nothing_that_none_of_them_means(texts: list[str]) -> None:
    """Sentences one after the other become no order by chance; several answers are asked back."""
    joined = LEXICON.whole(" ".join(texts))
    assert joined <= frozenset().union(*(LEXICON.whole(text) for text in texts)) | {"STOP"}
