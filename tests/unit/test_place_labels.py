"""Names of places as they are shown: by language, and so that namesakes differ."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import Defect
from gateway.geography.shipped import shipped

GAZETTEER = shipped()


def test_labels_for_menus_fall_back_by_language() -> None:
    place = GAZETTEER.by_code("LA1401")
    assert place is not None
    labels = [GAZETTEER.label(place, language) for language in ("lo", "en", "lo-Latn", "hmn", "kjg", "xx")]
    assert labels == ["ສາລະວັນ", "Saravane", "Saravane", "ສາລະວັນ", "ສາລະວັນ", "Saravane"]


@pytest.mark.parametrize(
    ("code", "lao_label", "english"),
    [
        ("LA14", "ແຂວງ ສາລະວັນ", "Saravane province"),
        ("LA1401", "ເມືອງ ສາລະວັນ, ສາລະວັນ", "Saravane district, Saravane"),
        ("LA1701", "ເມືອງ ໄຊເສດຖາ, ອັດຕະປື", "Xaysetha district, Attapeu"),
        ("LA01", "ນະຄອນຫຼວງວຽງຈັນ", "Vientiane Capital"),
        ("LA10", "ແຂວງ ວຽງຈັນ", "Vientiane Province"),
    ],
)
def test_full_labels_tell_namesakes_apart(code: str, lao_label: str, english: str) -> None:
    place = GAZETTEER.by_code(code)
    assert place is not None
    assert (GAZETTEER.full_label(place, "lo"), GAZETTEER.full_label(place, "en")) == (lao_label, english)


def test_full_labels_of_every_question_differ() -> None:
    for name in ("ໄຊເສດຖາ", "ວຽງຄຳ", "ໂພນທອງ", "ສາລະວັນ", "ວຽງຈັນ", "Vientiane"):
        places = GAZETTEER.read(name).places
        for language in ("lo", "en", "lo-Latn", "hmn"):
            assert len({GAZETTEER.full_label(place, language) for place in places}) == len(places) > 1


def test_places_know_their_province_and_region() -> None:
    place = GAZETTEER.by_code("LA1703")
    assert place is not None and (place.province, place.region, place.level) == ("LA17", "south", "district")
    province = GAZETTEER.by_code("LA17")
    assert province is not None and (province.province, province.point) == ("LA17", None)
    with pytest.raises(Defect):
        GAZETTEER.label(replace(province, code="LA99"), "lo")
    assert GAZETTEER.by_code("LA99") is None and GAZETTEER.by_code("") is None


NAMES = [
    place.names[language] for place in (*GAZETTEER.provinces(), *GAZETTEER.districts()) for language in ("lo", "en")
]


@given(st.lists(st.sampled_from(NAMES + ["ເມືອງ", "ແຂວງ", "muang", "district", "ຢູ່"]), max_size=8))
def test_any_mix_of_names_is_read_without_error(words: list[str]) -> None:
    assert len(GAZETTEER.read(" ".join(words)).places) <= 6
    assert len(GAZETTEER.read("".join(words)).places) <= 6
