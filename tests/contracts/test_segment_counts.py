"""Our count of SMS parts against npm's sms-segments-calculator: equal, except where we keep a Lao cluster whole."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

import pytest

from gateway.text import lao, segments
from tests.doubles.node_packages import FOLDER, answers

pytestmark = [pytest.mark.needs("sms-segments-calculator"), pytest.mark.slow, pytest.mark.xdist_group("segments")]

STRINGS = 10_000
BASIC, EXTENSION = segments._BASIC, segments._EXTENSION
CONSONANTS, ABOVE, TONES = "ກຂຄງຈສຊຍດຕຖທນບປຜຝພຟມຢຣລວຫອຮໜໝ", "ິີຶືັົໍ", "່້໊໋"
EMOJI = ("😀", "🙏🏽", "👩‍🌾", "👨‍👩‍👧", "🇱🇦", "☎️", "1️⃣", "⚠")
NAMES = {"gsm7": "GSM-7", "ucs2": "UCS-2"}


def gsm(dice: random.Random, size: int) -> str:
    return "".join(dice.choices(BASIC, k=size))


def extended(dice: random.Random, size: int) -> str:
    return "".join(dice.choice(EXTENSION if dice.random() < 0.3 else BASIC) for _ in range(size))


def syllable(dice: random.Random) -> str:
    """Return a Lao syllable as it is written: leading vowel, consonant, marks, final."""
    sign = dice.choice(("", "", "ເ", "ແ", "ໂ", "ໃ", "ໄ")) + dice.choice(CONSONANTS)
    sign += dice.choice(("", "", dice.choice(ABOVE), "ຸ", "ູ")) + dice.choice(("", "", dice.choice(TONES)))
    return sign + dice.choice(("", "", "າ", "ະ", "ຳ", dice.choice("ກງຍດນບມວ")))


def lao_text(dice: random.Random, size: int) -> str:
    return "".join(syllable(dice) + dice.choice(("", "", "", " ")) for _ in range(size // 3))


def any_lao(dice: random.Random, size: int) -> str:
    return "".join(dice.choice("ກຂລຫອເແໂໃໄາຳະຽິີຸູົັໍ່້໌ໆ໐໙ຼ") for _ in range(size))


def emoji(dice: random.Random, size: int) -> str:
    return "".join(dice.choice(EMOJI) if dice.random() < 0.5 else dice.choice("ab c") for _ in range(size // 2))


def mixed(dice: random.Random, size: int) -> str:
    pieces = (gsm, extended, lao_text, emoji)
    return "".join(dice.choice(pieces)(dice, dice.randint(1, 30)) for _ in range(size // 25 + 1))


KINDS: tuple[Callable[[random.Random, int], str], ...] = (gsm, extended, lao_text, any_lao, emoji, mixed)


@dataclass(frozen=True, slots=True)
class Counted:
    """One text, as we count it and as the calculator does, which also says where it cuts."""

    text: str
    ours: segments.Measure
    encoding: str
    units: int
    parts: tuple[str, ...]


@cache
def counted() -> tuple[Counted, ...]:
    """Return the same strings in every run, each counted twice; half of them end near the border of a part."""
    dice = random.Random(20261126)
    texts = []
    for number in range(STRINGS):
        border = dice.choice((70, 134, 160, 201, 306, 459))
        size = dice.randint(border - 6, border + 6) if number % 2 else dice.randint(1, 480)
        texts.append(KINDS[number % len(KINDS)](dice, size) or "a")
    found = answers("count_segments.js", texts)
    return tuple(
        Counted(text, segments.measure(text), row["encoding"], row["units"], tuple(row["parts"]))
        for text, row in zip(texts, found, strict=True)
    )


@cache
def cut_clusters(row: Counted) -> tuple[str, ...]:
    """Return the Lao clusters that the calculator's parts cut in two."""
    cuts = set(accumulate(len(part) for part in row.parts))
    cut, start = [], 0
    for cluster in lao.clusters(row.text):
        end = start + len(cluster)
        if cuts & set(range(start + 1, end)) and any("\u0e80" <= sign <= "\u0eff" for sign in cluster):
            cut.append(cluster)
        start = end
    return tuple(cut)


def test_alphabet_and_units_are_the_same_everywhere() -> None:
    differing = [
        row.text for row in counted() if (NAMES[row.ours.encoding], row.ours.units) != (row.encoding, row.units)
    ]
    assert not differing


def test_the_calculator_loses_no_sign() -> None:
    assert all("".join(row.parts) == row.text for row in counted())


def test_parts_are_as_many_except_where_a_lao_cluster_is_kept_whole() -> None:
    differing = [row for row in counted() if row.ours.segments != len(row.parts)]
    assert not [row.text for row in differing if not cut_clusters(row)], "differs though no Lao cluster is cut"
    assert all(row.ours.segments == len(row.parts) + 1 for row in differing), "a whole cluster costs one part at most"


def test_the_differences_are_told_with_their_number() -> None:
    differing = [row for row in counted() if row.ours.segments != len(row.parts)]
    cut = [row for row in counted() if cut_clusters(row)]
    told = f"{STRINGS - len(differing):,} of {STRINGS:,} strings have as many parts; {len(differing)} have one more"
    readme = " ".join((FOLDER / "README.md").read_text("utf-8").split())
    assert told in readme and f"cut in {len(cut):,}" in readme, (told, len(cut))


@pytest.mark.parametrize("text", ["", "\u200b"])
def test_nothing_to_send_is_no_part_for_us_and_one_for_the_calculator(text: str) -> None:
    [row] = answers("count_segments.js", [text.replace("\u200b", "")])
    assert segments.measure(text).segments == 0 and len(row["parts"]) == 1
