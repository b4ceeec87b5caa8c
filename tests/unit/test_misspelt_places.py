"""Misspelt, doubled and everyday names: a slip of one letter never decides between two places."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.test_gazetteer import AMBIGUOUS, FITTING, GAZETTEER, SPELLINGS, codes, squeezed

LAO_NAMES = [(code, name) for code, name in SPELLINGS if not name.isascii() and len(squeezed(name)) >= 5]


@pytest.mark.parametrize(("code", "name"), LAO_NAMES)
def test_a_lao_letter_too_few_or_too_many_never_names_another_place_for_certain(code: str, name: str) -> None:
    for at in range(len(name)):
        for slip in (name[:at] + name[at + 1 :], name[:at] + name[at] + name[at:]):
            if squeezed(slip) not in FITTING:
                reading = GAZETTEER.read(slip)
                assert reading.question is not None or codes(reading) in ("", code), slip


@pytest.mark.parametrize(("name", "offered"), [(name, offered) for name, (offered, _) in AMBIGUOUS.items()])
def test_a_misspelt_ambiguous_name_asks_between_all_it_may_mean(name: str, offered: str) -> None:
    """One letter doubled or lost at the end of a doubled name must not decide between its places."""
    for slip in (name[:-1], name[:3] + name[2] + name[3:], f"ບ້ານ {name}", f"I live in {name} now"):
        reading = GAZETTEER.read(slip)
        assert len(reading.places) != 1 or reading.question is not None, slip
        assert not reading.places or squeezed(slip) in FITTING or set(offered.split()) <= set(codes(reading).split()), (
            slip
        )


def test_money_is_a_place_only_where_a_place_was_asked_for() -> None:
    for text in ("ເງິນ", "ຂ້ອຍບໍ່ມີ ເງິນ", "ບໍ່ໄດ້ເງິນ"):
        assert codes(GAZETTEER.read(text, asked=False)) == ""
    assert GAZETTEER.read("ຂ້ອຍບໍ່ມີ ເງິນ").question == "confirm"
    assert codes(GAZETTEER.read("ເມືອງເງິນ", asked=False)) == "LA0804"


@given(st.sampled_from([name for _, name in SPELLINGS]), st.sampled_from([name for _, name in SPELLINGS]))
def test_two_names_never_settle_on_a_place_that_neither_can_mean(one: str, other: str) -> None:
    reading = GAZETTEER.read(f"{one}, {other}")
    if reading.settled is not None and reading.question is None:
        assert reading.settled.code in FITTING[squeezed(one)] | FITTING[squeezed(other)]
