"""Lao in Latin letters: one skeleton for many spellings, and near misses only when they are lonely."""

import pytest

from gateway.text import karaoke


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("viak", "wiek"),
        ("khomoun", "komoon"),
        ("potphai", "podphai"),
        ("xaidaen", "saiden"),
        ("ngern", "ngoen"),
        ("tamruat", "tamluad"),
        ("luksao", "looksao"),
        ("naijang", "naichang"),
        ("muang", "mouang"),
        ("gap", "kap"),
        ("toh", "tho"),
        ("khwam", "khouam"),
        ("leo", "laew"),
        ("tjet", "chet"),
    ],
)
def test_romanised_spellings_share_a_skeleton(one: str, other: str) -> None:
    assert karaoke.skeleton(one) == karaoke.skeleton(other)


@pytest.mark.parametrize(("one", "other"), [("ngam", "nam"), ("nang", "nak"), ("duan", "deuan"), ("hai", "tai")])
def test_words_of_other_sounds_stay_apart(one: str, other: str) -> None:
    assert karaoke.skeleton(one) != karaoke.skeleton(other)


def test_a_near_miss_is_only_named_when_nothing_else_is_near() -> None:
    forms = {"passport": frozenset({"P"}), "passpart": frozenset({"Q"}), "flood": frozenset({"F"})}
    assert karaoke.nearest("flodo", forms, ()) == "flood"
    assert karaoke.nearest("floods", forms, ("floods",)) is None
    assert karaoke.nearest("passpxrt", forms, ()) is None
    assert karaoke.nearest("floo", forms, ()) is None
