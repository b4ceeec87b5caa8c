"""Agencies: the words officers use for them, and who may check whom."""

import pytest

from gateway.directory.agency import AGENCIES, agency, agency_for_word, may_check
from gateway.errors import Defect


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("police", "police"),
        ("WOMEN", "women_union"),
        ("labour", "labour"),
        ("child", "child"),
        ("health", "health"),
        ("king", None),
        ("", None),
    ],
)
def test_the_words_after_refer(word: str, code: str | None) -> None:
    assert agency_for_word(word) == code


def test_codes_are_their_own_keys_and_houses_exist() -> None:
    assert all(entry.code == code and entry.house in AGENCIES for code, entry in AGENCIES.items())


def test_two_desks_under_one_roof_are_no_second_pair_of_eyes() -> None:
    assert may_check("women_union", "police")
    assert not may_check("labour", "child")
    assert not may_check("police", "police")


def test_an_unknown_agency_is_a_defect() -> None:
    with pytest.raises(Defect):
        agency("ministry_of_silly_walks")
