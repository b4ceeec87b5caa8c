"""Places as people write them: by code, by any name in any script, misspelt, doubled; asked about, never guessed."""

import csv
import string
import unicodedata
from collections.abc import Iterator
from importlib import resources
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.geography.place import Level, PlaceReading
from gateway.geography.shipped import shipped
from gateway.text import lao

GAZETTEER = shipped()
LAO_DIGITS = str.maketrans(string.digits, "໐໑໒໓໔໕໖໗໘໙")

# Names that fit more than one place: what the answer must offer, and the question.
AMBIGUOUS = {
    "Xaysetha": ("LA0103 LA1701", "which_province"),
    "ໄຊເສດຖາ": ("LA0103 LA1701", "which_province"),
    "Viengkham": ("LA0610 LA1009", "which_province"),
    "ວຽງຄຳ": ("LA0610 LA1009", "which_province"),
    "Phonthong": ("LA0612 LA1606", "which_province"),
    "ໂພນທອງ": ("LA0612 LA1606", "which_province"),
    "Vientiane": ("LA01 LA10", "which_province"),
    "Viangchan": ("LA01 LA10", "which_province"),
    "Viengchan": ("LA01 LA10", "which_province"),
    "ວຽງຈັນ": ("LA01 LA10", "which_province"),
    "Phongsaly": ("LA02 LA0201", "which_level"),
    "ຜົ້ງສາລີ": ("LA02 LA0201", "which_level"),
    "Luangnamtha": ("LA03 LA0301", "which_level"),
    "ຫຼວງນ້ຳທາ": ("LA03 LA0301", "which_level"),
    "Namtha": ("LA03 LA0301", "which_level"),
    "Luangprabang": ("LA06 LA0601", "which_level"),
    "ຫຼວງພະບາງ": ("LA06 LA0601", "which_level"),
    "Luang Prabang": ("LA06 LA0601", "which_level"),
    "Xayabury": ("LA08 LA0801", "which_level"),
    "ໄຊຍະບູລີ": ("LA08 LA0801", "which_level"),
    "Salavan": ("LA14 LA1401", "which_level"),
    "Sayabouly": ("LA08 LA0801", "which_level"),
    "Saravane": ("LA14 LA1401", "which_level"),
    "ສາລະວັນ": ("LA14 LA1401", "which_level"),
    "Champasack": ("LA16 LA1607", "which_level"),
    "Champasak": ("LA16 LA1607", "which_level"),
    "ຈຳປາສັກ": ("LA16 LA1607", "which_level"),
}


def codes(reading: PlaceReading) -> str:
    return " ".join(place.code for place in reading.places)


def spellings() -> Iterator[tuple[str, str]]:
    """Every name and alias of the tables with its code."""
    data = resources.files("gateway.geography") / "data"
    for table, level in (("provinces.csv", "province"), ("districts.csv", "district")):
        for row in csv.DictReader((data / table).read_text(encoding="utf-8").splitlines()):
            listed = [row[f"{level}_en"], row[f"{level}_lo"], row.get("iso_name", "")]
            listed += row["aliases_en"].split("|") + row.get("aliases_lo", "").split("|")
            yield from ((row[f"{level}_code"], name) for name in dict.fromkeys(filter(None, listed)))


def squeezed(text: str) -> str:
    marks = unicodedata.normalize("NFD", text)
    return "".join(sign for sign in marks if not "\u0300" <= sign <= "\u036f").replace(" ", "").casefold()


SPELLINGS = sorted(set(spellings()))
FITTING = {squeezed(name): set[str]() for _, name in SPELLINGS}
for _code, _name in SPELLINGS:
    FITTING[squeezed(_name)].add(_code)
# A district that bears its province's name shares its province's every spelling.
NAMESAKES = (
    {"LA02", "LA0201"},
    {"LA03", "LA0301"},
    {"LA06", "LA0601"},
    {"LA08", "LA0801"},
    {"LA14", "LA1401"},
    {
        "LA16",
        "LA1607",
    },
)
for _fitting, _pair in product(FITTING.values(), NAMESAKES):
    if _fitting & _pair:
        _fitting |= _pair
for _name, (_codes, _) in AMBIGUOUS.items():
    FITTING.setdefault(squeezed(_name), set()).update(_codes.split())


@pytest.mark.parametrize("code", [place.code for place in GAZETTEER.districts()])
def test_every_district_by_code(code: str) -> None:
    for text in (code, code.lower(), code[2:], code[2:].translate(LAO_DIGITS), f" {code[2:]}. ", f"LA {code[2:]}"):
        reading = GAZETTEER.read(text)
        assert reading.settled is not None and reading.settled.code == code, text


