"""Lao writing: one key a word, digits of every script, clusters that are never cut."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gateway.text import lao

LAO_LETTERS = "ກຂຄງຈສຊຍດຕຖທນບປຜຝພຟມຢຣລວຫອຮເແໂໃໄະາຳຽິີຶືຸູົັຼໍ່້໊໋໌ໆໜໝ"
lao_text = st.text(alphabet=LAO_LETTERS + " \u200b1໑a", max_size=60)


def test_the_three_spellings_of_water_are_one_word() -> None:
    assert len({lao.key(word) for word in ("ນ້ຳ", "ນໍ້າ", "ນ້ໍາ")}) == 1


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ເເມ່", "ແມ່"),  # two keys for one vowel
        ("ຫຼາຍ", "ຫລາຍ"),
        ("ໝູ່", "ຫມູ່"),
        ("ແມ່ນໆ", "ແມ່ນ"),
        ("ຊ\u200b່ວຍ", "ຊ່ວຍ"),
        ("ก้ำ", "กํ้า"),
        ("ＳＴＯＰ", "stop"),
        ("  Two \n words ", "two words"),
    ],
)
def test_spellings_that_look_alike_compare_equal(typed: str, meant: str) -> None:
    assert lao.key(typed) == lao.key(meant)


@pytest.mark.parametrize(("one", "other"), [("ໜີ້", "ໜີ"), ("ບໍ່", "ບໍ"), ("ຫ້າ", "ຫາ")])
def test_tones_keep_words_apart_and_only_the_loose_fold_drops_them(one: str, other: str) -> None:
    assert lao.key(one) != lao.key(other)
    assert lao.loose(one) == lao.loose(other)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("ໃປໄທ", "ໄປໄທ"), ("ລິບ", "ລີບ"), ("ຢຸດ", "ຢູດ"), ("ຕຳຣວດ", "ຕຳຫຼວດ"), ("ຕຳລວດ", "ຕຳຫລວດ"), ("ตำหลวด", "ตำรวด")],
)
def test_letters_of_one_sound_are_told_apart_by_the_key_and_not_by_ear(typed: str, meant: str) -> None:
    assert lao.key(typed) != lao.key(meant)
    assert lao.heard(typed) == lao.heard(meant)


@pytest.mark.parametrize("typed", ["12", "໑໒", "๑๒", "１２", "①②", "❶❷", "1️⃣2️⃣", "១២", "١٢"])
def test_digits_of_every_script_count(typed: str) -> None:
    assert lao.ascii_digits(typed) == "12"
    assert lao.key(typed) == "12"


@given(st.text(max_size=40))
@example("ŉ\u200dǰ")
def test_folding_twice_changes_nothing(text: str) -> None:
    assert lao.key(lao.key(text)) == lao.key(text)
    assert lao.loose(lao.loose(text)) == lao.loose(text)
    assert lao.heard(lao.heard(text)) == lao.heard(text)


@given(lao_text)
def test_decomposed_and_composed_text_have_one_key(text: str) -> None:
    assert lao.key(unicodedata.normalize("NFD", text)) == lao.key(text)


@given(st.one_of(st.text(max_size=60), lao_text))
def test_clusters_and_syllables_lose_nothing(text: str) -> None:
    clusters, syllables = lao.clusters(text), lao.syllables(text)
    assert "".join(clusters) == text
    assert "".join(syllables) == text
    ends = {len("".join(clusters[:count])) for count in range(len(clusters) + 1)}
    assert all(len("".join(syllables[:count])) in ends for count in range(len(syllables) + 1))


@given(lao_text)
def test_no_cluster_begins_with_a_mark_unless_the_text_does(text: str) -> None:
    pieces = lao.clusters(text.replace("\u200b", ""))
    assert not any(unicodedata.category(piece[0]) == "Mn" for piece in pieces[1:])


@pytest.mark.parametrize(
    ("sentence", "cut"),
    [
        ("ຕອນນີ້ມີຄົນຕົກຢູ່ໃນອັນຕະລາຍບໍ", "ຕອນ ນີ້ ມີ ຄົນ ຕົກ ຢູ່ ໃນ ອັນ ຕະ ລາຍ ບໍ"),
        ("ສະບາຍດີຄວາມປອດໄພ", "ສະ ບາຍ ດີ ຄວາມ ປອດ ໄພ"),
        ("ຫວຽດນາມ", "ຫວຽດ ນາມ"),
    ],
)
def test_a_line_breaks_between_syllables(sentence: str, cut: str) -> None:
    assert lao.syllables(sentence) == cut.split()
