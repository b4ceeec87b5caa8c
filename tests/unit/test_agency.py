"""Agencies: the words officers use for them, and who may check whom."""

import pytest

from gateway.directory.agency import ROUTED, agencies, agency, agency_for_word, may_check
from gateway.directory.agency_file import parse_agencies
from gateway.errors import ContentRefused, Defect
from gateway.strict_yaml import read


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
    assert all(entry.code == code and entry.house in agencies() for code, entry in agencies().items())


def test_two_desks_under_one_roof_are_no_second_pair_of_eyes() -> None:
    assert may_check("women_union", "police")
    assert not may_check("labour", "child")
    assert not may_check("police", "police")


def test_an_unknown_agency_is_a_defect() -> None:
    with pytest.raises(Defect):
        agency("ministry_of_silly_walks")


NEW = """
- code: social_fund
  house: labour
  refer: fund
  names: {lo: "ກອງທຶນ", en: "Social fund"}
"""


def test_an_agency_is_added_by_an_entry_of_the_file() -> None:
    added = parse_agencies(read(NEW, "agencies.yaml"), frozenset())["social_fund"]
    assert (added.house, added.word, added.names["en"]) == ("labour", "fund", "Social fund")
    assert ROUTED <= agencies().keys() and agencies()["village"].word is None


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("house: labour", 1, "a list of agencies"),
        ("- fund", 1, "named fields"),
        (NEW.replace("refer: fund", "phone: fund"), 2, "unknown field 'phone'"),
        (NEW.replace("  house: labour\n", ""), 2, "'house' is missing"),
        (NEW.replace("social_fund", "Social fund"), 2, "'code' is written in small letters"),
        (NEW.replace("refer: fund", "refer: [fund]"), 4, "'refer' is written in small letters"),
        (NEW.replace('lo: "ກອງທຶນ", ', ""), 5, "'names' has lo and en"),
        (NEW.replace('"Social fund"', '" "'), 5, "a name is empty"),
        (NEW + NEW, 7, "'social_fund' stands twice"),
        (NEW + NEW.replace("social_fund", "other_fund"), 7, "referred to as 'fund'"),
        (NEW, 2, "'police' is missing"),
    ],
)
def test_a_fault_of_the_file_is_named_with_its_line(text: str, line: int, said: str) -> None:
    routed = frozenset({"police"}) if "police" in said else frozenset()
    with pytest.raises(ContentRefused) as refused:
        parse_agencies(read(text, "agencies.yaml"), routed)
    (finding,) = refused.value.findings
    assert (finding.line, finding.code) == (line, "H002") and said in finding.message