@pytest.mark.parametrize("code", [place.code for place in GAZETTEER.provinces()])
def test_every_province_by_code_but_two_bare_digits_are_confirmed(code: str) -> None:
    settled = GAZETTEER.read(code).settled
    assert settled is not None and settled.code == code
    bare = GAZETTEER.read(code[2:])
    assert (codes(bare), bare.question) == (code, "confirm")


@pytest.mark.parametrize(("code", "name"), SPELLINGS)
def test_every_name_and_alias_in_either_fold(code: str, name: str) -> None:
    fitting = FITTING[squeezed(name)]
    for text in (name, name.upper(), name.replace(" ", ""), lao.key(name), lao.loose(name), f"{name} ເດີ້"):
        reading = GAZETTEER.read(text)
        assert {place.code for place in reading.places} == fitting, text
        assert (reading.question is None) == (len(fitting) == 1), text
        assert code in fitting


@pytest.mark.parametrize(("name", "offered", "question"), [(n, *rest) for n, rest in AMBIGUOUS.items()])
def test_every_ambiguous_name_asks(name: str, offered: str, question: str) -> None:
    reading = GAZETTEER.read(name)
    assert (codes(reading), reading.question) == (offered, question)


READ = [
    # level words
    ("ເມືອງສາລະວັນ", "LA1401", None),
    ("ແຂວງສາລະວັນ", "LA14", None),
    ("khoueng Saravane", "LA14", None),
    ("muang saravane", "LA1401", None),
    ("Saravane district", "LA1401", None),
    ("Saravane Province", "LA14", None),
    ("district of Saravane", "LA14 LA1401", "which_level"),
    ("province Champasack", "LA16", None),
    ("Vientiane province", "LA10", None),
    ("Vientiane Capital", "LA01", None),
    ("ແຂວງວຽງຈັນ", "LA10", None),
    ("ນະຄອນຫຼວງວຽງຈັນ", "LA01", None),
    ("ນະຄອນຫຼວງ", "LA01", None),
    ("khoueng Pakse", "LA1601", "confirm"),
    ("ban Phonxay", "LA0608", "confirm"),
    ("ban Phonthong muang Pakse", "LA1601", None),
    # names narrow each other
    ("ໄຊເສດຖາ ອັດຕະປື", "LA1701", None),
    ("Phonthong, Luang Prabang", "LA0612", None),
    ("ເມືອງໂພນທອງແຂວງຈຳປາສັກ", "LA1606", None),
    ("ຢູ່ເມືອງສິງແຂວງຫຼວງນ້ຳທາ", "LA0302", None),
    ("Vientiane, Xaythany", "LA0106", None),
    ("Pakse district, Champasack province", "LA1601", None),
    ("Saravane, Saravane", "LA1401", None),
    ("Long, Luangnamtha", "LA0303", None),
    ("Pakse Thakhek", "LA1201 LA1601", "which_place"),
    ("LA0103 Pakse", "LA0103 LA1601", "which_place"),
    ("LA0103 Xaysetha", "LA0103", None),
    # longest match in unspaced text, at syllable borders
    ("ຂ້ອຍຢູ່ປາກເຊເດີ້", "LA1601", None),
    ("ປາກ ເຊ", "LA1601", None),
    ("pak se", "LA1601", None),
    ("ຊຽງເງິນ", "LA0602", None),
    ("ຫົວເມືອງ", "LA0705", None),
    ("Xieng Ngeun", "LA0602", None),
    ("I live in Pakse", "LA1601", None),
    ("ນ້ຳບາກ", "LA0605", None),
    ("ນໍ້າບາກ", "LA0605", None),
    ("ນ້ໍາບາກ", "LA0605", None),
    ("ປາກ\u200bເຊ", "LA1601", None),
    # everyday words that hold a name
    ("ຄອບຄົວຂ້ອຍ", "", None),
    ("ຫຼາຍຄົນ", "", None),
    ("ຂ້ອຍບໍ່ມີເງິນ", "", None),
    ("ດົນນານແລ້ວ", "", None),
    ("ຂ້ອຍບໍ່ມີ ເງິນ", "LA0804", "confirm"),
    ("i went home", "LA1804", "confirm"),
    ("ເງິນ", "LA0804", None),
    ("ເມືອງເງິນ", "LA0804", None),
    ("ໃໝ່", "LA0202", None),
    ("home", "LA1804", None),
    # tone marks left out
    ("ທາແຂກ", "LA1201", None),
    ("ຫວຍຊາຍ", "LA0501", None),
    ("ລອງຊານ", "LA1805", None),
    ("ຂ້ອຍມາຮອດທາແຂກມື້ນີ້", "LA1201", "confirm"),
    # spelt as it sounds, or one letter apart: echoed
    ("Sawannakhet", "LA13", "confirm"),
    ("Wangwieng", "LA1005", "confirm"),
    ("Paksong", "LA1604", "confirm"),
    ("Huay Xai", "LA0501", "confirm"),
    ("attapue", "LA17", "confirm"),
    ("Takhek", "LA1201", "confirm"),
    ("muang Takhek", "LA1201", "confirm"),
    ("Xaysettha", "LA1701", None),
    ("Xayseta", "LA0103 LA1701", "which_province"),
    # near names are each their own
    ("Pakbeng", "LA0407", None),
    ("Pakxeng", "LA0607", None),
    ("Pakxong", "LA1604", None),
    ("Phonhong", "LA1001", None),
    ("Meun", "LA1012", None),
    ("Meung", "LA0503", None),
    ("Long", "LA0303", None),
    ("Nong", "LA1306", None),
    ("Pakkeng", "LA0407 LA0607", "which_place"),
    # digits that are no place
    ("1011", "", None),
    ("9999", "", None),
    ("2019", "", None),
    ("99", "", None),
    ("412706 0103", "", None),
    ("I left in 1401", "LA1401", "confirm"),
    ("la 12", "LA12", None),
    ("LA1402", "LA1402", None),
    # nothing
    ("", "", None),
    ("   ", "", None),
    ("ບໍ່ຮູ້", "", None),
    ("I don't know", "", None),
    ("\x00", "", None),
    ("Bangkok", "", None),
    ("ປະເທດໄທ", "", None),
]


