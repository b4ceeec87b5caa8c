"""SMS parts: the right alphabet, the right count, no letter ever cut in two."""

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.text import lao, segments
from gateway.text.segments import Measure

GSM7 = segments._BASIC + segments._EXTENSION
gsm_text = st.text(alphabet=GSM7, max_size=600)
mixed_text = st.text(alphabet="ກຂຄງຊນບມລວເແໂໄາຳິີຸູົັ່້ \u200bab1é€{😀👨‍👩‍👧", max_size=300)


@pytest.mark.parametrize(
    ("text", "measured"),
    [
        ("", Measure("gsm7", 0, 0)),
        ("a" * 160, Measure("gsm7", 160, 1)),
        ("a" * 161, Measure("gsm7", 161, 2)),
        ("€" * 80, Measure("gsm7", 160, 1)),
        ("a" * 152 + "€" + "a" * 152, Measure("gsm7", 306, 3)),  # not ceil(306 / 153)
        ("§", Measure("gsm7", 1, 1)),
        ("ç", Measure("ucs2", 1, 1)),
        ("Ç", Measure("gsm7", 1, 1)),
        ("a\tb", Measure("ucs2", 3, 1)),
        ("ກ" * 70, Measure("ucs2", 70, 1)),
        ("ກ" * 71, Measure("ucs2", 71, 2)),
        ("😀" * 35, Measure("ucs2", 70, 1)),
        ("ກ\u200bກ", Measure("ucs2", 2, 1)),
    ],
)
def test_texts_cost_what_the_network_charges(text: str, measured: Measure) -> None:
    assert segments.measure(text) == measured


@given(st.one_of(gsm_text, mixed_text))
@settings(max_examples=300)
def test_parts_hold_the_whole_text_within_their_size(text: str) -> None:
    parts = segments.split(text)
    measured = segments.measure(text)
    assert "".join(parts) == text.replace("\u200b", "")
    assert len(parts) == measured.segments
    limit = {"gsm7": 160, "ucs2": 70} if len(parts) < 2 else {"gsm7": 153, "ucs2": 67}
    assert all(0 < segments.units(part, measured.encoding) <= limit[measured.encoding] for part in parts)


@given(mixed_text)
@settings(max_examples=300)
def test_no_part_begins_inside_a_cluster_or_a_grapheme(text: str) -> None:
    parts = segments.split(text)
    whole = "".join(parts)
    for pieces in (lao.clusters(whole), regex.findall(r"\X", whole)):
        if any(segments.units(piece, "ucs2") > 67 for piece in pieces):
            return  # a pile of marks longer than a part has to come apart
        ends = {len("".join(pieces[:count])) for count in range(len(pieces) + 1)}
        assert all(len("".join(parts[:count])) in ends for count in range(len(parts)))


@given(gsm_text)
def test_gsm7_parts_are_counted_as_phones_count_them(text: str) -> None:
    if segments.units(text, "gsm7") <= 160 or "\r" in text:
        return
    count, used = 1, 0
    for character in text:
        size = segments.units(character, "gsm7")
        count, used = (count + 1, size) if used + size > 153 else (count, used + size)
    assert segments.measure(text).segments == count


def test_a_cut_prefers_the_end_of_a_word_where_that_costs_nothing() -> None:
    text = "a" * 148 + " " + "b" * 40
    assert segments.split(text) == ("a" * 148 + " ", "b" * 40)
    lao_words = "ກ" * 60 + "\u200b" + "ຂ" * 20
    assert segments.split(lao_words) == ("ກ" * 60, "ຂ" * 20)


def test_a_word_end_is_given_up_where_it_would_cost_a_part() -> None:
    text = "a" * 148 + " " + "b" * 157
    assert segments.split(text) == ("a" * 148 + " bbbb", "b" * 153)


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("“It’s fine” – really…", '"It\'s fine" - really...'),
        ("a\u00a0b\tc", "a b c"),
        ("ກ\u200bຂ “ຄ”", "ກຂ “ຄ”"),  # nothing is gained in Lao
        ("façade – x", "façade – x"),  # a letter keeps it UCS-2
        ("a\x1bb\ufeff", "ab"),
    ],
)
def test_punctuation_is_plain_only_where_that_makes_the_text_gsm7(written: str, sent: str) -> None:
    assert segments.tidy(written) == sent


@given(st.one_of(gsm_text, mixed_text))
def test_tidying_twice_changes_nothing_and_never_costs_more(text: str) -> None:
    tidied = segments.tidy(text)
    assert segments.tidy(tidied) == tidied
    assert segments.measure(tidied).segments <= segments.measure(text).segments


@pytest.mark.parametrize(
    ("text", "alphabet"),
    [("`", "ucs2"), ("á", "ucs2"), ("ʔɔɛ", "ucs2"), ("Koj puas nyob nyab xeeb?", "gsm7"), ("[~]|\f", "gsm7")],
)
def test_alphabets(text: str, alphabet: str) -> None:
    assert segments.encoding_of(text) == alphabet
