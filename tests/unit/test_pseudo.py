"""Invented languages: longer or taller, placeholders whole, and the strict loader reads them."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.content.pseudo import LANGUAGES, longer, pseudo_files, taller
from gateway.content.translations import translatable
from gateway.strict_yaml import read
from gateway.text.catalogue import parse_messages, placeholders
from gateway.text.segments import encoding_of
from tests.unit.talking import ROOT


@settings(deadline=None)
@given(st.text("abc XYZ,.?", min_size=5, max_size=100))
def test_longer_is_two_fifths_longer_and_stays_in_the_alphabet_of_the_network(text: str) -> None:
    assert len(longer(text)) >= round(len(text) * 1.4) and encoding_of(longer(text)) == "gsm7"


@pytest.mark.parametrize("speak", LANGUAGES.values(), ids=list(LANGUAGES))
@settings(deadline=None)
@given(text=st.text("ab {}", max_size=30), name=st.sampled_from(["place", "directory.emergency"]))
def test_placeholders_stay_whole(speak: Callable[[str], str], text: str, name: str) -> None:
    plain = text.replace("{", "").replace("}", "")
    assert placeholders(speak(f"{plain}{{{name}}}{plain}")) == (name,)


def test_taller_stacks_a_tone_on_a_vowel() -> None:
    assert taller("Go home, now") == "ກີ່ ນ້ຳຊື້, ປູ່ຫຼິ້"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_shipped_text_is_spoken(language: str) -> None:
    sheet = translatable(ROOT, language)
    files = pseudo_files(sheet, LANGUAGES[language])
    spoken = {
        message_id
        for name, text in files.items()
        for message_id in parse_messages(name.removesuffix(".yaml"), read(text, name))
    }
    assert spoken == {row.message_id for row in sheet.rows}