@pytest.mark.parametrize(("text", "offered", "question"), READ)
def test_what_a_text_says_of_places(text: str, offered: str, question: str | None) -> None:
    reading = GAZETTEER.read(text)
    assert (codes(reading), reading.question) == (offered, question)


@pytest.mark.parametrize(
    ("text", "within", "level", "offered", "question"),
    [
        ("Saravane", None, "province", "LA14", None),
        ("Saravane", None, "district", "LA1401", None),
        ("Saravane", "LA14", None, "LA1401", None),
        ("Saravane", "LA14", "district", "LA1401", None),
        ("Xaysetha", "LA17", "district", "LA1701", None),
        ("Xaysetha", None, "province", "LA0103 LA1701", "which_province"),
        ("Vientiane", None, "province", "LA01 LA10", "which_province"),
        ("Vientiane", None, "district", "LA01 LA10", "which_province"),
        ("Attapeu", None, "district", "LA17", "which_district"),
        ("Attapeu", None, "province", "LA17", None),
        ("Pakse", None, "province", "LA1601", None),
        ("Pakse", "LA14", "district", "LA1601", "confirm"),
        ("1601", "LA14", "district", "LA1601", "confirm"),
    ],
)
def test_what_is_known_and_asked_narrows(
    text: str, within: str | None, level: Level | None, offered: str, question: str | None
) -> None:
    reading = GAZETTEER.read(text, within, level=level)
    assert (codes(reading), reading.question) == (offered, question)


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("ຂ້ອຍບໍ່ມີ ເງິນ", ""),
        ("ເງິນ", ""),
        ("home", ""),
        ("how long", ""),
        ("1401", ""),
        ("14", ""),
        ("Sawannakhet", ""),
        ("ເມືອງເງິນ", "LA0804"),
        ("muang sing", "LA0302"),
        ("LA1401", "LA1401"),
        ("I come from Savannakhet", "LA13"),
        ("ຂ້ອຍມາຈາກປາກເຊ", "LA1601"),
    ],
)
def test_outside_a_place_step_only_what_is_surely_a_place_counts(text: str, offered: str) -> None:
    assert codes(GAZETTEER.read(text, asked=False)) == offered


LONG_NAMES = [(code, name) for code, name in SPELLINGS if len(squeezed(name)) >= 6 and name.isascii()]


@pytest.mark.parametrize(("code", "name"), LONG_NAMES)
def test_one_letter_apart_is_never_taken_for_certain(code: str, name: str) -> None:
    letters = squeezed(name)
    middle = len(letters) // 2
    for slip in (letters[:middle] + letters[middle + 1 :], letters[:middle] + "q" + letters[middle:]):
        reading = GAZETTEER.read(slip)
        fits = slip in FITTING
        assert reading.places, slip
        assert fits or reading.question is not None, slip
        assert fits or code in codes(reading), slip


@given(st.text(max_size=200))
def test_no_text_raises_and_every_answer_is_askable(text: str) -> None:
    reading = GAZETTEER.read(text)
    assert len(reading.places) <= 6
    assert (len(reading.places) > 1) <= (reading.question is not None)
    assert bool(reading.places) or reading.question is None
