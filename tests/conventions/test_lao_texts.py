"""Every Lao word that a villager or an officer reads stands in a dictionary, or in a short list that says why not."""

import re
from collections.abc import Iterator
from functools import cache
from importlib import metadata
from pathlib import Path

import pytest

from gateway.content.files import read_sources
from gateway.text import lao

ROOT = Path(__file__).resolve().parent.parent.parent
ALLOWED = {
    "ສຸກສາລາ": "the health centre of a village, as its sign says; the dictionaries hold only its halves",
}
RUN = re.compile("[\u0e80-\u0ecf\u0edc-\u0edf]+")
LISTS = ("Lao-Dictionary.txt", "lo_spellcheck_dict.txt", "lao-wannaphong.txt", "wiktionary-20210720.txt")


@cache
def dictionary() -> frozenset[str]:
    """Return the words of LaoNLP's lists, folded so that two ways of typing one word are one."""
    files = {file.name: file.locate() for file in metadata.files("laonlp") or () if file.parent.name == "corpus"}
    lines = (line for name in LISTS for line in Path(files[name]).read_text("utf-8-sig").splitlines())
    return frozenset(word for line in lines if len(word := lao.key(line)) > 1 and not line.startswith("#"))


def texts() -> Iterator[tuple[str, str]]:
    """Yield (where, text) of everything that messages/lo says."""
    for message_id, message in sorted(read_sources(ROOT).messages["lo"].items()):
        for variant in ("text", "neutral", "ussd", "retry", "without_directory"):
            text = getattr(message, variant)
            if text is not None:
                yield f"{message_id} {variant}", text


def strangers(run: str, words: frozenset[str]) -> str:
    """Return what is left of a run of Lao letters where no row of known words covers it, or nothing.

    No word begins or ends between a letter and its vowels or tones, and none is a single letter.
    """
    pieces = [lao.key(piece) for piece in lao.clusters(run)]
    reached = {0}
    for start in range(len(pieces)):
        if start in reached:
            reached |= {end for end in range(start + 1, len(pieces) + 1) if "".join(pieces[start:end]) in words}
    return "" if len(pieces) in reached else "".join(pieces[max(reached) :])


def test_every_word_is_known() -> None:
    words = dictionary() | {lao.key(word) for word in ALLOWED}
    runs = [(where, run) for where, text in texts() for run in RUN.findall(text)]
    unknown = [f"{where}: {run} from ...{rest}" for where, run in runs if (rest := strangers(run, words))]
    assert not unknown, "\n".join(unknown)


def test_the_short_list_holds_only_what_is_said_and_unknown() -> None:
    said = "".join(text for _, text in texts())
    assert [word for word in ALLOWED if word not in said or lao.key(word) in dictionary()] == []


@pytest.mark.parametrize("run", ["ປະເທດດດ", "ບລິສັດ", "ຂໍ້ຄວວາມ", "ໂທລະສັບບ"])
def test_a_misspelt_word_is_found(run: str) -> None:
    assert strangers(run, dictionary())


def test_every_text_for_a_villager_waits_in_the_review_list_as_it_stands() -> None:
    listed = (ROOT / "messages" / "review.md").read_text("utf-8")
    cells = {cell.strip() for line in listed.splitlines() for cell in line.split("|")}
    assert [where for where, text in texts() if text not in cells and not where.startswith("officer.")] == []
