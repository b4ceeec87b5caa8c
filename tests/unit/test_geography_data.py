"""The place tables: whole, unique, in Lao script, inside the country, and what is doubled on purpose."""

import csv
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from importlib import resources

import pytest

from gateway.errors import ContentRefused
from gateway.geography.gazetteer import REGIONS, Gazetteer
from gateway.geography.shipped import shipped
from gateway.text import lao

DISTRICTS_PER_PROVINCE = [9, 7, 5, 7, 5, 12, 10, 11, 7, 11, 7, 10, 15, 8, 4, 10, 5, 5]
LAO_ONLY = re.compile(r"[\u0e80-\u0eff |]*")


def table(name: str) -> str:
    return (resources.files("gateway.geography") / "data" / name).read_text(encoding="utf-8")


def rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(table(name).splitlines()))


PROVINCES, DISTRICTS, WORDS = rows("provinces.csv"), rows("districts.csv"), rows("words.csv")


def lao_cells() -> Iterator[str]:
    for row in (*PROVINCES, *DISTRICTS):
        yield from (cell for column, cell in row.items() if column.endswith("_lo"))


def test_eighteen_provinces_and_148_districts_no_code_twice() -> None:
    codes = [row["province_code"] for row in PROVINCES] + [row["district_code"] for row in DISTRICTS]
    assert (len(PROVINCES), len(DISTRICTS)) == (18, 148)
    assert len(set(codes)) == 166


def test_districts_per_province() -> None:
    counted = Counter(row["province_code"] for row in DISTRICTS)
    assert [counted[row["province_code"]] for row in PROVINCES] == DISTRICTS_PER_PROVINCE
    assert [int(row["n_districts"]) for row in PROVINCES] == DISTRICTS_PER_PROVINCE


def test_codes_say_where_a_district_lies() -> None:
    names = {row["province_code"]: (row["province_en"], row["province_lo"]) for row in PROVINCES}
    for row in DISTRICTS:
        assert re.fullmatch(r"LA\d{4}", row["district_code"])
        assert row["district_code"].startswith(row["province_code"])
        assert (row["province_en"], row["province_lo"]) == names[row["province_code"]]


def test_iso_codes_are_unique() -> None:
    assert len({row["iso_3166_2"] for row in PROVINCES}) == 18
    assert all(re.fullmatch(r"LA-[A-Z]{2}", row["iso_3166_2"]) for row in PROVINCES)


def test_three_regions() -> None:
    counted = Counter(row["region"] for row in PROVINCES)
    assert [counted[region] for region in REGIONS] == [7, 7, 4]


def test_lao_cells_hold_lao_script_in_one_normal_form() -> None:
    for cell in lao_cells():
        assert LAO_ONLY.fullmatch(cell), cell
        assert unicodedata.is_normalized("NFC", cell), cell


def test_every_district_lies_in_laos() -> None:
    for row in DISTRICTS:
        assert 100 < float(row["lon"]) < 108 and 13.8 < float(row["lat"]) < 22.6, row["district_code"]


def test_verified_codes_are_counted() -> None:
    assert Counter(row["code_verified"] for row in DISTRICTS) == {"no": 77, "yes": 71}


@pytest.mark.parametrize("fold", [str, lao.key, lao.loose])
def test_three_lao_names_occur_twice_and_no_fold_adds_a_fourth(fold: type[str]) -> None:
    counted = Counter(fold(row["district_lo"]) for row in DISTRICTS)
    assert {name for name, times in counted.items() if times > 1} == {fold(n) for n in ("ໄຊເສດຖາ", "ວຽງຄຳ", "ໂພນທອງ")}


def test_six_districts_bear_their_provinces_name() -> None:
    same = {row["district_code"] for row in DISTRICTS if row["district_lo"] == row["province_lo"]}
    assert same == {"LA0201", "LA0301", "LA0601", "LA0801", "LA1401", "LA1607"}


def test_words_name_only_places_that_exist() -> None:
    places = {row["province_code"] for row in PROVINCES} | {row["district_code"] for row in DISTRICTS}
    for row in WORDS:
        if row["role"] in ("common", "shared", "alias"):
            assert set(row["value"].split("|")) <= places, row
    assert {row["role"] for row in WORDS} == {
        "level_before",
        "level_after",
        "filler",
        "common",
        "shared",
        "alias",
        "label",
    }


def test_the_credit_line_is_shown() -> None:
    assert (
        "Administrative names: National Geographic Department of Lao PDR / OCHA ROAP, via geoBoundaries, CC BY 3.0 IGO."
        in table("README.md")
    )


def test_the_gazetteer_holds_what_the_tables_hold() -> None:
    gazetteer = shipped()
    assert [place.code for place in gazetteer.provinces()] == [row["province_code"] for row in PROVINCES]
    assert {place.code for place in gazetteer.districts()} == {row["district_code"] for row in DISTRICTS}
    assert [len(gazetteer.provinces(region)) for region in REGIONS] == [7, 7, 4]
    assert [len(gazetteer.districts(place.code)) for place in gazetteer.provinces()] == DISTRICTS_PER_PROVINCE


@pytest.mark.parametrize(
    ("name", "old", "new", "line"),
    [
        ("provinces.csv", "LA02,LA-PH", "LA01,LA-PH", 3),
        ("districts.csv", "LA0102", "LA0101", 3),
        ("districts.csv", "LA0102", "LA0202", 3),
        ("districts.csv", "LA01,Vientiane Capital,ນະຄອນຫຼວງວຽງຈັນ,LA0102", "LA99,x,x,LA0102", 3),
        ("districts.csv", ",102.4867,18.0161,no", "", 3),
        ("words.csv", "level_before,province,ແຂວງ", "levle,province,ແຂວງ", 2),
    ],
)
def test_a_damaged_table_is_refused_with_its_line(name: str, old: str, new: str, line: int) -> None:
    texts = {file: table(file) for file in ("provinces.csv", "districts.csv", "words.csv")}
    assert old in texts[name]
    texts[name] = texts[name].replace(old, new, 1)
    with pytest.raises(ContentRefused) as refused:
        Gazetteer.load(texts["provinces.csv"], texts["districts.csv"], texts["words.csv"])
    assert [(finding.file, finding.line) for finding in refused.value.findings] == [(name, line)]


def test_an_alias_of_no_place_is_refused() -> None:
    words = table("words.csv").replace("alias,LA01,", "alias,LA99,", 1)
    with pytest.raises(ContentRefused):
        Gazetteer.load(table("provinces.csv"), table("districts.csv"), words)
